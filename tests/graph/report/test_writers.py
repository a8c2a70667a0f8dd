"""Text, Markdown, CSV and HTML hold what the table holds."""

import csv
import io
import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.report.columns import BRIEF, BY_KEY, COLUMNS, columns_of, fitting
from nnbuilder.graph.report.page import as_html
from nnbuilder.graph.report.rows import Report, Row, report_of
from nnbuilder.graph.report.writers import as_csv, as_markdown, as_text, total_lines
from tests.graph.report.networks import PRINT, chain, group, layer

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.none() | st.integers(0, 10**15)


def named(name: str, kind: str = "Linear", flops: int | None = 7, formula: str = "") -> LayerAnalysis:
    """A layer with any words."""
    return LayerAnalysis(
        layer("x", kind, None, None).id,
        name,
        kind,
        {"word": name},
        TensorType((None, 4)),
        TensorType((None, 3, 2)),
        flops=flops,
        formula=formula,
        chosen=("word",),
        footprint=PRINT,
    )


REPORTS = st.lists(st.builds(named, TEXTS, TEXTS, NUMBERS, TEXTS), min_size=1, max_size=4).map(
    lambda layers: report_of(Analysis(tuple(layers), TensorType((None, 4))), 8)
)


def rows_of(report: Report) -> tuple[Row, ...]:
    """All rows of a report."""
    return tuple(report.every())


@given(REPORTS)
def test_csv_holds_every_value(report: Report) -> None:
    lines = list(csv.reader(io.StringIO(as_csv(rows_of(report), COLUMNS))))
    assert lines[0] == [column.key for column in COLUMNS]
    for cells, row in zip(lines[1:], rows_of(report), strict=True):
        for cell, column in zip(cells, COLUMNS, strict=True):
            value = column.value(row)
            if isinstance(value, int | float):
                assert float(cell) == value
            elif value is None:
                assert cell == ""
            else:
                assert cell.lstrip("'") == _shown(value).lstrip("'")
                assert not cell.startswith(("=", "+", "-", "@"))


@given(REPORTS)
def test_markdown_holds_every_cell(report: Report) -> None:
    lines = as_markdown(report, rows_of(report), COLUMNS).split("\n")
    assert [_unescaped(cell) for cell in _cells(lines[0])] == [column.title for column in COLUMNS]
    assert {set(cell) <= set("-:") for cell in _cells(lines[1])} == {True}
    for line, row in zip(lines[2:], rows_of(report), strict=False):
        wanted = [_shown(column.text(row)).replace("\n", " ").strip() for column in COLUMNS]
        assert [_unescaped(cell) for cell in _cells(line)] == wanted


@given(REPORTS)
def test_text_is_one_line_for_each_row(report: Report) -> None:
    lines = as_text(report, rows_of(report), COLUMNS).split("\n")
    assert len(lines) == 1 + 1 + len(rows_of(report)) + 1 + len(total_lines(report))
    assert set(lines[1]) == {"-", " "}
    assert all(letter.isprintable() for line in lines for letter in line)


@given(REPORTS)
def test_html_holds_every_cell(report: Report) -> None:
    reader = _Cells()
    reader.feed(as_html(report, rows_of(report), COLUMNS, "<b>title</b>"))
    wanted = [_shown(column.text(row)).replace("\n", " ") for row in rows_of(report) for column in COLUMNS]
    assert reader.found == wanted


@given(REPORTS, st.integers(0, 400))
def test_what_fits_is_in_order_and_as_wide_as_allowed(report: Report, width: int) -> None:
    rows = rows_of(report)
    columns = fitting(rows, width)
    keys = [column.key for column in columns]
    assert keys == [column.key for column in COLUMNS if column.key in keys]
    assert set(BRIEF) <= set(keys)
    widest = max(len(line) for line in as_text(report, rows, columns).split("\n")[: len(rows) + 2])
    narrowest = max(
        len(line) for line in as_text(report, rows, columns_of(BRIEF)).split("\n")[: len(rows) + 2]
    )
    assert widest <= max(width, narrowest)


def test_every_column_explains_itself() -> None:
    assert all(column.help.endswith(".") and column.title for column in COLUMNS)
    assert len(BY_KEY) == len(COLUMNS)


def test_unknown_cells_sort_first() -> None:
    rows = rows_of(report_of(Analysis((named("a", flops=3), named("b", flops=None), named("c", flops=1))), 1))
    column = BY_KEY["flops"]
    assert [row.name for row in sorted(rows, key=column.rank)] == ["b", "c", "a"]


def test_shapes_sort_by_how_many_numbers_they_are() -> None:
    layers = [layer(key, "ReLU", shape, shape) for key, shape in (("a", (None, 30)), ("b", (None, 4, 4)))]
    rows = rows_of(report_of(chain(*layers)))
    assert [row.name for row in sorted(rows, key=BY_KEY["output"].rank)] == ["b", "a"]


def test_a_group_counts_its_layers() -> None:
    whole = group(
        "g", layer("a", "ReLU", (None, 3), (None, 3)), group("h", layer("b", "ReLU", (None, 3), (None, 3)))
    )
    (row, *_) = rows_of(report_of(chain(whole)))
    assert BY_KEY["args"].text(row) == "2 layers"


def test_totals_say_what_is_missing() -> None:
    report = report_of(Analysis((named("a"), layer("b", "ReLU", None, None)), TensorType((None, 4))), 8)
    lines = total_lines(report)
    assert lines[0] == "(N, features=4) -> ?"
    assert all(line.startswith("at least ") for line in lines[1:])


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter == "\n" else "�" for letter in text)


def _cells(line: str) -> list[str]:
    """The cells of a line of Markdown; a bar behind a backslash is text."""
    inner = line.removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _unescaped(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell)


class _Cells(HTMLParser):
    """Collects the text of all cells of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
