"""The catalogue of findings, one file per group. A code is given once and never used again for something else."""
