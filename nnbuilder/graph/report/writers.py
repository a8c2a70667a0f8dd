"""The report as text: aligned for a terminal, as Markdown, as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from nnbuilder.graph.report.columns import Column
from nnbuilder.graph.report.rows import Report, Row, Totals
from nnbuilder.graph.report.words import UNKNOWN, printable, size_text

Columns = Sequence[Column]
Rows = Sequence[Row]


def as_text(report: Report, rows: Rows, columns: Columns) -> str:
    """Aligned columns, then the totals; no newline at its end."""
    cells = [[column.title for column in columns], *_cells(rows, columns)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    rule = "  ".join("-" * width for width in widths)
    head, *body = (_aligned(line, widths, columns) for line in cells)
    return "\n".join((head, rule, *body, rule, *total_lines(report)))


def as_markdown(report: Report, rows: Rows, columns: Columns) -> str:
    """A table as GitHub and most others take it, and the totals as a list; a newline at its end."""
    head = _piped(column.title for column in columns)
    rule = _piped("---:" if column.numeric else "---" for column in columns)
    body = (_piped(_escaped(cell) for cell in line) for line in _cells(rows, columns))
    totals = (f"- {_escaped(line)}" for line in total_lines(report))
    return "\n".join((head, rule, *body, "", *totals)) + "\n"


def as_csv(rows: Rows, columns: Columns) -> str:
    """Comma-separated values below the keys: plain numbers, sizes in bytes, nothing where unknown."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(column.key for column in columns)
    for row in rows:
        values = (column.value(row) for column in columns)
        writer.writerow("" if value is None else _plain(value) for value in values)
    return file.getvalue()


def total_lines(report: Report) -> tuple[str, ...]:
    """The totals, a line for each."""
    totals = report.totals
    fed = report.input.label() if report.input is not None else UNKNOWN
    given = report.output.label() if report.output is not None else UNKNOWN
    frozen = totals.parameters - totals.trainable
    least, beside = ("" if known else "at least " for known in (totals.complete, totals.measured))
    lines = [
        f"{fed} -> {given}",
        f"{least}{totals.parameters:,} parameters" + (f" ({frozen:,} of them frozen)" if frozen else ""),
        f"{totals.buffers:,} buffer values" if totals.buffers else "",
        f"{least}{totals.flops:,} FLOPs for one sample's forward pass",
        f"{beside}{size_text(totals.memory.total)} to train {training_words(totals)}",
        f"{beside}{size_text(totals.saved)} in a file of weights",
    ]
    return tuple(line for line in lines if line)


def training_words(totals: Totals) -> str:
    """What a step of training holds in memory, for which batch and which optimizer."""
    return f"with a batch of {totals.batch:,}: " + ", ".join(
        f"{word} {size_text(count)}" for word, count in memory_parts(totals)
    )


def memory_parts(totals: Totals) -> tuple[tuple[str, int], ...]:
    """The parts of the memory with their names; those that are nothing are left out."""
    memory = totals.memory
    parts = (
        ("weights", memory.weights),
        ("gradients", memory.gradients),
        (totals.optimizer or "optimizer", memory.state),
        ("buffers", memory.buffers),
        ("activations", memory.activations),
    )
    return tuple((word, count) for word, count in parts if count)


def _cells(rows: Rows, columns: Columns) -> list[list[str]]:
    return [[printable(column.text(row)).replace("\n", " ") for column in columns] for row in rows]


def _aligned(line: Sequence[str], widths: Sequence[int], columns: Columns) -> str:
    words = (
        cell.rjust(width) if column.numeric else cell.ljust(width)
        for cell, width, column in zip(line, widths, columns, strict=True)
    )
    return "  ".join(words).rstrip()


def _piped(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\|*_`<>[]#~" else letter for letter in text)


def _plain(value: str | float) -> str:
    """A cell that no spreadsheet takes for a formula, unless it is a number."""
    if not isinstance(value, str):
        return repr(value)
    text = printable(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
