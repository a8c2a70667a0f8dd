"""The rows of tables that torchinfo, torchsummary and Keras print of a network."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

Format = Literal["torchinfo", "torchsummary", "keras"]
Shape = tuple[int | None, ...]

_HEAD = re.compile(r"Layer\s*\(type.*Param\s*#", re.IGNORECASE)
_COLUMNS = (
    ("input", re.compile(r"Input Shape")),
    ("output", re.compile(r"Output Shape")),
    ("share", re.compile(r"Param %")),
    ("params", re.compile(r"Param\s*#")),
    ("kernel", re.compile(r"Kernel Shape")),
    ("cost", re.compile(r"Mult-Adds")),
    ("connected", re.compile(r"Connected to")),
    ("trainable", re.compile(r"Trainable|Trai")),
)
_END = re.compile(r"^\W*(?:Total|Trainable|Non-trainable) params", re.IGNORECASE)
_PREFIX = re.compile(r"^[\s│┃├└─|+]*")
_INFO = re.compile(r"^([A-Za-z_]\w*)(?: \(([^()]*)\))?(?::? ?(\d+)-(\d+))?(?=\s|$)")
_COUNTED = re.compile(r"^([A-Za-z_]\w*)-(\d+)(?=\s)")
_KERAS = re.compile(r"^([\w./-]+) ?\(([A-Za-z]\w*)\)")
_CELL = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|--|[^\s│┃|]+")
_NUMBER = re.compile(r"^[\d,]+$")


class Row(msgspec.Struct, frozen=True):
    """One row: a module, how deep it lies, and what its cells show; shapes without the batch."""

    kind: str
    name: str
    depth: int
    line: int
    column: int
    end_column: int
    input: Shape | None = None
    output: Shape | None = None
    params: int | None = None
    kernel: Shape | None = None
    repeated: bool = False
    connected: str = ""


class Table(msgspec.Struct, frozen=True):
    """One table from its head to its last row."""

    format: Format
    rows: tuple[Row, ...]
    line: int
    end_line: int


def tables_in(lines: Sequence[str]) -> Iterator[Table]:
    """All tables among these lines."""
    at = 0
    while at < len(lines):
        if len(lines[at]) < 1_000 and _HEAD.search(lines[at]):
            end = next((row for row in range(at + 1, len(lines)) if _END.match(lines[row])), len(lines))
            yield _table(lines, at, end)
            while end < len(lines) and _is_foot(lines[end]):
                end += 1
            at = end
        else:
            at += 1


def _table(lines: Sequence[str], head: int, end: int) -> Table:
    columns = _columns(lines[head])
    kept = [number for number in range(head + 1, end) if _is_row(lines[number])]
    kind = _format(lines, kept)
    rows = []
    for number in kept:
        line = lines[number]
        if kind == "keras":
            line = _unwrapped(line, lines[number + 1] if number + 1 < end else "")
        row = _row(line, number + 1, kind, columns)
        if row is not None:
            rows.append(row)
    last = end
    while last < len(lines) and _is_foot(lines[last]):
        last += 1
    return Table(kind, tuple(rows), head + 1, max(last, head + 1))


def _unwrapped(line: str, following: str) -> str:
    """A row of Keras whose label goes on in the next line, in one line."""
    below = _PREFIX.sub("", following)
    prefix = _PREFIX.match(line)
    plain = line[prefix.end() :] if prefix is not None else line
    name = re.match(r"^([\w./-]+)(?: \((\w+))?(?=\s)", plain)
    rest = re.match(r"^(\(?)(\w*)\)", below)
    if name is None or rest is None or (name[2] is None) != bool(rest[1]):
        return line
    margin = line[: len(line) - len(plain)]
    return f"{margin}{name[1]} ({name[2] or ''}{rest[2]}){plain[name.end() :]}"


def _is_foot(line: str) -> bool:
    """Whether a line belongs to what stands below the rows."""
    return bool(re.match(r"^\W*$|^\W*[\w/ -]+(?: \([\w.]+\))?: *[\d.,]+", line)) and bool(line.strip())


def _columns(head: str) -> tuple[str, ...]:
    found = []
    for name, pattern in _COLUMNS:
        if (place := pattern.search(head)) is not None:
            found.append((place.start(), name))
    return tuple(name for _, name in sorted(found))


def _is_row(line: str) -> bool:
    return len(line) < 1_000 and re.search(r"[A-Za-z]", line) is not None


def _format(lines: Sequence[str], kept: Sequence[int]) -> Format:
    for number in kept:
        plain = _PREFIX.sub("", lines[number])
        if _COUNTED.match(plain):
            return "torchsummary"
        if re.match(r"^[\w./-]+(?: \(\w+\)?)?\s", plain) and re.search(r"\((?:None|\d+),", plain):
            return "keras"
    return "torchinfo"


def _row(line: str, number: int, kind: Format, columns: Sequence[str]) -> Row | None:
    found = _PREFIX.match(line)
    prefix = found.group() if found is not None else ""
    plain = line[len(prefix) :]
    pattern = {"torchinfo": _INFO, "torchsummary": _COUNTED, "keras": _KERAS}[kind]
    label = pattern.match(plain)
    if label is None:
        shapes = re.search(r"\[[-\d, ]+\]|\((?:None|\d+),[^)]*\)", plain)
        words = plain[: shapes.start()].split() if shapes is not None else []
        return Row(words[0], "", 1, number, len(prefix) + 1, len(line) + 1) if words else None
    cells = dict(zip(columns, _CELL.findall(plain[label.end() :]), strict=False))
    params = cells.get("params", "").strip("()")
    name, title, depth = label[2] or "", label[1], 1
    if kind == "torchinfo":
        tree = prefix.strip()
        depth = int(label[3]) if label[3] else (len(prefix.rstrip("\n")) - 2) // 5 + 1 if tree else 0
    elif kind == "keras":
        name, title = label[1], label[2]
    else:
        name = ""
    return Row(
        kind=title,
        name=name,
        depth=depth,
        line=number,
        column=len(prefix) + 1,
        end_column=len(line.rstrip()) + 1,
        input=_shape(cells.get("input", "")),
        output=_shape(cells.get("output", "")),
        params=int(params.replace(",", "")) if _NUMBER.match(params) and len(params) < 20 else None,
        kernel=_sizes(cells.get("kernel", "")),
        repeated=params == "recursive",
        connected=cells.get("connected", ""),
    )


def _shape(cell: str) -> Shape | None:
    """A shape behind the batch."""
    sizes = _sizes(cell)
    return sizes[1:] if sizes is not None and cell[:1] in "[(" and sizes else None


def _sizes(cell: str) -> Shape | None:
    parts = cell.strip("[]()").split(",")
    sizes: list[int | None] = []
    for part in parts:
        word = part.strip()
        if word in {"None", "?", "-1"}:
            sizes.append(None)
        elif word.isdecimal() and len(word) < 12:
            sizes.append(int(word))
        elif word:
            return None
    return tuple(sizes) or None
