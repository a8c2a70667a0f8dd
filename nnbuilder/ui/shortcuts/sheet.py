"""All shortcuts on one printable sheet, as HTML and as PDF."""

from collections.abc import Iterable, Mapping
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from PySide6.QtGui import QKeySequence, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from nnbuilder.ui.common.action_table import Action
from nnbuilder.ui.shortcuts.keymap import FIXED, IN_CODE, Keymap

TITLE = "NNBuilder: keyboard shortcuts"
_NATIVE = QKeySequence.SequenceFormat.NativeText
_HEAD = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>
<style>
body {{ font-family: sans-serif; }}
h2 {{ font-size: 12pt; margin: 10pt 0 3pt 0; }}
td {{ font-size: 9pt; padding: 1pt 12pt 1pt 0; vertical-align: top; }}
td.key {{ font-family: monospace; }}
</style></head><body>
<h1>{TITLE}</h1>
"""


def sheet_html(keymap: Keymap) -> str:
    """The sheet: one table for each menu, and one for what the canvas does by itself."""
    parts = [_HEAD]
    for menu, rows in _by_menu(keymap.rows).items():
        lines = [(_native(keymap.keys(row.name)), row.text.rstrip("…"), row.tip) for row in rows]
        parts.append(_table(menu, [line for line in lines if line[0]]))
    for title, fixed in (("On the canvas", FIXED), ("In the code", IN_CODE)):
        parts.append(_table(title, [(", ".join(keys), tip, "") for keys, tip in fixed]))
    parts.append("</body></html>\n")
    return "".join(parts)


def sheet_document(keymap: Keymap) -> QTextDocument:
    """The sheet as a document to show or print."""
    document = QTextDocument()
    document.setHtml(sheet_html(keymap))
    return document


def sheet_pdf(keymap: Keymap) -> bytes:
    """The sheet as a PDF file of A4 pages."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(TITLE)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(14, 12, 14, 12), QPageLayout.Unit.Millimeter)
    sheet_document(keymap).print_(writer)
    del writer  # ends the file
    buffer.close()
    return bytes(data.data())


def _by_menu(rows: Iterable[Action]) -> Mapping[str, list[Action]]:
    menus: dict[str, list[Action]] = {}
    for row in rows:
        menus.setdefault(row.menu, []).append(row)
    return menus


def _native(keys: Iterable[str]) -> str:
    return ", ".join(QKeySequence(key).toString(_NATIVE) for key in keys)


def _table(title: str, lines: Iterable[tuple[str, str, str]]) -> str:
    rows = "".join(
        f'<tr><td class="key" width="24%">{escape(keys)}</td>'
        f'<td width="24%">{escape(text)}</td><td width="52%">{escape(tip)}</td></tr>\n'
        for keys, text, tip in lines
    )
    head = f'<h2>{escape(title)}</h2>\n<table width="100%">\n'
    return f"{head}{rows}</table>\n" if rows else ""
