"""The check pass over a CSV file: finds every broken row and cell, with physical line and column name.

It runs only where pandas met something odd. `csv` alone is not enough: it lets NUL through and reports an
open quote at the last line of the file. So each row is parsed by itself, and after a broken one the pass
goes on with the next physical line.
"""

import csv
import math
import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from nnbuilder.data.errors import FAULT_LIMIT, DataFault
from nnbuilder.data.table_layout import FIELD_LIMIT, LINE_LIMIT, MISSING, Layout, is_number

CELL_FAULTS = frozenset({"data-not-a-number", "data-not-finite"})
"""Codes of what does not matter in a column that is left out."""

_SAMPLE_ROWS = 10_000
_BAD_BYTE = re.compile("[\udc80-\udcff]")
_MISSING = frozenset(MISSING)

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Report:
    """What the pass found: `faults` up to a limit and how many in all, empty cells as (line, column)."""

    faults: list[DataFault] = field(default_factory=list)
    total: int = 0
    missing: list[tuple[int, str]] = field(default_factory=list)

    def add(self, fault: DataFault) -> None:
        """Counts a fault and keeps it while there is room."""
        self.total += 1
        if len(self.faults) < FAULT_LIMIT:
            self.faults.append(fault)


class _Lines:
    """The physical lines of a file, one by one; lines that were read too far can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._ahead: deque[str] = deque()
        self.number = 0

    def take(self) -> str:
        """The next line with its end, or an empty string at the end of the file."""
        line = self._ahead.popleft() if self._ahead else self._file.readline(LINE_LIMIT + 1)
        self.number += bool(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        """Makes lines that were taken be taken again."""
        self._ahead.extendleft(reversed(lines))
        self.number -= len(lines)

    def skip_rest(self) -> None:
        """Drops what is left of a line that was cut at the limit."""
        while (piece := self._file.readline(LINE_LIMIT)) and not piece.endswith(("\n", "\r")):
            pass


def scan_table(
    path: Path, layout: Layout, target: str, left_out: Collection[str] = (), *, words: bool = False
) -> Report:
    """Checks the whole file against its layout; `words` says that the target holds classes, not numbers.

    What cells of columns hold that are left out does not matter, as long as rows can be told apart.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        numbers = _number_columns(_good_rows(file, layout), layout)
    numbers -= {column for column, name in enumerate(layout.names) if name in left_out}
    report = Report()
    goal = layout.names.index(target)
    columns = sorted(numbers | {goal})
    numbers -= {goal} if words else set()
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for number, cells in _rows(file, layout, report):
            _check_row(number, cells, columns, numbers, layout, report)
    return report


def _good_rows(file: TextIO, layout: Layout) -> Iterator[Row]:
    for count, row in enumerate(_rows(file, layout, Report())):
        if count == _SAMPLE_ROWS:
            return
        yield row


def _number_columns(rows: Iterator[Row], layout: Layout) -> set[int]:
    """Columns in which more than half of the cells that are not empty are numbers."""
    numbers, filled = [0] * len(layout.names), [0] * len(layout.names)
    for _, cells in rows:
        for column, cell in enumerate(cells):
            plain = _plain(cell, layout)
            filled[column] += plain not in _MISSING
            numbers[column] += plain not in _MISSING and is_number(plain)
    return {column for column, count in enumerate(numbers) if 2 * count > filled[column]}


def _rows(file: TextIO, layout: Layout, report: Report) -> Iterator[Row]:
    """Rows with the right number of readable cells and their first line; all others are reported."""
    lines = _Lines(file)
    if layout.header:
        _skip_header(lines, layout)
    while (start := lines.number + 1) and (found := _record(lines, layout, report)) is not None:
        if not found:
            continue
        if len(found) != len(layout.names):
            report.add(_wrong_count(start, found, layout))
        elif (fault := _unreadable(start, found, layout)) is not None:
            report.add(fault)
        else:
            yield start, found


def _skip_header(lines: _Lines, layout: Layout) -> None:
    """Takes the header, and the empty lines before it."""
    while (line := lines.take()) and not line.rstrip("\r\n"):
        pass
    lines.give_back([line] if line else [])
    _record(lines, layout, Report())


def _record(lines: _Lines, layout: Layout, report: Report) -> list[str] | None:
    """The cells of the next record: none for an empty or broken line, None at the end of the file."""
    line = lines.take()
    if not line:
        return None
    if len(line) > LINE_LIMIT:
        lines.skip_rest()
        text = f"Line {lines.number} is longer than {LINE_LIMIT // 2**20} MiB."
        report.add(DataFault("data-line-length", text, lines.number))
        return []
    plain = line.rstrip("\r\n")
    if '"' not in plain:
        return plain.split(layout.delimiter) if plain else []
    return _quoted(lines, line, layout, report)


def _quoted(lines: _Lines, line: str, layout: Layout, report: Report) -> list[str]:
    """The cells of a record with quotes, which may go on over several lines."""
    start, taken = lines.number, [line]

    def feed() -> Iterator[str]:
        size = len(line)
        yield line
        while size <= FIELD_LIMIT and (more := lines.take()):
            taken.append(more)
            size += len(more)
            yield more

    csv.field_size_limit(LINE_LIMIT + FIELD_LIMIT)
    try:
        cells = next(csv.reader(feed(), delimiter=layout.delimiter, strict=True, skipinitialspace=True))
    except csv.Error:
        cells = []
    if cells and (len(taken) == 1 or len(cells) == len(layout.names)):
        return cells
    lines.give_back(taken[1:])
    report.add(_open_quote(start, line, layout))
    return []


def _open_quote(number: int, line: str, layout: Layout) -> DataFault:
    """Names the first cell whose quote is not closed, or is closed in the middle of it."""
    before = 0
    for cell in line.rstrip("\r\n").split(layout.delimiter):
        if cell.lstrip().startswith('"') and not re.fullmatch(r'\s*"([^"]|"")*"', cell):
            break
        before += 1
    name = _name(before, layout)
    text = f"Line {number}, column {name}: a quote is opened but not closed."
    return DataFault("data-open-quote", text, number, name)


def _wrong_count(number: int, cells: list[str], layout: Layout) -> DataFault:
    found, wanted = len(cells), len(layout.names)
    name = _name(found, layout) if found < wanted else ""
    place = (
        f" (column {name} is the first without one)" if name else f" ({_shown(cells[wanted])} is too many)"
    )
    text = f"Line {number} has {found} {'cell' if found == 1 else 'cells'} instead of {wanted}{place}."
    return DataFault("data-cell-count", text, number, name)


def _unreadable(number: int, cells: list[str], layout: Layout) -> DataFault | None:
    """The first cell that holds bytes which are no text, or too many of them."""
    for column, cell in enumerate(cells):
        name = layout.names[column]
        place = f"Line {number}, column {name}"
        if "\0" in cell:
            return DataFault("data-nul", f"{place}: {_shown(cell)} holds a NUL byte.", number, name)
        if not cell.isascii() and _BAD_BYTE.search(cell):
            return DataFault(
                "data-encoding",
                f"{place}: {_shown(cell)} is not valid UTF-8: save the file as UTF-8.",
                number,
                name,
            )
        if len(cell) > FIELD_LIMIT:
            text = f"{place}: a cell of {len(cell):,} characters is too long."
            return DataFault("data-cell-length", text, number, name)
    return None


def _check_row(
    number: int, cells: list[str], columns: list[int], numbers: set[int], layout: Layout, report: Report
) -> None:
    """Reports empty cells, and what is no finite number in a column of numbers."""
    for column in columns:
        plain, name = _plain(cells[column], layout), layout.names[column]
        if plain in _MISSING:
            report.missing.append((number, name))
        elif column not in numbers:
            continue
        elif not is_number(plain):
            text = f"Line {number}, column {name}: {_shown(plain)} is not a number."
            report.add(DataFault("data-not-a-number", text, number, name))
        elif not math.isfinite(float(plain)):
            text = f"Line {number}, column {name}: {_shown(plain)} is not a finite number."
            report.add(DataFault("data-not-finite", text, number, name))


def _plain(cell: str, layout: Layout) -> str:
    plain = cell.strip()
    return plain.replace(",", ".") if layout.decimal == "," else plain


def _name(column: int, layout: Layout) -> str:
    return layout.names[min(column, len(layout.names) - 1)]


def _shown(text: str) -> str:
    """A cell as it can be printed, cut where it is long."""
    plain = text if len(text) <= 40 else text[:37] + "..."
    return repr(
        plain.encode("utf-8", "surrogateescape").decode("latin-1") if _BAD_BYTE.search(plain) else plain
    )
