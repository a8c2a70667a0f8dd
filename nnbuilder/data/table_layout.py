"""How a CSV file is written: delimiter, header, decimal sign; found in its first lines."""

import csv
import re
import stat
from itertools import islice
from pathlib import Path, PurePath

import msgspec

from nnbuilder.data.errors import refuse

FIELD_LIMIT = 2**20
"""Characters that one cell may hold."""

LINE_LIMIT = 16 * 2**20
"""Characters that one physical line may hold."""

COLUMN_LIMIT = 10_000
"""Columns that a table may have."""

FILE_LIMIT = 4 * 2**30
"""Bytes that a table may have."""

MISSING = ("", "NA", "N/A", "na", "n/a", "NaN", "nan", "NAN", "-nan", "null", "NULL", "?")
"""Cells that hold no value."""

_SAMPLE = 64 * 1024
_DELIMITERS = ",;\t|"
_LINE_END = re.compile(r"\r\n|\n|\r")
_HEADER_LINES = 20
"""Physical lines that a header with line breaks in quotes may take."""
_MAGIC = {
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"\x1f\x8b": "compressed with gzip; unpack it first",
    b"PK\x03\x04": "a ZIP archive or an Excel workbook; save the sheet as CSV (UTF-8)",
    b"PAR1": "a Parquet file",
    b"\x93NUMPY": "a NumPy array",
}
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+\Z")
_DECIMAL_POINT = re.compile(r"[+-]?\d*\.\d+\Z")


class Layout(msgspec.Struct, frozen=True):
    """How a table is written; `names` are its columns, made unique, `header` says that line 1 holds them."""

    delimiter: str
    names: tuple[str, ...]
    header: bool
    decimal: str = "."


def find_table(path: str, folder: Path | None) -> Path:
    """The file that a project names; raises `DataError` where it is not a file inside the project's folder.

    A project may come from a stranger, so it cannot name files elsewhere. Without a folder (a project that
    was never saved, a path typed on the command line) the path is the user's own choice, and absolute.
    """
    if not path or "\0" in path:
        raise refuse("data-file", "Choose a CSV file.", "source.path")
    if folder is None and not Path(path).is_absolute():
        text = (
            f"{path} is relative to a project that has no folder yet: choose the file again, or save first."
        )
        raise refuse("data-file", text, "source.path")
    full = (folder or Path()) / path
    try:
        outside = folder is not None and (
            other_drive(full, folder.absolute())  # first, because resolving may already ask a network
            or not full.resolve().is_relative_to(folder.resolve())
        )
        if outside:
            text = f"{path} lies outside the project's folder: copy it to {folder} and choose it there."
            raise refuse("data-outside", text, "source.path")
        status = full.stat()
    except FileNotFoundError:
        text = f"There is no file {full}: put it there, or choose another."
        raise refuse("data-file", text, "source.path") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise refuse("data-file", f"{full} cannot be read: {error}.", "source.path") from error
    if not stat.S_ISREG(status.st_mode):
        raise refuse("data-file", f"{full} is not a file.", "source.path")
    if status.st_size > FILE_LIMIT:
        text = f"{full} has {status.st_size / 2**30:.1f} GiB; a table may have {FILE_LIMIT // 2**30}."
        raise refuse("data-file", text, "source.path")
    return full


def read_layout(path: Path) -> Layout:
    """Delimiter, header and column names of a CSV file; raises `DataError` where it is none."""
    rows, delimiter = _first_rows(path)
    header = _has_header(rows)
    width = len(rows[0])
    if width > COLUMN_LIMIT:
        raise refuse("data-columns", f"{path.name} has more than {COLUMN_LIMIT:,} columns.", "source.path")
    names = _unique([_LINE_END.sub(" ", cell.strip()) for cell in rows[0]] if header else [""] * width)
    cells = [cell.strip() for row in rows[1:] for cell in row]
    commas = delimiter != "," and any(map(_DECIMAL_COMMA.match, cells))
    decimal = "," if commas and not any(map(_DECIMAL_POINT.match, cells)) else "."
    return Layout(delimiter, names, header, decimal)


def other_drive(path: PurePath, folder: PurePath) -> bool:
    """Whether a path leads to another drive or, on Windows, to another computer."""
    return bool(path.drive) and path.drive.lower() != folder.drive.lower()


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number in Python and in pandas alike, infinity included."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell and cell.isascii()


def _first_rows(path: Path) -> tuple[list[list[str]], str]:
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
    except OSError as error:
        raise refuse("data-file", f"{path} cannot be read: {error.strerror}.", "source.path") from error
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            raise refuse("data-file", f"{path.name} is not a CSV file: it is {what}.", "source.path")
    if 4 * start.count(b"\0") > len(start):
        text = f"{path.name} is not a CSV file: it is full of NUL bytes, as in UTF-16 text; save it as UTF-8."
        raise refuse("data-file", text, "source.path")
    text = start.decode("utf-8-sig", errors="replace").replace("\0", "�")
    lines = _with_whole_header([line for line in _LINE_END.split(text) if line])
    if len(start) == _SAMPLE and len(lines) > 1:
        lines.pop()
    if not lines:
        raise refuse("data-empty", f"{path.name} is empty.", "source.path")
    tries = {delimiter: _rows(lines[:50], delimiter) for delimiter in _DELIMITERS}
    delimiter = max(tries, key=lambda sign: _evenness(tries[sign]))
    return tries[delimiter], delimiter


def _with_whole_header(lines: list[str]) -> list[str]:
    """The lines with the first ones joined where the header has line breaks in its quotes."""
    quotes = 0
    for number, line in enumerate(islice(lines, _HEADER_LINES), start=1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return ["\n".join(lines[:number]), *lines[number:]]
    return lines


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """The sample's lines as rows; a line with an open quote is taken by itself."""
    return [
        next(
            csv.reader([f"{part}\n" for part in line.split("\n")], delimiter=delimiter, skipinitialspace=True)
        )
        if len(line) <= FIELD_LIMIT // 8
        else line.split(delimiter)
        for line in lines
    ]


def _evenness(rows: list[list[str]]) -> tuple[bool, float, int]:
    """How much a delimiter looks like the right one: several columns, the same number in each row."""
    width = len(rows[0])
    return width > 1, sum(len(row) == width for row in rows) / len(rows), width


def _has_header(rows: list[list[str]]) -> bool:
    """False where the first row looks like the second one and holds numbers that do not just count up."""
    numbers = [is_number(cell) for cell in rows[0]]
    if not any(numbers):
        return True
    counted = [cell.strip() for cell, number in zip(rows[0], numbers, strict=True) if number]
    if len(counted) > 2 and counted in ([str(i + first) for i in range(len(counted))] for first in (0, 1)):
        return True
    return len(rows) > 1 and numbers != [is_number(cell) for cell in rows[1]]


def _unique(names: list[str]) -> tuple[str, ...]:
    """Names for all columns: numbered where empty, counted where repeated."""
    found: dict[str, int] = {}
    unique = []
    for index, name in enumerate(names, start=1):
        base = name or f"column {index}"
        found[base] = found.get(base, 0) + 1
        unique.append(base if found[base] == 1 else f"{base} ({found[base]})")
    return tuple(unique)
