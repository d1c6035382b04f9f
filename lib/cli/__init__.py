"""The command line: `python -m lib.cli`. The same doors as the screens, for scripts and for support.

Its one rule: it prints what the screens would show; `--json` prints plain JSON on standard output and nothing else.
"""
