"""Where one is in the groups: a row above the canvas from the whole network to the group that is shown."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.document import Document
from nnbuilder.ui.canvas.level import Level
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.titles import layer_title

TOP = "Network"
_LONGEST = 28
"""Letters of a name; the rest is in its tip."""


class Breadcrumb(QWidget):
    """One button for each level above, and how to get out; hidden at the top. `went` says that one did."""

    went = Signal()

    def __init__(self, document: Document, level: Level, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._level = level
        self._parts: list[QWidget] = []
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Groups around what is shown")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 3, 12, 3)
        self._row.setSpacing(2)
        level.changed.connect(self.refresh)
        document.changed.connect(self.refresh)
        document.replaced.connect(self.refresh)
        colors.changed.connect(self.update)
        self.refresh()

    @property
    def buttons(self) -> list[QToolButton]:
        """The buttons, the whole network first, what is shown last."""
        return [part for part in self._parts if isinstance(part, QToolButton)]

    def refresh(self) -> None:
        """Shows the groups as they are now."""
        path = (None, *self._level.path)
        titles = [self._title(key) for key in path]
        if titles != [button.toolTip() for button in self.buttons]:
            self._build(path, titles)
        self.setVisible(len(path) > 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), palette.color("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, palette.color("border"))
        painter.end()

    def _build(self, path: tuple[NodeId | None, ...], titles: list[str]) -> None:
        for part in self._parts:
            self._row.removeWidget(part)
            part.hide()
            part.deleteLater()
        while self._row.count():
            self._row.takeAt(0)
        self._parts = []
        for index, (key, title) in enumerate(zip(path, titles, strict=True)):
            if index:
                self._add(TintedLabel("▸", "faint"))
            self._add(self._button(index, key, title, last=index == len(path) - 1))
        self._row.addStretch(1)
        self._add(quiet("Esc leaves the group"))

    def _add(self, part: QWidget) -> None:
        self._row.addWidget(part)
        self._parts.append(part)

    def _button(self, index: int, key: NodeId | None, title: str, *, last: bool) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"breadcrumb.{index}")
        short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
        button.setText(short.replace("&", "&&"))
        button.setToolTip(title)
        button.setAccessibleName(f"{title}, shown now" if last else f"Go to {title}")
        button.setAutoRaise(True)
        button.setFont(fonts.scaled(0.96, bold=last))
        button.setCursor(Qt.CursorShape.ArrowCursor if last else Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(partial(self._go, key))
        return button

    def _go(self, key: NodeId | None, _checked: bool = False) -> None:
        self._level.go(key)
        self.went.emit()

    def _title(self, key: NodeId | None) -> str:
        return TOP if key is None else layer_title(self._document.project.graph, key)
