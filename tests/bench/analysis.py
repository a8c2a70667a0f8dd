"""How long torch's answer about a large drawing takes, in a warm engine."""

import time
from collections.abc import Iterator, Sequence
from statistics import median

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.warm import warm_up
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from tests.bench.figures import Figure
from tests.bench.networks import BLOCK, chain, convolutional, distinct

GROUP = "analysis"
REPEATS = 5


def figures() -> Iterator[Figure]:
    """A thousand layers that no analyzer has seen, then an edit in the middle of them."""
    warm_up()
    for _ in Analyzer().analyze(distinct(20), None):
        pass
    first, whole = [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for index, _slice in enumerate(Analyzer().analyze(distinct(1000), None)):
            if index == 0:
                first.append((time.perf_counter() - start) * 1000)
        whole.append((time.perf_counter() - start) * 1000)
    yield Figure(group=GROUP, name="Analysis of 1,000 distinct layers", ours=median(whole), limit=300)
    yield Figure(group=GROUP, name="First answers of it", ours=median(first), limit=50)
    for layers, limit in ((100, 50.0), (1000, 150.0)):
        yield Figure(
            group=GROUP, name=f"Analysis after an edit, {layers:,} layers", ours=_edit(layers), limit=limit
        )
    for layers, limit in ((100, 50.0), (1000, 150.0)):
        yield Figure(
            group=GROUP,
            name=f"After an edit of 20 layers for images, of {layers:,}",
            ours=_median(convolutional(layers), _blocks(layers)),
            limit=limit,
        )
    yield Figure(group=GROUP, name="Analysis of 10^9 parameters", ours=_huge(), limit=1000)


def _huge() -> float:
    """The answer about weights that would take four gigabytes, in milliseconds."""
    subject = Project(graph=chain([("Linear", {"out_features": 10_000})] * 10, (10_000,)))
    start = time.perf_counter()
    *_, last = Analyzer().analyze(subject, None)
    taken = (time.perf_counter() - start) * 1000
    if last.analysis.parameters < 10**9:
        raise ValueError(last.analysis.parameters)
    return taken


def _edit(layers: int) -> float:
    """One edit after the other in the middle of layers that all differ."""
    edits = [
        SetArg(NodeId(f"n{layers // 2 + 2 * turn}"), "out_features", 700 + turn) for turn in range(REPEATS)
    ]
    return _median(distinct(layers), edits)


def _blocks(layers: int) -> list[SetArg]:
    """Edits of the channels that twenty layers in the middle have."""
    node = NodeId(f"n{layers // 2 // BLOCK * BLOCK + 2}")  # n1 is the Input
    return [SetArg(node, "out_channels", 20 + turn) for turn in range(REPEATS)]


def _median(project: Project, edits: Sequence[SetArg]) -> float:
    """Torch's answer and the doctor's advice after each edit, in milliseconds."""
    analyzer, times = Analyzer(), []
    doctor = Doctor(analyzer)
    for turn in range(len(edits) + 1):
        start = time.perf_counter()
        *_, found = analyzer.analyze(project, None)
        doctor.advise(project, found, None)
        if turn:
            times.append((time.perf_counter() - start) * 1000)
        if turn < len(edits):
            project = apply_edit(project, edits[turn])
    return median(times)
