"""The command, also as ``python -m texbook``."""

import signal

# While Python imports the rest, Ctrl-C ends it as it ends any program: there is nothing to tidy up,
# and Python's own answer would be a traceback. `main` takes it from here.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from texbook.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
