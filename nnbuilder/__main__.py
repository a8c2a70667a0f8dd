"""Starts NNBuilder: the window, or with arguments the command line."""

import sys

from nnbuilder import __version__


def main() -> int:
    """Runs the program and answers with its exit status."""
    sys.stdout.write(f"NNBuilder {__version__}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
