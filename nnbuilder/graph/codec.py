"""Graphs as plain values, as in the project file and on the clipboard, and back without trust.

`{"nodes": {ID: {"type", "name"?, "args"?, "x", "y", "parent"?, "disabled"?, "frozen"?}},
"edges": [[FROM, TO], ...],
"notes"?: {ID: {"text", "x", "y", "width", "height", "color", "frame"?, "parent"?}}}`: a key with a question
mark is written only where it says something, so that drawings without groups and notes read as ever. A node
of type `Sequential` is a group; what lies in it names it as `parent`.
"""

import re
from typing import Any

from nnbuilder.graph import limits
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.plain import (
    Fault,
    Faults,
    merged,
    read_args,
    read_flag,
    read_mapping,
    read_number,
    read_text,
    within,
)

NODE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What an id of a node looks like."""

GRAPH_KEYS = ("nodes", "edges", "notes")
"""What a graph holds in a file; `notes` is optional."""

_NODE_KEYS = ("type", "name", "args", "x", "y", "parent", "disabled", "frozen")
_NOTE_KEYS = ("text", "x", "y", "width", "height", "color", "frame", "parent")


def graph_to_plain(graph: Graph) -> dict[str, Any]:
    """A graph as JSON's values, in stable order."""
    plain: dict[str, Any] = {
        "nodes": {key: node_to_plain(node) for key, node in graph.nodes.items()},
        "edges": [[edge.source, edge.target] for edge in graph.edges],
    }
    if graph.notes:
        plain["notes"] = {key: note_to_plain(note) for key, note in graph.notes.items()}
    return plain


def node_to_plain(node: Node) -> dict[str, Any]:
    """A node as JSON's values: only what was set, then the keys that another version wrote."""
    plain: dict[str, Any] = {"type": node.type}
    if node.name:
        plain["name"] = node.name
    if node.args:
        plain["args"] = {
            name: list(value) if isinstance(value, tuple) else value for name, value in node.args.items()
        }
    plain["x"], plain["y"] = _short(node.x), _short(node.y)
    if node.parent is not None:
        plain["parent"] = node.parent
    if node.disabled:
        plain["disabled"] = True
    if node.frozen:
        plain["frozen"] = True
    return merged(plain, node.extra)


def note_to_plain(note: Note) -> dict[str, Any]:
    """A note as JSON's values."""
    plain: dict[str, Any] = {"text": note.text}
    for name in ("x", "y", "width", "height"):
        plain[name] = _short(getattr(note, name))
    plain["color"] = note.color
    if note.frame:
        plain["frame"] = True
    if note.parent is not None:
        plain["parent"] = note.parent
    return merged(plain, note.extra)


def graph_from_plain(plain: Any, path: str = "graph") -> tuple[Graph, list[Fault]]:
    """The graph as far as it can be read, and everything that is wrong with it."""
    faults = Faults()
    graph = read_graph(faults, plain, path)
    return graph, faults.all()


def read_graph(faults: Faults, plain: Any, path: str) -> Graph:
    """The graph as far as it can be read; what is wrong goes to `faults`."""
    found = read_mapping(faults, plain, path)
    for key in ("nodes", "edges"):
        if key not in found and isinstance(plain, dict):
            faults.missing(within(path, key))
    nodes_path, edges_path = within(path, "nodes"), within(path, "edges")
    named = read_mapping(faults, found.get("nodes", {}), nodes_path)
    if len(named) > limits.NODES:
        message = f"{nodes_path} holds {len(named)} nodes; at most {limits.NODES} are read."
        faults.add(Fault(nodes_path, message, "too-large"))
        return Graph()
    nodes = {
        NodeId(key): read_node(faults, NodeId(key), value, within(nodes_path, key))
        for key, value in named.items()
    }
    notes_path = within(path, "notes")
    written = read_mapping(faults, found.get("notes", {}), notes_path)
    notes = {
        NodeId(key): read_note(faults, NodeId(key), value, within(notes_path, key))
        for key, value in written.items()
    }
    return Graph(nodes, _edges(faults, found.get("edges", []), edges_path, nodes), notes)


def read_node(faults: Faults, key: NodeId, plain: Any, path: str) -> Node:
    """One node as far as it can be read."""
    _check_id(faults, key, path)
    found = read_mapping(faults, plain, path)
    extra = {name: value for name, value in found.items() if name not in _NODE_KEYS}
    if "type" not in found and isinstance(plain, dict):
        faults.missing(within(path, "type"))
    args, deeper = read_args(faults, found.get("args", {}), within(path, "args"))
    if deeper:
        extra["args"] = deeper
    return Node(
        id=key,
        type=read_text(faults, found.get("type", ""), within(path, "type")),
        args=args,
        x=read_number(faults, found.get("x", 0), within(path, "x")),
        y=read_number(faults, found.get("y", 0), within(path, "y")),
        name=read_text(faults, found.get("name", ""), within(path, "name")),
        extra=extra,
        parent=_parent(faults, found, path),
        disabled=read_flag(faults, found.get("disabled", False), within(path, "disabled")),
        frozen=read_flag(faults, found.get("frozen", False), within(path, "frozen")),
    )


def read_note(faults: Faults, key: NodeId, plain: Any, path: str) -> Note:
    """One note as far as it can be read."""
    _check_id(faults, key, path)
    found = read_mapping(faults, plain, path)
    default = Note(key)
    numbers = {
        name: read_number(faults, found.get(name, getattr(default, name)), within(path, name))
        for name in ("x", "y", "width", "height")
    }
    return Note(
        id=key,
        text=read_text(faults, found.get("text", ""), within(path, "text")),
        color=read_text(faults, found.get("color", default.color), within(path, "color")),
        frame=read_flag(faults, found.get("frame", False), within(path, "frame")),
        parent=_parent(faults, found, path),
        extra={name: value for name, value in found.items() if name not in _NOTE_KEYS},
        **numbers,
    )


def _check_id(faults: Faults, key: NodeId, path: str) -> None:
    if not NODE_ID.fullmatch(key):
        faults.add(Fault(path, f"{path} is no id of a node: letters, digits, - and _, at most 64."))


def _parent(faults: Faults, found: dict[str, Any], path: str) -> NodeId | None:
    if "parent" not in found:
        return None
    return NodeId(read_text(faults, found["parent"], within(path, "parent")))


def _edges(faults: Faults, plain: Any, path: str, nodes: dict[NodeId, Node]) -> tuple[Edge, ...]:
    if not isinstance(plain, list):
        faults.expected(path, "a list", plain)
        return ()
    if len(plain) > limits.EDGES:
        message = f"{path} holds {len(plain)} edges; at most {limits.EDGES} are read."
        faults.add(Fault(path, message, "too-large"))
        return ()
    edges: dict[Edge, None] = {}
    for index, pair in enumerate(plain):
        place = within(path, index)
        match pair:
            case [str(source), str(target)]:
                edge = Edge(NodeId(source), NodeId(target))
                _check_edge(faults, edge, place, nodes)
                if edge in edges:
                    faults.add(Fault(place, f"{place} repeats the edge from {source} to {target}."))
                edges[edge] = None
            case _:
                faults.expected(place, 'a pair of ids like ["n1", "n2"]', pair)
    return tuple(edges)


def _check_edge(faults: Faults, edge: Edge, path: str, nodes: dict[NodeId, Node]) -> None:
    for index, end in enumerate((edge.source, edge.target)):
        if end not in nodes:
            faults.expected(within(path, index), "the id of a node of the graph", end)


def _short(number: float) -> float | int:
    """A whole number without its `.0`."""
    whole = int(number)
    return whole if whole == number else number
