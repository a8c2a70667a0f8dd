"""What is pasted into the line: a block of numbers from a table or a print becomes a Python list."""

import re

_CELLS = re.compile(r"\s*[\t,;]\s*|\s+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\Z")


def as_line(text: str) -> str:
    """The text on one line; rows of numbers, as a spreadsheet or a CSV file has them, as a list."""
    rows = [row.strip() for row in text.strip().splitlines() if row.strip()]
    listed = [_cells(row) for row in rows]
    if rows and all(listed) and (len(rows) > 1 or "\t" in rows[0]):
        return "[" + ", ".join(f"[{', '.join(cells)}]" for cells in listed) + "]"
    return " ".join(rows)


def _cells(row: str) -> list[str]:
    """The numbers of a row, none where it holds anything else."""
    cells = _CELLS.split(row)
    return cells if all(map(_NUMBER.match, cells)) else []
