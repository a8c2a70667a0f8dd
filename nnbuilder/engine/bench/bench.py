"""The bench itself: named values, and lines that make more of them."""

import ast
import contextlib
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

from nnbuilder.engine.bench.errors import BenchError, Place
from nnbuilder.engine.bench.evaluator import Provided
from nnbuilder.engine.bench.guard import SECONDS, Guard
from nnbuilder.engine.bench.lesson import Lesson
from nnbuilder.engine.bench.statements import Worker

MAX_LETTERS = 500_000
"""The longest line."""

MAX_HELD = 100_000_000
"""The most numbers that all named tensors hold together."""

MAX_NAMES = 500
"""The most names."""

UNPARSED = (SyntaxError, ValueError, MemoryError, RecursionError)
"""What `ast.parse` raises for a text that is no Python, or too much of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a line gave: its value, the name it went to or "", a lesson, and sentences worth knowing."""

    value: Any
    name: str = ""
    lesson: Lesson | None = None
    notes: tuple[str, ...] = ()


class Bench:
    """Names and their values; `provided` are made when a line first names them."""

    def __init__(self, provided: Provided | None = None, seconds: float = SECONDS) -> None:
        self.names: dict[str, Any] = {}
        self.provided: Provided = {}
        self.provide(provided or {})
        self._seconds = seconds

    def provide(self, provided: Provided) -> None:
        """From now on these names are made when a line first has them, each once."""
        self.provided = {name: cache(make) for name, make in provided.items()}

    def run(self, source: str) -> Outcome:
        """Works out a line; a refused one, a `BenchError`, leaves all names as they were."""
        before = dict(self.names)
        tree = _parsed(source)
        self._make_ready(tree)
        guard = Guard(self._seconds)
        worker = Worker(source, self.names, self.provided, guard)
        try:
            with warnings.catch_warnings(record=True) as warned, guard.watching(), torch.enable_grad():
                warnings.simplefilter("always")
                value, name = worker.run(tree)
            self._check_held()
        except BaseException:
            self.names.clear()
            self.names.update(before)
            raise
        return Outcome(value, name, worker.lesson, _notes(value, worker.reached, warned))

    def try_out(self, source: str) -> bool:
        """Whether a line would work; nothing that it does stays, as far as it changes nothing in place."""
        state = torch.get_rng_state()
        before = dict(self.names)
        try:
            self.run(source)
        except BenchError:
            return False
        finally:
            self.names = before
            torch.set_rng_state(state)
        return True

    def suggest(self, error: BenchError) -> str:
        """The line to use instead, where it was tried and works, or must not be tried."""
        instead = error.instead
        if not instead:
            return ""
        lasting = any(word in instead for word in ("backward", "_(", ".step", "zero_grad", "-=", "+="))
        return instead if lasting or self.try_out(instead) else ""

    def _make_ready(self, tree: ast.Module) -> None:
        """Makes what is provided before the clock starts: building and loading is not the line's own work."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in self.provided and node.id not in self.names:
                with contextlib.suppress(BenchError):  # told with its place where the name is looked up
                    self.provided[node.id]()

    def _check_held(self) -> None:
        held = {id(value): value.numel() for value in self.names.values() if isinstance(value, torch.Tensor)}
        if sum(held.values()) > MAX_HELD:
            raise BenchError(f"The bench holds up to {MAX_HELD:,} numbers: remove a tensor by del first.")
        if len(self.names) > MAX_NAMES:
            raise BenchError(f"The bench holds up to {MAX_NAMES} names: remove some by del first.")


def _parsed(source: str) -> ast.Module:
    if len(source) > MAX_LETTERS:
        raise BenchError(f"{len(source):,} letters are too many for a line: {MAX_LETTERS:,} at most.")
    if not source.strip():
        raise BenchError("Nothing was typed: try  torch.tensor([[1, 2, 3], [4, 5, 6]])")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        start = max((error.offset or 1) - 1, 0)
        end = max((error.end_offset or 0) - 1, start + 1)
        place = Place(error.lineno or 1, start, end)
        raise BenchError(f"This is no Python: {error.msg}.", place) from None
    except UNPARSED as error:
        raise BenchError("This line nests too deeply to be read.") from error


def _notes(value: Any, reached: frozenset[str], warned: list[warnings.WarningMessage]) -> tuple[str, ...]:
    notes = [f"PyTorch warns: {one.message}" for one in warned[:3]]
    if isinstance(value, torch.Tensor) and value.dtype == torch.float64 and "torch.from_numpy" in reached:
        notes.append(
            "float64: NumPy's numbers are that wide, and from_numpy keeps them; layers want .float()."
        )
    if isinstance(value, torch.Tensor) and not value.dim() and value.grad_fn is not None:
        notes.append("A single number that remembers how it came about: .backward() fills in the gradients.")
    return tuple(notes)
