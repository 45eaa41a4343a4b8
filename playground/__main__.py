"""`python -m playground`: the command line."""

import sys
from io import TextIOWrapper

from playground.command_line import main

if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal or log of an old character set must not end the command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(main())
