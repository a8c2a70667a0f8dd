"""The few dialogs: files, unsaved changes, faults of a file. None runs an event loop of its own."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nnbuilder.project.file import SUFFIX

FILTER = f"NNBuilder projects (*{SUFFIX})"

_MOST = 12

_Buttons = QMessageBox.StandardButton


def ask_open(parent: QWidget, folder: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Asks for a project to open."""
    dialog = QFileDialog(parent, "Open a project", str(folder), FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setObjectName("dialog.open")
    return _show_files(dialog, then)


def ask_file(
    parent: QWidget, title: str, folder: Path, files: str, then: Callable[[Path], object]
) -> QFileDialog:
    """Asks for a file to read; `files` is Qt's filter."""
    dialog = QFileDialog(parent, title, str(folder), files)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setObjectName("dialog.file")
    return _show_files(dialog, then)


def ask_save(parent: QWidget, suggestion: Path, then: Callable[[Path], object]) -> QFileDialog:
    """Asks where to save; the dialog asks before it lets a file be overwritten."""
    dialog = QFileDialog(parent, "Save the project", str(suggestion.parent), FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
    dialog.selectFile(suggestion.name)
    dialog.setObjectName("dialog.save")
    return _show_files(dialog, then)


def ask_unsaved(
    parent: QWidget, title: str, save: Callable[[], object], discard: Callable[[], object]
) -> QMessageBox:
    """Asks what to do with unsaved changes; Cancel does nothing."""
    box = _box(parent, "dialog.unsaved", f"Save the changes to {title}?")
    box.setInformativeText("They are lost otherwise.")
    box.setIcon(QMessageBox.Icon.Question)
    box.setStandardButtons(_Buttons.Save | _Buttons.Discard | _Buttons.Cancel)
    box.setDefaultButton(_Buttons.Save)

    def answered(button: int) -> None:
        if button == _Buttons.Save.value:
            save()
        elif button == _Buttons.Discard.value:
            discard()

    box.finished.connect(answered)
    box.open()
    return box


def ask_overwrite(parent: QWidget, sentence: str, overwrite: Callable[[], object]) -> QMessageBox:
    """Asks whether to save over what another program wrote."""
    box = _box(parent, "dialog.overwrite", sentence)
    box.setIcon(QMessageBox.Icon.Warning)
    yes = box.addButton("Overwrite", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(_Buttons.Cancel)
    yes.clicked.connect(lambda _checked=False: overwrite())
    box.open()
    return box


def confirm(parent: QWidget, title: str, text: str, button: str, then: Callable[[], object]) -> QMessageBox:
    """Asks before something is done; Cancel does nothing."""
    box = _box(parent, "dialog.confirm", title)
    box.setInformativeText(text)
    box.setIcon(QMessageBox.Icon.Question)
    yes = box.addButton(button, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(_Buttons.Cancel))
    yes.clicked.connect(lambda _checked=False: then())
    box.open()
    return box


def tell(parent: QWidget, title: str, lines: list[str]) -> QMessageBox:
    """Says what went wrong, all of it at once."""
    box = _box(parent, "dialog.tell", title)
    box.setInformativeText(
        "\n".join(lines[:12]) + (f"\n… and {len(lines) - 12} more" if len(lines) > 12 else "")
    )
    box.setIcon(QMessageBox.Icon.Warning)
    box.setStandardButtons(_Buttons.Ok)
    box.open()
    return box


def show_text(parent: QWidget, name: str, title: str, text: str) -> QMessageBox:
    """Shows some lines to read."""
    box = _box(parent, name, title)
    box.setInformativeText(text)
    box.setStandardButtons(_Buttons.Ok)
    box.open()
    return box


def _show_files(dialog: QFileDialog, then: Callable[[Path], object]) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()
    return dialog


def _box(parent: QWidget, name: str, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("NNBuilder")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box
