"""`python -m whichtext` is the command `whichtext`."""

import sys

from whichtext.cli import main

if __name__ == "__main__":
    sys.exit(main())
