"""Texts that people read in a terminal: aligned tables, shapes, sizes, nothing that a terminal obeys."""

import math
from collections.abc import Sequence

from nnbuilder.graph.analysis import TensorType

UNKNOWN = "?"
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of words in aligned columns, two blanks apart."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    aligned = (
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    return "\n".join(aligned)


def printable(text: str) -> str:
    """Text of a file without what a terminal would obey instead of show."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def shape(kind: TensorType | None) -> str:
    """A tensor's shape as Python writes it, N for the batch."""
    if kind is None:
        return UNKNOWN
    sizes = ["N" if size is None else str(size) for size in kind.shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def size_text(count: int) -> str:
    """A number of bytes in powers of a thousand, for example `1.23 MB`."""
    size, unit = float(count), 0
    while size >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    if unit == 0:
        return f"{size:.0f} B" if count else "0"
    return f"{size:.3g} {_UNITS[unit]}"


def share_text(share: float) -> str:
    """A share of 0 to 1 in percent; what is too little to show is said to be that."""
    if share < 0.001:
        return "<0.1 %" if share else "0 %"
    return f"{100 * share:.1f} %"


def short(number: float | None) -> str:
    """A measured value in about four digits; a dash where there is none."""
    if number is None or not math.isfinite(number):
        return "–"
    return f"{number:.3f}" if 1e-3 <= abs(number) < 1000 or number == 0 else f"{number:.3g}"
