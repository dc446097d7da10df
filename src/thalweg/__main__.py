"""`python -m thalweg`: the same program as `thalweg`."""

import sys

from thalweg.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
