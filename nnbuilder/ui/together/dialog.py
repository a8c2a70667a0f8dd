"""Writes the command that trains a project by several processes, on one machine or on several."""

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.project.together import PORT, Party, Work, advice, command, fault
from nnbuilder.session.session import Session
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton

_WHERE = "Type it in a terminal where NNBuilder is installed. The run appears among the runs of the project."
_EVERYWHERE = "Type it on each machine, where the same file must lie. The first one keeps the run."
_NO_FILE = "The project has no file yet. Save it: the command trains the file."
_CHANGED = "The file lacks the last changes. Save the project: the command trains the file."
_COMPILED = "Several processes cannot train with compiled steps. Switch compiled off in the training setup."
_BACK_AND_FORTH = 3
"""A step computes about three times what the forward pass does."""


class TogetherDialog(QDialog):
    """Follows the document while it is open; nothing is started from here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("together")
        self.setWindowTitle("Train on several processes")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.processes, self.machines, self.port = (QSpinBox() for _ in range(3))
        self.host = QLineEdit()
        self.command = QPlainTextEdit()
        self.command.setReadOnly(True)
        self.command.setTabChangesFocus(True)
        self.command.setFont(fonts.fixed())
        self.command.setFixedHeight(self.command.fontMetrics().lineSpacing() * 4 + 14)
        self.advice = wrapping(TintedLabel("", "text"))
        self.advice.setObjectName("together_advice")
        self.fault = wrapping(TintedLabel("", "error"))
        self.fault.setObjectName("together_fault")
        self.where = wrapping(quiet(""))
        self.where.setObjectName("together_where")
        self.copy = PrimaryButton("Copy", "together_copy")
        self.copy.setToolTip("Put the command on the clipboard")
        self.copy.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.close_button = PlainButton("together_close", "Close", "Close this box")
        self._lay_out()
        self._connect()
        self.refresh()
        self.processes.setFocus()

    @property
    def party(self) -> Party:
        """Who is to train."""
        return Party(self.processes.value(), self.machines.value(), self.host.text(), self.port.value())

    def refresh(self) -> None:
        """Writes the command for what is chosen and drawn now."""
        party, path = self.party, self._session.document.path
        several = party.machines > 1
        self.host.setEnabled(several)
        self.host.setPlaceholderText("name or address" if several else "")
        self.port.setEnabled(several)
        self.command.setPlainText(command(party, str(path) if path is not None else "FILE"))
        wrong = fault(party) or self._trouble()
        self.fault.setText(wrong)
        self.fault.setVisible(bool(wrong))
        self.copy.setEnabled(not fault(party) and path is not None)
        self.where.setText(_EVERYWHERE if several else _WHERE)
        self.advice.setText(advice(party, self._work(), os.cpu_count() or 1))
        self.copy.setText("Copy")

    def _trouble(self) -> str:
        """What in the project stands in the way; empty where nothing does."""
        document = self._session.document
        if document.path is None:
            return _NO_FILE
        if document.project.training.compiled:
            return _COMPILED
        return "" if document.clean else _CHANGED

    def _work(self) -> Work:
        """What a step of the network as drawn has to do."""
        analysis, batch = self._session.analysis.analysis, self._session.document.project.training.batch_size
        counts = [layer.flops for layer in analysis.layers]
        known = sum(count or 0 for count in counts)
        flops = None if None in counts or not counts else known * batch * _BACK_AND_FORTH
        return Work(flops, 4 * analysis.trainable, batch)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.toPlainText())
        self.copy.setText("Copied")

    def _connect(self) -> None:
        for box in (self.processes, self.machines, self.port):
            box.valueChanged.connect(self.refresh)
        self.host.textChanged.connect(self.refresh)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        document = self._session.document
        document.changed.connect(self.refresh)
        document.path_changed.connect(self.refresh)
        document.clean_changed.connect(self.refresh)
        document.replaced.connect(self.refresh)
        self._session.analysis.updated.connect(self.refresh)

    def _lay_out(self) -> None:
        form = QFormLayout()
        for box, name, title, tip, (start, least, most) in (
            (
                self.processes,
                "processes",
                "Processes on each machine",
                "One for each core or GPU",
                (2, 1, 256),
            ),
            (self.machines, "machines", "Machines", "How many computers train together", (1, 1, 1024)),
            (self.port, "port", "Port", "A free port of the first machine, where all meet", (PORT, 1, 65535)),
        ):
            box.setRange(least, most)
            box.setValue(start)
            _name(box, name, title, tip)
        _name(self.host, "host", "First machine", "Its name or address, by which the others reach it")
        _name(self.command, "command", "Command", "What starts the training; select it, or press Copy")
        for widget in (self.processes, self.machines, self.host, self.port):
            form.addRow(widget.accessibleName(), widget)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addLayout(form)
        for part in (self.advice, self.command, self.fault, self.where):
            column.addWidget(part)
        column.addStretch()
        column.addLayout(buttons)
        self.resize(560, 400)


def _name(widget: QWidget, name: str, title: str, tip: str) -> None:
    widget.setObjectName(f"together_{name}")
    widget.setAccessibleName(title)
    widget.setToolTip(tip)
