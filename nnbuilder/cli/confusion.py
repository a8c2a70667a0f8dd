"""Which classes a trained network takes for which, in a terminal and as JSON."""

from typing import Any

from nnbuilder.graph.report.words import printable
from nnbuilder.runs.record import RunRecord

MOST_CLASSES = 12
"""Classes up to which the table is printed; the record holds it for more."""

_NAME = 14


def confusion_answer(record: RunRecord) -> dict[str, Any] | None:
    """The counts of each part with the names of the classes; None where nothing was counted."""
    if not record.confusion:
        return None
    parts = {part: [list(row) for row in table] for part, table in record.confusion.items()}
    return {"classes": list(_names(record)), **parts}


def confusion_lines(record: RunRecord) -> list[str]:
    """The validation part's counts as a table: a row for each class as it is, a column for each predicted."""
    table = record.confusion.get("validation", ())
    if not table or len(table) > MOST_CLASSES:
        return []
    names = [_short(name) for name in _names(record)]
    width = max(map(len, names))
    columns = [max(len(name), *(len(f"{row[place]:,}") for row in table)) for place, name in enumerate(names)]
    lines = [_line("", names, width, columns)]
    lines += [
        _line(name, [f"{count:,}" for count in row], width, columns)
        for name, row in zip(names, table, strict=True)
    ]
    return ["samples of the validation part, by class (rows) and by prediction (columns):", *lines]


def _line(head: str, cells: list[str], width: int, columns: list[int]) -> str:
    told = (f"{cell:>{column}}" for cell, column in zip(cells, columns, strict=True))
    return f"  {head:<{width}}  {'  '.join(told)}"


def _names(record: RunRecord) -> tuple[str, ...]:
    """The classes of the data; numbers for outputs that stand for none of them."""
    size = max(len(table) for table in record.confusion.values())
    known = record.data.classes[:size]
    return (*known, *(str(number) for number in range(len(known), size)))


def _short(name: str) -> str:
    text = printable(name).replace("\n", " ")
    return text if len(text) <= _NAME else f"{text[: _NAME - 1]}…"
