"""How long it takes from typed source to the drawing, and from the drawing back to the source."""

from collections.abc import Iterator
from functools import partial

from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.edits import InsertOnEdge, SetArg
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.interop.code.agreed import Agreed, agreement, fresh
from nnbuilder.interop.code.rewriting import updated
from nnbuilder.interop.code.sizes import resolved
from nnbuilder.interop.code.typing_in import typed
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from tests.bench.figures import Figure, timed
from tests.bench.networks import mlp

GROUP = "code"
LAYERS = 100


def figures() -> Iterator[Figure]:
    """A hundred layers: a layer typed into them, and one changed and one put in on the canvas."""
    project, text = _typed()
    wide = text.text.replace("(50, 51)", "(50, 77)").replace("# 40\n", "# 40\n    nn.Dropout(0.3),\n")
    yield Figure(
        group=GROUP,
        name=f"Source to canvas, {LAYERS} layers",
        ours=timed(lambda: _to_canvas(project, text, wide), 40, warm=5),
        limit=30,
    )
    graph = project.graph
    key = order_of(graph).layers[LAYERS // 2]
    changed = SetArg(key, "out_features", 77).apply(graph)
    edge = next(edge for edge in graph.edges if edge.source == key)
    longer = InsertOnEdge(Node(NodeId("new"), "Dropout"), edge).apply(graph)
    for name, after in (("a value", changed), ("a new layer", longer)):
        yield Figure(
            group=GROUP,
            name=f"Canvas to source, {name} in {LAYERS} layers",
            ours=timed(partial(_to_source, after, text), 40, warm=5),
            limit=10,
        )


def _typed() -> tuple[Project, Agreed]:
    """A network and the commented text that somebody typed for it."""
    sizes = tuple(range(4, 5 + LAYERS // 2))
    project = mlp(sizes, batch_size=1, epochs=1)
    shape = SetArg(order_of(project.graph).chain[0], "shape", (4,))
    graph = shape.apply(project.graph)
    lines = fresh(graph, resolved(graph, Analysis()), "sequential").text.splitlines()
    text = "\n".join(f"{line}  # {number}" for number, line in enumerate(lines)) + "\n"
    agreed = agreement(text, graph)
    if agreed is None:
        raise ValueError(text)
    return Project(graph=graph, source=text), agreed


def _to_canvas(project: Project, before: Agreed, text: str) -> None:
    """Reads, matches, applies, and checks that the text came through."""
    found = typed(text, project, before.layers)
    if found.edit is None:
        raise ValueError(found.problems)
    after = apply_edit(project, found.edit)
    if len(after.graph.nodes) != len(project.graph.nodes) + 1:
        raise ValueError(len(after.graph.nodes))


def _to_source(graph: Graph, before: Agreed) -> None:
    """Writes the change into the text, which is read again."""
    update = updated(before, graph, resolved(graph, Analysis()))
    if update.said or update.agreed.text == before.text:
        raise ValueError(update.said)
