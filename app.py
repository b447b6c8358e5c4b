"""Start the page: `python app.py [--data PATH] [--checkpoints PATH]`."""

import sys

from segdemo.web.cli import main

if __name__ == "__main__":
    sys.exit(main())
