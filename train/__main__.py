"""`python -m train STAGE|all --data PATH` and `python -m train evaluate [STAGE|all] --data PATH`."""

import sys

from train.cli import main

if __name__ == "__main__":
    sys.exit(main())
