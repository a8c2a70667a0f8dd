"""What the layers of a text need beside them: imports, and the small classes above the network."""

import ast
from collections.abc import Iterable, Iterator

from nnbuilder.interop.code.changes import TextChange
from nnbuilder.interop.code.syntax import Syntax
from nnbuilder.interop.small_classes import SmallClass

_NN = "torch.nn"


def prefix_of(syntax: Syntax) -> str:
    """What this text writes before the names of layers: `nn.`, `torch.nn.`, or nothing after a star."""
    bound = dict(_bound(syntax.body))
    for name, path in bound.items():
        if path == _NN:
            return f"{name}."
    if "*" in bound and bound["*"] == _NN:
        return ""
    torch = next((name for name, path in bound.items() if path == "torch"), None)
    uses = torch is not None and f"{torch}.nn." in syntax.text
    return f"{torch}.nn." if uses else "nn."


def missing(syntax: Syntax, classes: Iterable[SmallClass], network: int) -> list[TextChange]:
    """The changes that bring in what is used and not there; `network` is where the network stands.

    A text without any import is left without: it is a piece of one that has them.
    """
    defined = {one.name for one in syntax.body if isinstance(one, ast.ClassDef)}
    lacking = [small for small in classes if small.name not in defined]
    found: list[TextChange] = []
    if lacking:
        statement = syntax.statement([(network, network)])
        start = syntax.span(statement)[0] if statement is not None else 0
        found.append(TextChange(start, start, "".join(f"{small.source()}\n\n" for small in lacking)))
    first = next((one for one in syntax.body if isinstance(one, ast.Import | ast.ImportFrom)), None)
    if first is not None:
        bound = dict(_bound(syntax.body))
        start = syntax.span(first)[0]
        lines = [
            line
            for line, name, path in _WANTED
            if name not in bound and _is_used(syntax, name) and path not in bound.values()
        ]
        if any(small.both for small in lacking) and "torch" not in bound:
            lines.append("import torch")
        found += [TextChange(start, start, f"{line}\n") for line in lines]
    return found


_WANTED = (
    ("from collections import OrderedDict", "OrderedDict", "collections.OrderedDict"),
    ("from torch import nn", "nn", _NN),
)
"""Imports that new layers may need: the line, the name that it brings, and what that is."""


def _is_used(syntax: Syntax, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name for one in syntax.body for node in ast.walk(one)
    )


def _bound(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The names that imports bring, and what they are."""
    for statement in body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                module = statement.module or ""
                path = module if alias.name == "*" else f"{module}.{alias.name}"
                yield alias.asname or alias.name, path
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname:
                    yield alias.asname, alias.name
                else:
                    yield alias.name.partition(".")[0], alias.name.partition(".")[0]
