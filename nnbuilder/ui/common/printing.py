"""Sends a page to a printer; imported when somebody prints, so that starting does not pay for it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

_MARGINS = QMarginsF(14, 12, 14, 12)
_FAILED = (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)


def ask_print(
    title: str,
    document: QTextDocument,
    said: Callable[[str, str], object],
    parent: QWidget,
    *,
    what: str = "The sheet",
    wide: bool = False,
) -> QPrintDialog:
    """Asks for a printer and prints the document on it; `said` hears what became of it, with a colour.

    `what` names the document in that sentence; `wide` lays the paper on its side.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setCreator("NNBuilder")
    printer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
    if wide:
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    dialog = QPrintDialog(printer, parent)
    dialog.setObjectName("dialog.print")
    dialog.setWindowTitle(f"Print: {title}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    document.setParent(dialog)
    dialog.accepted.connect(lambda: said(*_printed(printer, document, what)))
    QDialog.open(dialog)  # Qt for Python knows only the form of QPrintDialog that takes a slot
    return dialog


def _printed(printer: QPrinter, document: QTextDocument, what: str) -> tuple[str, str]:
    """Prints; answers with a sentence and its colour."""
    target = printer.outputFileName()
    if target and not _writable(Path(target)):
        return f"{what} was not printed: {Path(target).name} cannot be written there.", "warning"
    document.print_(printer)
    if printer.printerState() in _FAILED:
        return f"{what} was not printed: the printer refused it.", "warning"
    return f"Printed to {Path(target).name if target else printer.printerName()}.", "muted"


def _writable(path: Path) -> bool:
    """Whether a file can be written; Qt says that only in its log."""
    try:
        with path.open("ab"):
            return True
    except OSError:
        return False
