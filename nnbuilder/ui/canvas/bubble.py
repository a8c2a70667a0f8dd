"""The bubble at a card with a problem: the sentence, PyTorch's own words, and its Fix as a button."""

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.clash import ClashRow
from nnbuilder.ui.common.fix_button import FixButton
from nnbuilder.ui.common.labels import heading, quiet

WIDTH = 392
_SIDE = 14
_FOOT = 38
"""The height of the line about the network at the bottom of the canvas, which stays in sight."""
_MOST = 3
"""Problems shown at once; the list below the canvas has all."""


class Bubble(QFrame):
    """Shows the problems of one node; `chosen` carries the Fix whose button was pressed."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("canvas.bubble")
        self.setAccessibleName("Problem")
        self.node: NodeId | None = None
        self._problems: tuple[Problem, ...] = ()
        self._content: QWidget | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SIDE, 10, _SIDE, 10)
        self.setFixedWidth(WIDTH)
        colors.changed.connect(self.update)
        self.hide()

    @property
    def buttons(self) -> list[FixButton]:
        """The buttons of all fixes shown."""
        return [] if self._content is None else self._content.findChildren(FixButton)

    def show_problems(self, node: NodeId, problems: tuple[Problem, ...]) -> None:
        """Shows the problems of a node; the caller moves the bubble to its card."""
        if node != self.node or problems != self._problems:
            self.node, self._problems = node, problems
            self._fill(problems[:_MOST])
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Hides the bubble."""
        self.node, self._problems = None, ()
        self.hide()

    def focus_fix(self) -> bool:
        """Puts the keyboard on the first Fix; False where there is none."""
        if not self.isVisible() or not self.buttons:
            return False
        self.buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def place(self, anchor: QPoint, room: QWidget) -> None:
        """Goes below a point of the parent, within the parent."""
        x = min(max(anchor.x() - self.width() // 2, 8), max(room.width() - self.width() - 8, 8))
        y = min(max(anchor.y(), 8), max(room.height() - self.height() - _FOOT, 8))
        self.move(x, y)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        severities = {problem.severity for problem in self._problems}
        token = next((word for word in ("error", "warning") if word in severities), "muted")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(palette.color(token))
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.setBrush(palette.color("window"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _fill(self, problems: tuple[Problem, ...]) -> None:
        if self._content is not None:
            self._content.setParent(None)
            self._content.deleteLater()
        self._content = QWidget(self)
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        for problem in problems:
            rows.addLayout(self._row(problem))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self._content)
            self._content.show()  # a layout leaves out what is hidden, and a visible bubble's child still is
            layout.activate()
        self.setFixedHeight(
            self.heightForWidth(WIDTH) if self.hasHeightForWidth() else self.sizeHint().height()
        )

    def _row(self, problem: Problem) -> QVBoxLayout:
        row = QVBoxLayout()
        row.setSpacing(4)
        row.addWidget(_wrapped(heading(problem.message, factor=0.96)))
        if problem.got and problem.wanted:
            clash = ClashRow(problem)
            clash.fit(WIDTH - 2 * _SIDE)
            row.addWidget(clash)
        if problem.torch:
            words = _wrapped(quiet(f"PyTorch: {problem.torch}"))
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.addWidget(words)
        if problem.fixes:
            row.addLayout(self._fixes(problem))
        return row

    def _fixes(self, problem: Problem) -> QGridLayout:
        """One button for each fix: side by side where there is room, else below each other."""
        grid = QGridLayout()
        grid.setSpacing(6)
        buttons = [FixButton(fix.title, best=not place) for place, fix in enumerate(problem.fixes[:_MOST])]
        wide = sum(button.sizeHint().width() + 6 for button in buttons) > WIDTH - 2 * _SIDE
        for index, (button, fix) in enumerate(zip(buttons, problem.fixes, strict=False)):
            button.setObjectName("canvas.fix")
            button.clicked.connect(lambda _checked=False, fix=fix: self.chosen.emit(fix))
            grid.addWidget(button, index if wide else 0, 0 if wide else index, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(len(buttons), 1)
        return grid


def _wrapped(label: QLabel) -> QLabel:
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.WindowText)
    return label
