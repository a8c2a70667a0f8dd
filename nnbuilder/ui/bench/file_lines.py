"""The lines that open a file on the bench, in NumPy's and PyTorch's own words."""

import csv
import json
from collections.abc import Collection
from itertools import islice
from pathlib import Path

import msgspec

from nnbuilder.data.arrays_layout import read_heads
from nnbuilder.data.errors import DataError
from nnbuilder.data.table_layout import Layout, is_number, read_layout
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.ui.bench.naming import fresh

SUFFIXES = (".npy", ".npz", ".csv", ".tsv", ".txt")
"""How files are named that can be opened."""

MOST = 12
"""The most arrays of an archive that are opened at once."""

_LOOKED_AT = 100


class FileRefused(NNBuilderError):  # noqa: N818
    """A file cannot be opened on the bench; one sentence."""


class FileLines(msgspec.Struct, frozen=True):
    """Lines to be entered one after the other, and a sentence on what was left out, or ""."""

    lines: tuple[str, ...]
    note: str = ""


def lines_of(path: Path, base: Path | None, taken: Collection[str]) -> FileLines:
    """How a file is opened; raises `FileRefused`.

    `base` is the project's folder: a file in it is named as from there. `taken` are names in use.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileRefused(f"{path.name} holds no numbers that can be read here: {', '.join(SUFFIXES)} do.")
    quoted = json.dumps(_told(path, base), ensure_ascii=False)
    try:
        if suffix == ".npy":
            name = fresh(path.stem, taken)
            return FileLines((f"{name} = torch.from_numpy(np.load({quoted}))",))
        return _archive(path, quoted, taken) if suffix == ".npz" else _table(path, quoted, taken)
    except (DataError, OSError) as error:
        raise FileRefused(f"{error}") from error


def _told(path: Path, base: Path | None) -> str:
    whole = path.absolute()
    inside = base is not None and whole.is_relative_to(base.absolute())
    return (whole.relative_to(base.absolute()) if inside and base is not None else whole).as_posix()


def _archive(path: Path, quoted: str, taken: Collection[str]) -> FileLines:
    heads = read_heads(path)
    usable = [head for head in heads if head.numeric]
    lines: list[str] = []
    names = set(taken)
    for head in usable[:MOST]:
        name = fresh(head.name, names)
        names.add(name)
        inside = json.dumps(head.name, ensure_ascii=False)
        lines.append(f"{name} = torch.from_numpy(np.load({quoted})[{inside}])")
    if not lines:
        raise FileRefused(f"{path.name} holds no array of numbers.")
    left = [head.name for head in heads if not head.numeric] + [head.name for head in usable[MOST:]]
    return FileLines(tuple(lines), f"Left out: {', '.join(left)}." if left else "")


def _table(path: Path, quoted: str, taken: Collection[str]) -> FileLines:
    layout = read_layout(path)
    if layout.decimal == ",":
        raise FileRefused(f"{path.name} writes numbers with a comma (1,5): NumPy reads 1.5 only.")
    usable = _number_columns(path, layout)
    if not usable and len(layout.names) == 1 and _spaced(path):
        return FileLines((f"{fresh(path.stem, taken)} = torch.from_numpy(np.loadtxt({quoted}))",))
    if not usable:
        raise FileRefused(f"{path.name} has no column of numbers only.")
    words = [quoted]
    words += [f"delimiter={json.dumps(layout.delimiter)}"]
    words += ["skiprows=1"] if layout.header else []
    left = [name for place, name in enumerate(layout.names) if place not in usable]
    if left:
        words.append(f"usecols=({', '.join(map(str, usable))}{',' * (len(usable) == 1)})")
    note = f"Left out, because a tensor holds numbers only: {', '.join(left[:MOST])}." if left else ""
    return FileLines((f"{fresh(path.stem, taken)} = torch.from_numpy(np.loadtxt({', '.join(words)}))",), note)


def _spaced(path: Path) -> bool:
    """Whether its rows are numbers with spaces between them."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        rows = [row.split() for row in islice(file, _LOOKED_AT) if row.strip()]
    return bool(rows) and all(is_number(cell) for row in rows for cell in row)


def _number_columns(path: Path, layout: Layout) -> list[int]:
    """The columns that hold numbers, as far as the first rows tell."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = [row for row in islice(csv.reader(file, delimiter=layout.delimiter), _LOOKED_AT) if row]
    rows = rows[1:] if layout.header else rows
    return [
        place
        for place in range(len(layout.names))
        if rows and all(place < len(row) and is_number(row[place].strip()) for row in rows)
    ]
