"""The vocabulary in which datasets are declared. Its one rule: it knows no dataset, no file and no screen."""
