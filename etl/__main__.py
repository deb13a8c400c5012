"""``khobor`` and ``python -m etl``."""

import sys

from etl.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
