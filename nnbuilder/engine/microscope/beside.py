"""Trains the right loop and one with mistakes in turns, and tells of both while they go."""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import torch

from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.microscope.mistakes import Loop, file_order, load_beside, neighbours_alike
from nnbuilder.engine.run_start import starting_weights
from nnbuilder.protocol.mistakes import LoopsAdvanced, LoopsTrained, Numbers, TrainWrong

TELL_S = 0.1
"""Seconds between two messages."""

_SORTED = 0.5
"""How far beyond chance neighbours are alike in data that count as sorted by class."""

_FEW = 10
"""Rows of the validation part below which its numbers are mostly chance."""

Send = Callable[[LoopsAdvanced], None]


def answer(request: TrainWrong, send: Send) -> LoopsTrained:
    """Trains both to their end; raises what keeps a training from being done."""
    training = msgspec.structs.replace(
        request.project.training, device="cpu", compiled=False, precision="float32"
    )
    project = msgspec.structs.replace(request.project, training=training)
    base = Path(request.base) if request.base else None
    torch.set_num_threads(training.threads)
    torch.use_deterministic_algorithms(training.deterministic)
    weights, notes = starting_weights(project, Path(request.runs or ""), None)
    right_data, wrong_data = load_beside(project, request.mistakes, base)
    order = file_order(project, base) if "shuffle" in request.mistakes else None
    right = Loop(project, right_data, (), weights)
    wrong = Loop(project, wrong_data, request.mistakes, weights, order)
    teller = _Teller(right, wrong, send)
    epochs, steps, why = 0, 0, ""
    for count, epoch in _turns(right, wrong, training.epochs, request.steps, request.seconds):
        teller.tell()
        epochs, steps = epoch, count
    teller.tell(at_once=True)
    if epochs < training.epochs:
        why = f"Ended after {steps:,} steps, in epoch {epochs + 1:,} of {training.epochs:,}."
    told = (*notes, *_notes(right_data, order, right.per_epoch))
    return LoopsTrained(epochs, right.per_epoch, right.metric, right.end(), wrong.end(), why, told)


def _turns(right: Loop, wrong: Loop, epochs: int, steps: int, seconds: float) -> Iterator[tuple[int, int]]:
    """Steps of both in turns: how many have been done, and how many whole epochs."""
    end, count = time.monotonic() + seconds, 0
    for epoch in range(epochs):
        for _ in itertools.zip_longest(right.epoch(), wrong.epoch()):
            count += 1
            yield count, epoch
            if (count >= steps and count % right.per_epoch) or time.monotonic() > end:
                return
        yield count, epoch + 1
        if count >= steps:
            return


class _Teller:
    """Sends what has come since it last did, some times a second."""

    def __init__(self, right: Loop, wrong: Loop, send: Send) -> None:
        self._series = (right.losses, wrong.losses, right.validation, wrong.validation)
        self._sent = [0, 0, 0, 0]
        self._send = send
        self._last = 0.0

    def tell(self, *, at_once: bool = False) -> None:
        """Sends, unless it has just done so."""
        now = time.monotonic()
        if at_once or now - self._last >= TELL_S:
            self._last = now
            parts = [_plain(series[sent:]) for series, sent in zip(self._series, self._sent, strict=True)]
            self._sent = [len(series) for series in self._series]
            self._send(LoopsAdvanced(*parts))


def _plain(values: list[float]) -> Numbers:
    return tuple(value if math.isfinite(value) else None for value in values)


def _notes(prepared: Prepared, order: torch.Tensor | None, per_epoch: int) -> tuple[str, ...]:
    """What the comparison meets in these data: their own order where that is gone through, and few rows."""
    notes = [] if order is None else [_of_order(prepared, order, per_epoch)]
    rows = len(prepared.validation.y)
    if 0 < rows < _FEW:
        counted = "1 row is" if rows == 1 else f"{rows} rows are"
        notes.append(f"Only {counted} held out to measure both loops: their numbers are chance.")
    return tuple(note for note in notes if note)


def _of_order(prepared: Prepared, order: torch.Tensor, per_epoch: int) -> str:
    """What it means for these data that their rows are not shuffled; empty where nothing is known of it."""
    if per_epoch == 1:
        return f"One batch holds all {len(order):,} rows here, so their order makes no difference."
    if not prepared.profile.classes:
        return ""
    alike, chance = neighbours_alike(torch.from_numpy(prepared.train.y)[order])
    if alike - chance > _SORTED * (1 - chance):
        return "The rows of these data are sorted by class: whole batches hold one class only."
    return "The rows of these data lie in no order by class, so their own order does little harm here."
