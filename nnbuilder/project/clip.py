"""A piece of a drawing as text for the clipboard, and back without trust."""

import json
from typing import Any

from nnbuilder.graph.clip import Clip
from nnbuilder.graph.codec import GRAPH_KEYS, graph_to_plain, read_graph
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import Graph
from nnbuilder.graph.plain import Fault, Faults
from nnbuilder.project.project import Project
from nnbuilder.project.rules import project_faults
from nnbuilder.project.strict_json import decode_text, parse_json

CLIP = "nnbuilder-clip"
"""The key that says that a text is a piece of a drawing, and of which format."""

FORMAT = 1

MIME = "application/x-nnbuilder-clip"
"""Under this type the text lies on the clipboard."""


class ClipError(NNBuilderError):
    """A text on the clipboard is no piece of a drawing that this version reads."""


def clip_text(piece: Clip) -> str:
    """A piece of a drawing as JSON text."""
    graph = Graph(
        {node.id: node for node in piece.nodes}, piece.edges, {note.id: note for note in piece.notes}
    )
    return json.dumps({CLIP: FORMAT, **graph_to_plain(graph)}, ensure_ascii=False, allow_nan=False)


def is_clip(text: str) -> bool:
    """Whether a text looks like a piece of a drawing, at a glance."""
    head = text[:200].lstrip("\ufeff \t\r\n")
    return head.startswith("{") and f'"{CLIP}"' in head


def parse_clip(text: str | bytes) -> Clip:
    """The piece of a drawing in a text; raises `ClipError` with one sentence where it is none."""
    faults = Faults()
    decoded = decode_text(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    if isinstance(decoded, Fault):
        raise ClipError(_sentence([decoded]))
    plain = parse_json(faults, decoded)
    if not isinstance(plain, dict) or CLIP not in plain:
        raise ClipError("The clipboard holds nothing that can be pasted here.")
    if plain[CLIP] != FORMAT or isinstance(plain[CLIP], bool):
        raise ClipError("The clipboard holds layers of a newer NNBuilder, which this one cannot read.")
    graph = _graph(faults, plain)
    if found := faults.all():
        raise ClipError(_sentence(found))
    return Clip(tuple(graph.nodes.values()), graph.edges, tuple(graph.notes.values()))


def _graph(faults: Faults, plain: dict[str, Any]) -> Graph:
    graph = read_graph(faults, {key: plain[key] for key in GRAPH_KEYS if key in plain}, "")
    for fault in project_faults(Project(graph)):
        faults.add(fault)
    return graph


def _sentence(faults: list[Fault]) -> str:
    first = faults[0].message.replace("The file", "It").removesuffix(".")
    return f"The clipboard's layers cannot be pasted: {first}."
