"""Measures one group in a process of its own: `python -m tests.bench.one GROUP`."""

import importlib
import sys

import msgspec

GROUPS = ("training", "analysis", "curves", "drawing", "starting", "living", "code", "microscope", "preview")
"""The groups in the order of the table, each a module of this package with `figures()`."""


def main(group: str) -> int:
    """Prints each figure as a line of JSON as soon as it is known."""
    if group not in GROUPS:
        sys.stderr.write(f"There is no group {group}; there are {', '.join(GROUPS)}.\n")
        return 2
    for figure in importlib.import_module(f"tests.bench.{group}").figures():
        sys.stdout.write(msgspec.json.encode(figure).decode() + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
