"""Starts NNBuilder: the window, or with a sub-command the command line."""

import sys
from collections.abc import Sequence
from pathlib import Path

from nnbuilder.cli import COMMANDS


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program and answers with its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if wants_window(words):
        from nnbuilder import app

        return app.main(words)
    try:
        from nnbuilder.cli.main import run
    except KeyboardInterrupt:  # before there is anybody to explain it
        if "--json" in words:
            sys.stdout.write('{"ok": false, "problems": []}\n')
        return 130

    return run(words)


def wants_window(words: Sequence[str]) -> bool:
    """Whether there is no sub-command and no option, but nothing or a file."""
    if not words:
        return True
    first = words[0]
    if first in COMMANDS or first.startswith("-"):
        return False
    return first.endswith(".nnb") or Path(first).is_file()


if __name__ == "__main__":
    sys.exit(main())
