"""The report as a page of HTML, to print and to paste into documents."""

from collections.abc import Iterable, Sequence
from html import escape

from nnbuilder.graph.report.columns import Column
from nnbuilder.graph.report.rows import Report, Row
from nnbuilder.graph.report.words import printable
from nnbuilder.graph.report.writers import total_lines

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: sans-serif; }}
h1 {{ font-size: 13pt; color: #1d2430; }}
th {{ font-size: 7.5pt; color: #626d7d; text-align: left; }}
td {{ font-size: 7.5pt; color: #1d2430; }}
p {{ font-size: 8pt; color: #1d2430; margin: 1pt 0; }}
</style></head><body>
<h1>{title}</h1>
"""


def as_html(report: Report, rows: Sequence[Row], columns: Sequence[Column], title: str) -> str:
    """The table below a title, then the totals; those in groups stand a little to the right."""
    head = "".join(_cell("th", column.title, column) for column in columns)
    body = "".join(f"<tr>{''.join(_cells(row, columns))}</tr>\n" for row in rows)
    totals = "".join(f"<p>{_text(line)}</p>\n" for line in total_lines(report))
    head = f'<table width="100%" cellspacing="0" cellpadding="3">\n<thead><tr>{head}</tr></thead>\n'
    table = f"{head}{body}</table>\n"
    return f"{_HEAD.format(title=_text(title))}{table}{totals}</body></html>\n"


def _cells(row: Row, columns: Sequence[Column]) -> Iterable[str]:
    for place, column in enumerate(columns):
        indent = "&nbsp;" * 3 * row.depth if place == 0 else ""
        yield _cell("td", column.text(row), column, indent)


def _cell(tag: str, text: str, column: Column, before: str = "") -> str:
    side = ' align="right"' if column.numeric else ""
    return f"<{tag}{side}>{before}{_text(text)}</{tag}>"


def _text(text: str) -> str:
    return escape(printable(text).replace("\n", " "))
