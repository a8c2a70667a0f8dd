"""The code cells of a Jupyter notebook as one text."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import msgspec

NOTEBOOK_BYTES = 16 * 2**20
"""Size of a notebook file; it may hold pictures."""

_WHOLE_CELL = ("%%bash", "%%sh", "%%html", "%%javascript", "%%js", "%%latex", "%%markdown", "%%svg", "%%perl")
"""What makes a cell something else than Python."""


class Notebook(msgspec.Struct, frozen=True):
    """All code of a notebook as one text, and the lines on which its cells start."""

    text: str
    starts: tuple[int, ...]

    def place(self, line: int) -> tuple[int, int]:
        """The code cell and the line in it, both counted from 1, of a line of the text."""
        cell = max(bisect_right(self.starts, line), 1)
        return cell, line - self.starts[cell - 1] + 1


def looks_like_notebook(text: str) -> bool:
    """Whether a text seems to be the file of a notebook; cheap."""
    head = text[:2_000].lstrip("\ufeff \t\r\n")
    return head.startswith("{") and '"cell' in text


def notebook_of(text: str) -> Notebook | None:
    """The code of a notebook file; None where the text is none."""
    try:
        whole = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or not ("nbformat" in whole or "cells" in whole or "worksheets" in whole):
        return None
    code, starts, line = [], [], 1
    for source in _sources(whole):
        starts.append(line)
        code.append(source)
        line += source.count("\n") + 1
    return Notebook("\n".join(code), tuple(starts) or (1,))


def _sources(whole: dict[str, Any]) -> Iterator[str]:
    for cell in _cells(whole):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if not isinstance(source, str):
            continue
        source = source.replace("\r\n", "\n").replace("\r", "\n")
        foreign = source.lstrip().startswith(_WHOLE_CELL)
        yield "\n".join(f"# {line}" for line in source.split("\n")) if foreign else source


def _cells(whole: dict[str, Any]) -> Iterator[Any]:
    """The cells of this format and of the one before it, which had sheets."""
    sheets = whole.get("worksheets")
    for holder in (whole, *(sheets if isinstance(sheets, list) else ())):
        cells = holder.get("cells") if isinstance(holder, dict) else None
        yield from cells if isinstance(cells, list) else ()
