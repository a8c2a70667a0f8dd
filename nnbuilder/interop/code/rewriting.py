"""A changed drawing brought into a text: line by line, else its one statement anew, else the whole text.

Each result is read again and taken only where it says exactly what is drawn.
"""

import ast

import msgspec

from nnbuilder.graph.graph import Graph
from nnbuilder.interop.class_writer import class_text
from nnbuilder.interop.code.agreed import Agreed, form_of, fresh
from nnbuilder.interop.code.changes import applied, together
from nnbuilder.interop.code.imports import missing, prefix_of
from nnbuilder.interop.code.levels import OtherForm, level_changes
from nnbuilder.interop.code.pieces import Resolved, Written, same_layers, written
from nnbuilder.interop.code.places import placed
from nnbuilder.interop.code.syntax import Syntax
from nnbuilder.interop.pretty import layout
from nnbuilder.interop.python_reader import read_source

STATEMENT = "The network was written anew in the code: its form there cannot take this change line by line."
WHOLE = "The code was written anew: its form cannot take this change."

_FAILURES = (SyntaxError, ValueError, MemoryError, RecursionError, OtherForm)
"""What keeps a text from being changed in one way."""


class Update(msgspec.Struct, frozen=True):
    """The text that a changed drawing leads to; `said` tells where more was written anew than was changed."""

    agreed: Agreed
    said: str = ""


def updated(before: Agreed, graph: Graph, resolved: Resolved) -> Update:
    """The text with the least changes that make it say what is drawn; raises `WriteError`."""
    wanted = written(graph, resolved)
    if same_layers([layer.layer for layer in before.layers], wanted.layers):
        layers = placed(before.text, [layer.layer for layer in before.layers], graph)
        return Update(before if layers is None else msgspec.structs.replace(before, layers=layers))
    for way, said in ((_by_line, ""), (_anew, STATEMENT if before.layers else "")):
        try:
            text = way(before, wanted)
        except _FAILURES:
            continue
        if (found := _agreement(text, graph, wanted)) is not None:
            return Update(found, said)
    return Update(fresh(graph, resolved, form_of(before)), WHOLE)


def _agreement(text: str, graph: Graph, wanted: Written) -> Agreed | None:
    """The text as one of the drawing; None where it does not say exactly what is drawn."""
    reading = read_source(text)
    if not (reading.ok or not wanted.layers) or not same_layers(reading.layers, wanted.layers):
        return None
    layers = placed(text, reading.layers, graph)
    return None if layers is None else Agreed(text, layers)


def _by_line(before: Agreed, wanted: Written) -> str:
    """The text with those lines changed that have to."""
    syntax = Syntax(before.text)
    if not before.layers:
        raise OtherForm
    changes = level_changes(syntax, before.layers, wanted.layers, prefix_of(syntax))
    text = applied(before.text, together(changes))
    return _completed(text, wanted, before.layers[0].start, "".join(change.text for change in changes))


def _completed(text: str, wanted: Written, network: int, added: str) -> str:
    """The text with the imports and small classes that what was added needs."""
    if "(" not in added:
        return text
    syntax = Syntax(text)
    return applied(text, together(missing(syntax, wanted.classes, min(network, len(text) - 1))))


def _anew(before: Agreed, wanted: Written) -> str:
    """The text with the one statement anew that makes the network."""
    syntax = Syntax(before.text)
    statement = syntax.statement(layer.span for layer in before.layers) if before.layers else None
    if isinstance(statement, ast.ClassDef):
        start, end = syntax.span(statement)
        text = class_text(wanted.network, statement.name, _meaning(statement, before.text)).rstrip("\n")
    else:
        start, end = syntax.network()
        text = layout(wanted.network, before=start - before.text.rfind("\n", 0, start) - 1)
    whole = before.text[:start] + text + before.text[end:]
    return _completed(whole, wanted, start, text)


def _meaning(statement: ast.ClassDef, text: str) -> list[str]:
    """The lines of a class's docstring."""
    if ast.get_docstring(statement) is None:
        return []
    first = statement.body[0]
    lines = text.split("\n")[first.lineno - 1 : first.end_lineno]
    return [*lines, ""]
