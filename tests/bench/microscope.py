"""How long a look into a training step takes in a warm process: every stop, and a step that is applied."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from nnbuilder.data.spec import ArraysData, DataSpec
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import encode_frame
from nnbuilder.protocol.microscope import Look, Place
from tests.bench.figures import Figure
from tests.bench.networks import mlp
from tests.bench.training import WIDE

GROUP = "microscope"
ROWS = 10_000
BATCH = 64
ROUNDS = 9
LIMIT_MS = 100

STAGES = {
    "zero_grad": "zero_grad()",
    "forward": "a layer forward",
    "loss": "the loss",
    "backward": "a layer backward",
    "update": "the update",
}


def figures() -> Iterator[Figure]:
    """Each kind of stop, the slowest of its layers; then a step that is applied.

    Others may be at work on the machine, and that only adds: the quickest of some rounds counts.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        request = Look(1, _project(folder), name, str(folder / "runs"), rows=f"data:0:{BATCH}")
        scope = Scope()
        walk = scope.look(request)[0].walk
        for stage, words in STAGES.items():
            stops = [place for place in walk if place.stage == stage]
            yield _figure(f"Microscope: {words}", max(_look(scope, request, place) for place in stops))
        yield _figure("Microscope: a batch that training draws", _batches(scope, request, walk[1]))
        yield _figure(
            "Microscope: a step applied to all, and the next look", _steps(scope, request, walk[-1])
        )


def _project(folder: Path) -> Project:
    """The network on random images in a file."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, WIDE[0])).astype(np.float32)
    np.savez(folder / "images.npz", x=x, y=rng.integers(0, WIDE[-1], ROWS))
    project = mlp(WIDE, batch_size=BATCH, epochs=1)
    return msgspec.structs.replace(project, data=DataSpec(ArraysData("images.npz")))


def _look(scope: Scope, request: Look, place: Place) -> float:
    """A look at a stop, with its answer packed for the window."""
    return min(_ask(scope, msgspec.structs.replace(request, place=place)) for _ in range(ROUNDS))


def _ask(scope: Scope, request: Look) -> float:
    start = time.perf_counter()
    encode_frame(*scope.look(request))
    return (time.perf_counter() - start) * 1000


def _batches(scope: Scope, request: Look, place: Place) -> float:
    """One batch after the other, as training would go."""
    looks = [
        msgspec.structs.replace(request, rows=f"batch:{number}", place=place) for number in range(ROUNDS)
    ]
    return min(_ask(scope, look) for look in looks)


def _steps(scope: Scope, request: Look, place: Place) -> float:
    """From the wish to step until the stop is seen again with the new weights."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer, _ = scope.look(msgspec.structs.replace(request, place=place, reach="all"))
        project = msgspec.structs.replace(request.project, weights=answer.sha256)
        request = msgspec.structs.replace(request, project=project)
        encode_frame(*scope.look(msgspec.structs.replace(request, place=place)))
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def _figure(name: str, ours: float) -> Figure:
    return Figure(group=GROUP, name=f"{name}, 784-512-512-10", ours=ours, limit=LIMIT_MS)
