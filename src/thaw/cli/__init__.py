"""The command line: parses, calls, prints. Results on stdout, all else on stderr; 0 done, 1 failed, 2 bad input."""

from thaw.cli.app import main

__all__ = ["main"]
