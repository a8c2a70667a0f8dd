"""The report leaves the window: on the clipboard, in a file, on paper."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from nnbuilder.graph.report.columns import COLUMNS, Column
from nnbuilder.graph.report.page import as_html
from nnbuilder.graph.report.rows import Report, Row
from nnbuilder.graph.report.writers import as_csv, as_markdown, as_text
from nnbuilder.project.atomic import SaveError, write_atomic

Form = Literal["text", "markdown", "csv"]

FORMS: dict[Form, tuple[str, str]] = {
    "text": ("Text", ".txt"),
    "markdown": ("Markdown", ".md"),
    "csv": ("CSV", ".csv"),
}
"""What each form is called and how its files end."""


def written(report: Report, rows: Sequence[Row], columns: Sequence[Column], form: Form) -> str:
    """The table in one form, a newline at its end."""
    if form == "csv":
        return as_csv(rows, columns)
    return as_markdown(report, rows, columns) if form == "markdown" else as_text(report, rows, columns) + "\n"


def form_of(path: Path) -> Form:
    """The form that a file's name asks for; text where it asks for none of them."""
    return next((form for form, (_, end) in FORMS.items() if path.suffix.lower() == end), "text")


def ask_save(parent: QWidget, suggestion: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Asks where to save the table; the kind of file chooses the form."""
    kinds = [f"{title} (*{end})" for title, end in FORMS.values()]
    dialog = QFileDialog(parent, "Save the report", str(suggestion.parent), ";;".join(kinds))
    dialog.setObjectName("dialog.report")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.selectFile(suggestion.name)
    ends = [end for _, end in FORMS.values()]
    dialog.setDefaultSuffix(ends[0].removeprefix("."))
    dialog.filterSelected.connect(
        lambda kind: dialog.setDefaultSuffix(ends[kinds.index(kind)].removeprefix("."))
    )
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def save(path: Path, text: str) -> str:
    """Writes a file; answers with a sentence on what became of it."""
    try:
        write_atomic(path, text.encode("utf-8"))
    except SaveError as error:
        return str(error)
    return f"Saved {path.name}."


def page_of(report: Report, rows: Sequence[Row], columns: Sequence[Column], title: str) -> QTextDocument:
    """The table as a page to print."""
    document = QTextDocument()
    shown = columns or COLUMNS
    document.setHtml(as_html(report, rows, shown, title))
    return document
