"""The bench itself: named values, and lines that make more of them."""

import ast
import contextlib
import re
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from nnbuilder.engine.bench.errors import BenchError, Place
from nnbuilder.engine.bench.evaluator import Provided
from nnbuilder.engine.bench.files import Files
from nnbuilder.engine.bench.guard import SECONDS, Guard
from nnbuilder.engine.bench.lesson import Lesson
from nnbuilder.engine.bench.statements import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LETTERS = 500_000
"""The longest line."""

MAX_HELD = 100_000_000
"""The most numbers that all named tensors hold together."""

MAX_NAMES = 500
"""The most names."""

_CHANGING = {
    *(".backward", ".step", ".zero_grad", ".train", ".eval", ".double", ".float"),
    *(".requires_grad_", ".retain_grad"),
}
"""Methods that change what they are called on without an operation that shows it."""

_GAP = re.compile(r"(?<=[\d.\]])\s+(?=[-+\d.\[])")
"""Where a comma is missing between two numbers, or two lists of them."""

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_CLOSING = {"(": ")", "[": "]", "{": "}"}

UNPARSED = (SyntaxError, ValueError, MemoryError, RecursionError)
"""What `ast.parse` raises for a text that is no Python, or too much of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a line gave: its value, the name it went to or "", a lesson, and sentences worth knowing.

    `lasting` where lines after it may depend on it: it changed a name, a tensor, or the random numbers.
    """

    value: Any
    name: str = ""
    lesson: Lesson | None = None
    notes: tuple[str, ...] = ()
    lasting: bool = False


class Bench:
    """Names and their values; `provided` are made when a line first names them.

    `on_making` is called with each such name before it is made, and with "" afterwards.
    """

    def __init__(self, provided: Provided | None = None, seconds: float = SECONDS) -> None:
        self.names: dict[str, Any] = {}
        self.on_making: Callable[[str], object] = _silent
        self._ready: set[str] = set()
        self.provided: Provided = {}
        self.provide(provided or {})
        self.touched = False
        self._files = Files()
        self._seconds = seconds

    def provide(self, provided: Provided, *folders: Path) -> None:
        """From now on these names are made when a line first has them, each once; files lie in `folders`."""
        self.provided = {name: cache(make) for name, make in provided.items()}
        self._ready.clear()
        self._files = Files(*folders)

    def run(self, source: str) -> Outcome:
        """Works out a line; a refused one, a `BenchError`, leaves names and random numbers as they were.

        `touched` then says whether it has changed a tensor in place or its gradients all the same.
        """
        before, state = dict(self.names), torch.get_rng_state()
        self.touched = False
        tree = _parsed(source)
        self._make_ready(tree)
        guard = Guard(self._seconds)
        worker = Worker(source, self.names, self.provided, guard, self._files)
        try:
            with warnings.catch_warnings(record=True) as warned, guard.watching(), torch.enable_grad():
                warnings.simplefilter("always")
                value, name = worker.run(tree)
            self._check_held()
        except BaseException:
            self.names.clear()
            self.names.update(before)
            torch.set_rng_state(state)
            raise
        finally:
            self.touched = guard.changed or not _CHANGING.isdisjoint(worker.reached)
        drawn = not torch.equal(state, torch.get_rng_state())
        named = _identities(before) != _identities(self.names)
        notes = (*worker.notes, *_notes(value, worker.reached, warned))
        return Outcome(value, name, worker.lesson, notes, self.touched or drawn or named)

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
        wanted = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - self.names.keys()
        missing = [name for name in self.provided if name in wanted and name not in self._ready]
        for name in missing:
            self.on_making(name)
            with contextlib.suppress(BenchError):  # told with its place where the name is looked up
                self.provided[name]()
                self._ready.add(name)
        if missing:
            self.on_making("")

    def _check_held(self) -> None:
        held = {id(value): value.numel() for value in self.names.values() if isinstance(value, torch.Tensor)}
        if sum(held.values()) > MAX_HELD:
            raise BenchError(f"The bench holds up to {MAX_HELD:,} numbers: remove a tensor by del first.")
        if len(self.names) > MAX_NAMES:
            raise BenchError(f"The bench holds up to {MAX_NAMES} names: remove some by del first.")


def _silent(name: str) -> None:
    del name


def _identities(names: dict[str, Any]) -> list[tuple[str, int]]:
    return [(name, id(value)) for name, value in names.items()]


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
        if instead := _with_commas(source):
            sentence = "Between the numbers of a list stand commas."
            raise BenchError(sentence, place, torch=error.msg, instead=instead) from None
        closed = _with_brackets(source) if "never closed" in error.msg else ""
        raise BenchError(f"This is no Python: {error.msg}.", place, instead=closed) from None
    except UNPARSED as error:
        raise BenchError("This line nests too deeply to be read.") from error


def _with_commas(source: str) -> str:
    """A list as NumPy prints it, with commas between its numbers; empty where it is something else."""
    if "[" not in source:
        return ""
    made = _GAP.sub(", ", source)
    try:
        ast.parse(made)
    except UNPARSED:
        return ""
    return made


def _with_brackets(source: str) -> str:
    """The line with the brackets closed that stand open at its end; empty where that is no Python either."""
    opened: list[str] = []
    for letter in _QUOTED.sub("", source):
        if letter in _CLOSING:
            opened.append(_CLOSING[letter])
        elif opened and letter == opened[-1]:
            opened.pop()
    made = source.rstrip() + "".join(reversed(opened))
    try:
        ast.parse(made)
    except UNPARSED:
        return ""
    return made


def _notes(value: Any, reached: frozenset[str], warned: list[warnings.WarningMessage]) -> tuple[str, ...]:
    notes = [f"PyTorch warns: {one.message}" for one in warned[:3]]
    if isinstance(value, np.ndarray):
        notes.append(f"A NumPy array of {value.dtype}: torch.from_numpy(...) makes a tensor of it.")
    if isinstance(value, torch.Tensor) and "torch.from_numpy" in reached:
        notes.append(_why(value.dtype, reached))
    if isinstance(value, torch.Tensor) and not value.dim() and value.grad_fn is not None:
        notes.append("A single number that remembers how it came about: .backward() fills in the gradients.")
    return tuple(notes)


def _why(dtype: torch.dtype, reached: frozenset[str]) -> str:
    """Why a tensor that was made of a NumPy array has its dtype, and what to do about it."""
    name = str(dtype).removeprefix("torch.")
    if not reached.isdisjoint({"np.loadtxt", "np.genfromtxt"}) and dtype == torch.float64:
        why = "NumPy reads text as its own wide numbers"
    elif "np.load" in reached:
        why = "the file holds them so"
    elif dtype == torch.float64:
        why = "NumPy's numbers are that wide"
    else:
        why = "the NumPy array has it"
    advice = {
        torch.float32: "; layers take them as they are",
        torch.int64: "; class numbers stay so, features want .float()",
    }.get(dtype, "; layers want .float()")
    return f"{name}: {why}, and from_numpy keeps it{advice}."
