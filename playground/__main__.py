"""`python -m playground`: the command line."""

import sys

from playground.command_line import main

sys.exit(main())
