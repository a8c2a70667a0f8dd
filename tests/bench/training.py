"""Steps per processor second: our engine, with everything that the window shows, against other loops."""

import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import msgspec
import torch

from nnbuilder.engine import reporter
from nnbuilder.engine.compiled.obstacles import missing_compiler
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.live.table import REPORTS
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.warm import warm_up
from nnbuilder.protocol.codec import encode_frame
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import Control, Event
from tests.bench import loops, peers
from tests.bench.figures import Figure
from tests.bench.networks import mlp, random_data

GROUP = "training"
ROWS = 4096
EPOCHS = 48
REPEATS = 7
WIDE = (784, 512, 512, 10)
WIDE_EPOCHS = 2
PAIRS = 12

Loop = Callable[[], None]


def figures() -> Iterator[Figure]:
    """Ours against each other loop, in turns; then what the histograms cost."""
    torch.set_num_threads(1)
    warm_up()
    yield from _against_loops()
    yield from _against_peers()
    yield _compiled()
    yield _histograms()


def _against_loops() -> Iterator[Figure]:
    x, y = _tensors()
    rates = _rates([_ours(), lambda: loops.bare(x, y, EPOCHS), lambda: loops.textbook(x, y, EPOCHS)])
    ours, bare, textbook = (_steps(EPOCHS) / seconds for seconds in rates)
    yield _figure("Training, all live reports on", ours, bare, "bare loop, same optimizer", 0.95)
    yield _figure("Training, against the tutorials' loop", ours, textbook, "DataLoader, loss.item()", 1.8)


def _against_peers() -> Iterator[Figure]:
    x, y = _tensors()
    epochs = 10
    for package, loop, limit in (
        ("lightning", peers.lightning, 5.0),
        ("keras", peers.keras, 6.0),
        ("skorch", peers.skorch, 2.3),
    ):
        name = f"Training, against {package}"
        if not peers.installed(package):
            reason = f"{package} is not installed: pip install -e '.[bench]'"
            yield Figure(group=GROUP, name=name, than=package, limit=limit, least=True, skipped=reason)
            continue
        rates = _rates([_ours(epochs), partial(loop, x, y, epochs)], repeats=3)
        ours, other = (_steps(epochs) / seconds for seconds in rates)
        yield _figure(name, ours, other, package, limit)


def _compiled() -> Figure:
    """The engine's compiled step against its ordinary one, without the compiling."""
    name, than, limit = "Training, compiled steps", "ordinary steps", 1.5
    if why := missing_compiler():
        return Figure(group=GROUP, name=name, than=than, limit=limit, least=True, skipped=why)
    project = mlp(loops.SIZES, batch_size=loops.BATCH, epochs=EPOCHS)
    training = msgspec.structs.replace(project.training, compiled=True)
    data = random_data(ROWS, loops.SIZES[0], loops.SIZES[-1])
    trainers = [Trainer(msgspec.structs.replace(project, training=training), data), Trainer(project, data)]

    def all_steps(trainer: Trainer) -> None:
        trainer.rewind()
        deque(trainer.steps(), maxlen=0)

    rates = _rates([partial(all_steps, trainer) for trainer in trainers])
    ours, other = (_steps(EPOCHS) / seconds for seconds in rates)
    return _figure(name, ours, other, than, limit)


def _histograms() -> Figure:
    """Share of the throughput that histograms take from a wide network: the median of runs in pairs."""

    def without() -> None:
        with patch.multiple(reporter, HISTOGRAMS_S=1e9, ROWS_SHARE=-1.0):
            _train(WIDE, WIDE_EPOCHS)

    loops = [lambda: _train(WIDE, WIDE_EPOCHS), without]
    cost = median(shown / hidden - 1 for shown, hidden in zip(*_seconds(loops, PAIRS), strict=True))
    return Figure(
        group=GROUP,
        name="Cost of histograms, 784-512-512-10",
        unit="%",
        ours=cost * 100,
        limit=3,
    )


def _figure(name: str, ours: float, other: float, than: str, limit: float) -> Figure:
    return Figure(
        group=GROUP,
        name=name,
        unit="steps/s",
        ours=ours,
        other=other,
        than=than,
        ratio=ours / other,
        limit=limit,
        least=True,
    )


def _ours(epochs: int = EPOCHS) -> Loop:
    return lambda: _train(loops.SIZES, epochs)


def _train(sizes: tuple[int, ...], epochs: int) -> None:
    """One run with its folder on disk, every message encoded as for the window."""
    project = mlp(sizes, batch_size=loops.BATCH, epochs=epochs)
    with tempfile.TemporaryDirectory() as folder:
        train_run(project, random_data(ROWS, sizes[0], sizes[-1]), Path(folder) / "run", _send, Looked())


class Looked(Unattended):
    """Controls of a run of which every live report is looked at."""

    def __init__(self) -> None:
        self._told = False

    def poll(self, timeout: float) -> Control | Watch | None:
        if not self._told:
            self._told = True
            return Watch("", tuple(REPORTS))
        return super().poll(timeout)


def _send(message: Event, arrays: Sequence[Any] = ()) -> None:
    encode_frame(message, arrays)


def _tensors() -> tuple[torch.Tensor, torch.Tensor]:
    part = random_data(ROWS, loops.SIZES[0], loops.SIZES[-1]).train
    return torch.from_numpy(part.x), torch.from_numpy(part.y)


def _steps(epochs: int) -> int:
    return epochs * -(-ROWS // loops.BATCH)


def _rates(todo: Sequence[Loop], repeats: int = REPEATS) -> list[float]:
    """The median processor seconds of each loop."""
    return [median(values) for values in _seconds(todo, repeats)]


def _seconds(todo: Sequence[Loop], repeats: int) -> list[list[float]]:
    """The processor seconds of each loop, in rounds of which each begins with another loop."""
    seconds: list[list[float]] = [[] for _ in todo]
    for turn in range(repeats + 1):
        for place in range(len(todo)):
            index = (turn + place) % len(todo)
            start = time.process_time()
            todo[index]()
            if turn:
                seconds[index].append(time.process_time() - start)
    return seconds
