"""How long an edit takes until its preview is there, in a warm process: all nodes with their pictures."""

import time
from collections.abc import Iterator

import msgspec

from nnbuilder.engine.preview import Previewer
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import encode_frame
from nnbuilder.protocol.preview import Preview
from nnbuilder.templates.registry import TEMPLATES, start
from tests.bench.figures import Figure

GROUP = "preview"
ROUNDS = 9
LIMIT_MS = 100
SHOWN = (("mlp", "out_features"), ("small_cnn", "out_channels"), ("deep_mlp", "out_features"))
"""Templates, and the argument that is edited in the first layer that has it."""


def figures() -> Iterator[Figure]:
    """From an edit of an early layer to the answer, packed for the window; the quickest of some rounds."""
    for name, arg in SHOWN:
        template = next(one for one in TEMPLATES if one.name == name)
        ours = _edited(start(template), arg)
        yield Figure(group=GROUP, name=f"Edit to preview, {template.title}", ours=ours, limit=LIMIT_MS)


def _edited(project: Project, arg: str) -> float:
    """Milliseconds; each round gives the layer another size, so that nothing behind it is known already."""
    node, size = _first(project, arg)
    previewer = Previewer()
    _ask(previewer, project, 0)
    times = []
    for number in range(1, ROUNDS + 1):
        graph = SetArg(node, arg, size + number).apply(project.graph)
        edited = msgspec.structs.replace(project, graph=graph)
        times.append(_ask(previewer, edited, number))
    return min(times)


def _first(project: Project, arg: str) -> tuple[NodeId, int]:
    """The first layer with a size of this name."""
    sizes: Iterator[tuple[NodeId, ArgValue]] = (
        (node.id, node.args[arg]) for node in project.graph.nodes.values() if arg in node.args
    )
    node, size = next(sizes)
    if not isinstance(size, int):
        raise TypeError(f"{arg} of {node} is no whole number.")
    return node, size


def _ask(previewer: Previewer, project: Project, number: int) -> float:
    begin = time.perf_counter()
    answer, arrays = previewer.preview(Preview(number, project, tuple(project.graph.nodes)))
    encode_frame(answer, arrays)
    if answer.trouble:
        raise RuntimeError(answer.trouble)
    return (time.perf_counter() - begin) * 1000
