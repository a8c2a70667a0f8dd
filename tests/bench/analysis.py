"""How long torch's answer about a large drawing takes, in a warm engine."""

import time
from collections.abc import Iterator
from statistics import median

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.warm import warm_up
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import apply_edit
from tests.bench.figures import Figure
from tests.bench.networks import distinct

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


def _edit(layers: int) -> float:
    """Torch's answer and the doctor's advice, in milliseconds."""
    analyzer, project, times = Analyzer(), distinct(layers), []
    doctor = Doctor(analyzer)
    for turn in range(REPEATS + 1):
        start = time.perf_counter()
        *_, found = analyzer.analyze(project, None)
        doctor.advise(project, found, None)
        if turn:
            times.append((time.perf_counter() - start) * 1000)
        node = NodeId(f"n{layers // 2 + 2 * turn}")
        project = apply_edit(project, SetArg(node, "out_features", 700 + turn))
    return median(times)
