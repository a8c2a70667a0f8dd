"""The lines of a printed model as a tree of modules."""

import re
from collections.abc import Iterator, Sequence

import msgspec

_CHILD = re.compile(r"^(\s*)\(([^()\s]{1,200})\): (?:(\d{1,6}) x )?([A-Za-z_][\w.]*) ?\((.*)$")
_ROOT = re.compile(r"^(\s*)(?:([A-Za-z_]\w*)\s*=\s*)?([A-Za-z_][\w.]*) ?\($")
_CLOSED = re.compile(r"^\s*\),?\s*$")
_SPAN = re.compile(r"^(\d{1,6})-(\d{1,6})$")

MOST_DEPTH = 64


class Printed(msgspec.Struct, frozen=True):
    """One printed module: its class, its name in the module around it, what its brackets show, its children.

    It stands from `line` to `end_line` of the text, counted from 1. `times` modules are printed as one, whose
    name then is that of the first.
    """

    type: str
    name: str
    shown: str
    children: tuple["Printed", ...]
    line: int
    column: int
    end_line: int
    end_column: int
    times: int = 1


class PrintedModel(msgspec.Struct, frozen=True):
    """One printed model: what it was assigned to, the tree, and the line of a bracket that nothing closes."""

    name: str
    root: Printed
    unclosed: int | None = None


class _Open:
    """A module whose closing bracket is still to come."""

    def __init__(self, kind: str, name: str, line: int, column: int, indent: int) -> None:
        self.kind = kind
        self.name = name
        self.line = line
        self.column = column
        self.indent = indent
        self.times = 1
        self.shown: list[str] = []
        self.children: list[Printed] = []

    def closed(self, line: int, column: int) -> Printed:
        """The module, whose bracket closes here."""
        shown, children = " ".join(self.shown), tuple(self.children)
        return Printed(
            self.kind, self.name, shown, children, self.line, self.column, line, column, self.times
        )


def printed_models(lines: Sequence[str]) -> Iterator[PrintedModel]:
    """All models that are printed among these lines."""
    at = 0
    while at < len(lines):
        found = _ROOT.match(lines[at])
        following = next((line for line in lines[at + 1 : at + 20] if line.strip()), "")
        bare = _CHILD.match(lines[at])
        if found is not None and _CHILD.match(following):
            root = _Open(found[3], "", at + 1, found.start(3) + 1, len(found[1]))
            at, model = _read(lines, at + 1, root, found[2] or "", bare=False)
            yield model
        elif bare is not None:
            root = _Open("Sequential", "", at + 1, len(bare[1]) + 1, -1)
            at, model = _read(lines, at, root, "", bare=True)
            yield model
        else:
            at += 1


def _read(lines: Sequence[str], at: int, root: _Open, name: str, *, bare: bool) -> tuple[int, PrintedModel]:
    """Reads on behind the first line of a model; gives the line behind it as well."""
    stack = [root]
    while at < len(lines):
        line = lines[at]
        child = _CHILD.match(line)
        if child is not None and len(stack) < MOST_DEPTH:
            _take(stack, child, at + 1)
        elif _CLOSED.match(line) and (len(stack) > 1 or not bare):
            closed = stack.pop().closed(at + 1, len(line.rstrip(", ")) + 1)
            if not stack:
                return at + 1, PrintedModel(name, closed)
            stack[-1].children.append(closed)
        elif not line.strip() or len(line) - len(line.lstrip()) <= stack[0].indent or bare:
            break
        else:
            stack[-1].shown.append(line.strip())
        at += 1
    unclosed = None if bare and len(stack) == 1 else stack[0 if not bare else 1].line
    end_line, end_column = at, len(lines[at - 1]) + 1
    while len(stack) > 1:
        inner = stack.pop()
        stack[-1].children.append(inner.closed(end_line, end_column))
    return max(at, root.line), PrintedModel(name, root.closed(end_line, end_column), unclosed)


def _take(stack: list[_Open], child: re.Match[str], line: int) -> None:
    """One line with a child: complete, or with a bracket that later lines close."""
    margin, name, times, kind, rest = child.groups()
    rest = rest.rstrip()
    count = int(times) if times else 1
    span = _SPAN.match(name)
    if span is not None and times:
        name = span[1]
    opened = _Open(kind, name, line, len(margin) + 1, len(margin))
    opened.times = count
    if not rest:
        stack.append(opened)
        return
    rest = rest.removesuffix(",")
    if rest.endswith(")"):
        opened.shown.append(rest[:-1])
        stack[-1].children.append(opened.closed(line, len(child.group().rstrip()) + 1))
    else:
        opened.shown.append(rest)
        stack.append(opened)
