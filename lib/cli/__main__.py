"""`python -m lib.cli`: run one command and end with its exit status."""

import sys

from lib.cli.commands import main

sys.exit(main())
