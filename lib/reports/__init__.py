"""Frames and values in, document bytes or sentences out. Its one rule: it rounds and words figures, it computes none."""
