"""Edits that may mend a failing layer; each is tried with torch before it is offered."""

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO, Required, shown
from nnbuilder.engine.build import followed
from nnbuilder.engine.walk import Step
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import AddNode, Connect, InsertOnEdge, ResetArg, SetArg
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import ArgValue, Edge, Graph, Node, fresh_id
from nnbuilder.graph.order import Order, active
from nnbuilder.project.chain import title
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

Mends = Callable[[Project], bool]
"""Whether a changed project is free of the problem."""

MOST = 4
"""More fixes than this are no help."""

_SIZES = re.compile(r"\d+x\d+|\[[\d, ]+\]|[Ee]xpected .*\d|size|shape|dimension|channel")


def layer_problem(project: Project, order: Order, steps: Sequence[Step], mends: Mends) -> Problem:
    """The problem of the last of these steps, which failed, with every fix that really mends it."""
    step = steps[-1]
    layer, text = step.analysis, step.torch or ""
    entering = steps[0].analysis.input
    node = project.graph.nodes[layer.id]
    pinned = list(_pinned(node, layer.input))
    arg = pinned[0][0] if pinned else None
    candidates = itertools.chain(
        _candidates(project.graph, node, layer.input, steps[:-1]), _dtype_fixes(order, entering)
    )
    return Problem(
        "error",
        step.code or _code(text, pinned=bool(pinned)),
        step.error or _sentence(node, layer.input, text),
        torch=step.torch,
        node=layer.id,
        arg=arg,
        path=f"graph.nodes.{layer.id}" + (f".args.{arg}" if arg else ""),
        fixes=verified(project, candidates, mends),
    )


def verified(project: Project, candidates: Iterator[Fix], mends: Mends) -> tuple[Fix, ...]:
    """The candidates that can be applied and, applied, leave the problem behind; best first."""
    found: list[Fix] = []
    for fix in candidates:
        changed = project
        try:
            for edit in fix.edits:
                changed = apply_edit(changed, edit)
        except EditRefused:
            continue
        if mends(changed):
            found.append(fix)
        if len(found) == MOST:
            break
    return tuple(found)


def insert_before(
    graph: Graph, name: str, node: Node, args: Mapping[str, ArgValue] | None = None
) -> Fix | None:
    """Puts a new layer, with these arguments set, in front of a node, also where that is a group's first."""
    edges = graph.incoming(node.id)
    if len(edges) > 1 or (not edges and node.parent is None):
        return None
    source = graph.nodes[edges[0].source] if edges else node
    new = new_node(name, fresh_id(graph), (source.x + node.x) / 2, (source.y + node.y) / 2 + 40)
    new = msgspec.structs.replace(new, args={**new.args, **(args or {})}, parent=node.parent)
    words = f"Insert {name} before {title(node)}"
    if edges:
        return Fix(words, (InsertOnEdge(new, edges[0]),))
    return Fix(words, (AddNode(new), Connect(Edge(new.id, node.id))))


def _candidates(graph: Graph, node: Node, kind: TensorType | None, before: Sequence[Step]) -> Iterator[Fix]:
    flatten = insert_before(graph, "Flatten", node) if kind is not None and len(kind.shape) != 2 else None
    if flatten is not None and _fits_flat(node, kind):
        yield flatten
        flatten = None
    for name, value, wanted in _pinned(node, kind):
        yield Fix(f"Set {name} to {_text(wanted)}", (SetArg(node.id, name, wanted),))
        yield Fix(f"Let {name} follow the layer before (auto)", (ResetArg(node.id, name),))
        yield from _widths_before(graph, before, value)
    if flatten is not None:
        yield flatten
    spec = LAYERS.get(node.type)
    for arg in spec.args if spec is not None else ():
        if arg.name not in node.args or arg.follows or isinstance(arg.default, Required):
            continue
        if arg.initial is not None:
            yield Fix(f"Set {arg.name} to {shown(arg.initial)}", (SetArg(node.id, arg.name, arg.initial),))
        else:
            yield Fix(f"Reset {arg.name} to {shown(arg.default)}", (ResetArg(node.id, arg.name),))


def _fits_flat(node: Node, kind: TensorType | None) -> bool:
    """Whether what a layer is set to is all numbers of a sample: somebody forgot to flatten."""
    sizes = kind.shape[1:] if kind is not None else ()
    return any(value == math.prod(size or 1 for size in sizes) for _, value, _ in _pinned(node, kind))


def _dtype_fixes(order: Order, entering: TensorType | None) -> Iterator[Fix]:
    if entering is not None and entering.dtype != "float32":
        yield Fix("Set the Input's dtype to float32", (SetArg(order.chain[0], "dtype", "float32"),))


def _pinned(node: Node, kind: TensorType | None) -> Iterator[tuple[str, ArgValue, ArgValue]]:
    """Arguments that could follow the input but are pinned to something else: name, value, what would fit."""
    spec = LAYERS.get(node.type)
    for arg in spec.args if spec is not None and kind is not None else ():
        value = node.args.get(arg.name, AUTO)
        if arg.follows and kind is not None and value != AUTO:
            wanted = followed(arg, kind)
            if wanted not in {AUTO, value}:
                yield arg.name, value, wanted


def _widths_before(graph: Graph, before: Sequence[Step], value: ArgValue) -> Iterator[Fix]:
    """Makes the nearest layer before that has a width of its own give what is wanted."""
    width = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    if not isinstance(width, int):
        return
    for step in reversed(before):
        node = active(graph.nodes[step.analysis.id])
        if has_width(node):
            text = f"Set out_features of the {title(node)} before it to {width}"
            yield Fix(text, (SetArg(node.id, "out_features", width),))
            return


def has_width(node: Node) -> bool:
    """Whether a layer decides itself how many numbers it gives."""
    spec = LAYERS.get(node.type)
    return spec is not None and spec.arg("out_features") is not None


def _code(text: str, *, pinned: bool) -> str:
    if "dtype" in text or "scalar type" in text:
        return "dtype-mismatch"
    return "shape-mismatch" if pinned or _SIZES.search(text) else "layer-error"


def _sentence(node: Node, kind: TensorType | None, text: str) -> str:
    shape = kind.label() if kind is not None else "unknown"
    for name, value, wanted in _pinned(node, kind):
        return (
            f"{title(node)} has {name} = {_text(value)}, but the layer before it gives {_text(wanted)} "
            f"(shape {shape})."
        )
    if "dtype" in text or "scalar type" in text:
        dtype = kind.dtype if kind is not None else "unknown"
        return f"{title(node)} does not compute with numbers of type {dtype}; float32 is what it takes."
    return f"{title(node)} does not take an input of shape {shape} with these arguments."


def _text(value: ArgValue) -> str:
    return str(value[0]) if isinstance(value, tuple) and len(value) == 1 else str(value)
