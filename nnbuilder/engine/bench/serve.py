"""The process of the bench: works out lines in the order in which they come, until nobody asks any more."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.engine.bench.bench import Bench, Outcome
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.manual import manual_of
from nnbuilder.engine.bench.passes import Tracer
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.bench.shown import kind, text_of, word
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.protocol.bench import (
    AskManual,
    AskNetwork,
    BenchAnswer,
    BenchLesson,
    BenchLine,
    BenchManual,
    BenchNetwork,
    BenchPreparing,
    BenchValue,
    ListBench,
    UseProject,
)
from nnbuilder.protocol.codec import DTYPES
from nnbuilder.protocol.messages import Request

MAX_SENT = 1_000_000
"""The most numbers of a tensor that are sent to be looked at."""

MAX_TEXT = 4000
"""The most letters of what PyTorch prints."""

SEED = 0
"""What random numbers begin with, so that a bench that is replayed has the same ones."""

Arrays = tuple[NDArray[np.generic], ...]


def serve_bench(inbox: Inbox, send: Sender) -> None:
    """Answers until the window has closed."""
    torch.manual_seed(SEED)
    bench = Bench()
    bench.on_making = lambda name: send(BenchPreparing(name))
    lost: list[str] = []
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S)
        send.beat()
        while inbox.waiting:
            _take(bench, lost, inbox.waiting.popleft(), send)


def _take(bench: Bench, lost: list[str], request: Request, send: Sender) -> None:
    match request:
        case UseProject():
            base, runs = (Path(path) if path else None for path in (request.base, request.runs))
            bench.provide(provided_of(request.project, base, runs), *([base] if base else []))
        case BenchLine():
            answer, arrays = answer_line(bench, request)
            if not request.replays:
                send(answer, arrays)
            elif answer.refused and not answer.lasting:
                lost.append(f"{request.text.strip()[:60]}  no longer works: {answer.message}")
        case ListBench():
            send(BenchAnswer(request.number, names=_names(bench), notes=tuple(lost)))
            lost.clear()
        case AskManual():
            send(manual_of(request.word) or BenchManual(request.word))
        case AskNetwork():
            send(_network(bench))


def _network(bench: Bench) -> BenchNetwork:
    try:
        tracer = bench.provided["trace"]() if "trace" in bench.provided else None
        return BenchNetwork(tracer.layers if isinstance(tracer, Tracer) else ())
    except BenchError as error:
        return BenchNetwork((), str(error))


def answer_line(bench: Bench, line: BenchLine) -> tuple[BenchAnswer, Arrays]:
    """Works out a line and says what became of it."""
    try:
        outcome = bench.run(line.text)
    except BenchError as error:
        place = error.place
        touched = bench.touched
        instead = "" if line.replays else bench.suggest(error)
        told = BenchAnswer(
            line.number, None, _names(bench), (), None, False, str(error), error.torch, place.line,
            place.start, place.end, instead, touched,
        )  # fmt: skip
        return told, ()
    return _answer(bench, line, outcome)


def _answer(bench: Bench, line: BenchLine, outcome: Outcome) -> tuple[BenchAnswer, Arrays]:
    value = None if outcome.value is None else value_of(outcome.value, outcome.name)
    arrays: list[NDArray[np.generic]] = []
    if isinstance(outcome.value, torch.Tensor):
        arrays.append(numbers_of(outcome.value))
    lesson, operands = None, False
    if (learned := outcome.lesson) is not None:
        lesson = BenchLesson(
            "product" if learned.kind == "product" else "broadcast",
            learned.sentence, learned.left_shape, learned.right_shape, learned.shape, learned.stretched,
        )  # fmt: skip
        whole = outcome.value is learned.made and not bench.touched
        if learned.left is not None and learned.right is not None and whole:
            arrays += [numbers_of(learned.left), numbers_of(learned.right)]
            operands = True
    names = _names(bench)
    answer = BenchAnswer(line.number, value, names, outcome.notes, lesson, operands, lasting=outcome.lasting)
    return answer, tuple(arrays)


def _names(bench: Bench) -> tuple[BenchValue, ...]:
    return tuple(value_of(value, name, told=False) for name, value in bench.names.items())


def value_of(value: object, name: str = "", *, told: bool = True) -> BenchValue:
    """What is known of a value; `told` with what PyTorch prints of it."""
    text = "" if isinstance(value, torch.Tensor) or not told else text_of(value)[:MAX_TEXT]
    if isinstance(value, torch.Tensor):
        return BenchValue(
            "Parameter" if isinstance(value, torch.nn.Parameter) else "Tensor",
            name, text, tuple(value.shape), word(value.dtype), str(value.device), value.numel(),
            tuple(value.stride()), value.requires_grad,
        )  # fmt: skip
    if isinstance(value, np.ndarray):
        return BenchValue("ndarray", name, text, value.shape, str(value.dtype), "cpu", value.size)
    if isinstance(value, bool | int | float):
        return BenchValue(type(value).__name__, name, text_of(value)[:MAX_TEXT])
    return BenchValue(kind(value), name, text)


def numbers_of(tensor: torch.Tensor) -> NDArray[np.generic]:
    """A tensor's numbers as they can be sent; of too many those that come first along dimension 0."""
    shown = tensor.detach()
    if shown.numel() > MAX_SENT:
        rows = max(1, MAX_SENT // max(1, shown.numel() // len(shown)))
        shown = shown[:rows]
        if shown.numel() > MAX_SENT:
            shown = shown.reshape(-1)[:MAX_SENT]
    if shown.dtype == torch.bool:
        shown = shown.to(torch.uint8)
    elif shown.dtype in {torch.float16, torch.bfloat16}:
        shown = shown.float()
    array = shown.cpu().numpy()
    return array if array.dtype.str[1:] in DTYPES else array.astype(np.int64)
