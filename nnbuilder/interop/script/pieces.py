"""Pieces of a script: code with the imports that it needs, and comments that nothing can escape from."""

import textwrap
from collections.abc import Iterable

import msgspec

from nnbuilder.interop.pretty import WIDTH, quoted

_STANDARD = ("argparse", "collections", "math", "pathlib", "time")
"""Modules of Python itself, which are imported first."""


class Piece(msgspec.Struct, frozen=True):
    """Code at the top level of a module, and the import lines that it needs."""

    code: str
    imports: tuple[str, ...] = ()


def import_block(lines: Iterable[str]) -> str:
    """Import lines, sorted as `ruff` sorts them and those from one module joined."""
    plain, chosen = set[str](), dict[str, set[str]]()
    for line in lines:
        words = line.split()
        if words[0] == "import":
            plain.add(line)
        else:
            chosen.setdefault(words[1], set()).add(words[3])
    known = [(line.split()[1], line) for line in sorted(plain)]
    known += [
        (module, f"from {module} import {', '.join(sorted(chosen[module]))}") for module in sorted(chosen)
    ]
    own = [line for module, line in known if module in _STANDARD]
    others = [line for module, line in known if module not in _STANDARD]
    return "\n\n".join("\n".join(block) for block in (own, others) if block)


def comment(text: str, indent: int = 0) -> list[str]:
    """Text as lines of a comment; what could end a line or turn it around is escaped."""
    head = " " * indent + "# "
    lines: list[str] = []
    for line in text.splitlines():
        lines += textwrap.wrap(one_line(line), WIDTH - len(head), break_on_hyphens=False)
    return [head + line for line in lines]


def one_line(text: str) -> str:
    """Text of a drawing as it may stand in a comment: on one line, and nothing invisible in it."""
    return quoted(text)[1:-1].replace('\\"', '"').replace("\\'", "'")
