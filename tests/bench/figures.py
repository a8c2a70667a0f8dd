"""What a measurement is, and the table of all."""

import os
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Literal

import msgspec

Unit = Literal["ms", "steps/s", "MB", "%"]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: our number, the other one where there is another, and what was aimed at.

    `ratio` is how many times better we are than the other, or the other way round where the target says so.
    `limit` is the target as a number: of the ratio where there is one, else of `ours`. `least` says that
    more is better. `skipped` is the reason why nothing was measured.
    """

    group: str
    name: str
    unit: Unit = "ms"
    ours: float | None = None
    other: float | None = None
    than: str = ""
    ratio: float | None = None
    limit: float | None = None
    least: bool = False
    skipped: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where nothing was measured or nothing is aimed at."""
        found = self.ours if self.ratio is None else self.ratio
        if found is None or self.limit is None:
            return None
        return found >= self.limit if self.least else found <= self.limit

    @property
    def target(self) -> str:
        """The target in words."""
        if self.limit is None:
            return ""
        unit = " x" if self.ratio is not None or (self.than and self.ours is None) else f" {self.unit}"
        return f"{'>=' if self.least else '<='} {self.limit:g}{unit}"


def render(figures: Sequence[Figure]) -> str:
    """The table of name, ours, the other, ratio, target and verdict."""
    rows = [("Figure", "Ours", "Other", "Ratio", "Target", "")]
    for figure in figures:
        if figure.skipped:
            rows.append((figure.name, "-", figure.skipped, "", figure.target, "skipped"))
            continue
        other = "" if figure.other is None else f"{_number(figure.other)} {figure.unit} ({figure.than})"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
        ours = "" if figure.ours is None else f"{_number(figure.ours)} {figure.unit}"
        rows.append((figure.name, ours, other, ratio, figure.target, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def timed(do: Callable[[], object], repeats: int, *, warm: int = 1) -> float:
    """The median time of a call, in milliseconds."""
    times = []
    for index in range(warm + repeats):
        start = time.perf_counter()
        do()
        if index >= warm:
            times.append((time.perf_counter() - start) * 1000)
    return median(times)


def memory(pid: int | None = None) -> float:
    """What a process holds in memory, shared libraries too, in MB (Linux)."""
    return _rollup(pid or os.getpid(), ("Rss:",))


def private_memory(pid: int) -> float:
    """What a process holds for itself alone, in MB (Linux)."""
    return _rollup(pid, ("Private_Clean:", "Private_Dirty:"))


def _rollup(pid: int, names: tuple[str, ...]) -> float:
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123  (a file of the kernel)
        lines = [line.split() for line in file]
    return sum(int(line[1]) for line in lines if line[0] in names) / 1024


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
