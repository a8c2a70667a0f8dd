"""Starts NNBuilder: the window, or with a sub-command the command line."""

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and answers with its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    from nnbuilder.cli.main import run

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
