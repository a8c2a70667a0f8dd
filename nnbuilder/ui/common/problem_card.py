"""One problem as a card: severity, sentence, PyTorch's words, and its fixes as buttons."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project
from nnbuilder.project.rebase import rebased
from nnbuilder.session.document import Document
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.clash import ClashRow
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.fix_button import FixButton
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import wrapping

_TOKENS = {"error": "error", "warning": "warning", "note": "muted"}
_SIGNS = {"error": "!", "warning": "!", "note": "i"}
_ICON = 16.0


class SeverityIcon(QWidget):
    """A coloured disc with a sign, as large as the text beside it."""

    def __init__(self, severity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = severity
        size = max(int(_ICON), self.fontMetrics().height())
        self.setFixedSize(size, size)
        self.setAccessibleName(severity)
        self.setToolTip(severity.capitalize())
        self.setFont(fonts.scaled(0.92, bold=True))
        colors.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color(_TOKENS[self._severity]))
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(QColor("#ffffff") if self._severity != "warning" else QColor("#1d2430"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, _SIGNS[self._severity])
        painter.end()


class ProblemCard(QWidget):
    """Shows one problem; `activated` says that the user wants to see where it is.

    A fix is applied to the document as one undo step; where it no longer makes sense, the card says why.
    What a run said was made for the project `before`: its fixes change what they are about alone, and are
    not shown any more once somebody has changed that.
    """

    activated = Signal()

    def __init__(
        self,
        problem: Problem,
        where: str,
        document: Document,
        parent: QWidget | None = None,
        *,
        before: Project | None = None,
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        self._document = document
        self._before = before
        self._reveals = bool(where) and problem.node is not None
        self.setObjectName(f"problem_{problem.code}")
        self.setAccessibleName(f"{problem.severity}: {problem.message}")
        self.setAccessibleDescription(problem.torch or "")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if self._reveals:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip("Show this place in the drawing (Enter)")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._fixes = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._fixes.setContentsMargins(0, 3, 0, 0)
        self._fixes.setSpacing(5)
        self.refusal = wrapping(quiet())
        self.refusal.set_token("error")
        self.refusal.hide()
        self._lay_out(where)
        colors.changed.connect(self.update)
        if before is not None and problem.fixes:
            document.changed.connect(self._offer)
            self._offer()

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons of the fixes, in their order."""
        return self.findChildren(QPushButton)

    def _lay_out(self, where: str) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        self._lay_out_words(words, where)
        words.addWidget(self.refusal)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(11, 9, 11, 9)
        layout.setSpacing(9)
        layout.addWidget(SeverityIcon(self.problem.severity), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def _lay_out_words(self, words: QVBoxLayout, where: str) -> None:
        """Everything beside the icon, from top to bottom."""
        problem = self.problem
        message = wrapping(quiet(problem.message, factor=1.0))
        message.set_token("text")
        words.addWidget(message)
        if problem.got and problem.wanted:
            words.addWidget(ClashRow(problem))
        if problem.torch:
            torch = wrapping(quiet(f"PyTorch: {problem.torch}"))
            torch.setFont(fonts.fixed(0.88))
            torch.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(torch)
        if place := " · ".join(part for part in (where, problem.arg or "") if part):
            label = ElidedLabel(place, "muted")
            label.setFont(fonts.scaled(0.92))
            words.addWidget(label)
        if problem.fixes:
            words.addLayout(self._fix_row(problem.fixes))

    def _fix_row(self, fixes: tuple[Fix, ...]) -> QBoxLayout:
        for index, fix in enumerate(fixes):
            button = FixButton(fix.title, self, best=index == 0)
            button.setObjectName(f"fix_{index}")
            button.setProperty("fix", index)
            button.clicked.connect(self._fix)
            self._fixes.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return self._fixes

    def _fix(self) -> None:
        fix = self._now(self.problem.fixes[int(self.sender().property("fix"))])
        try:
            if fix is not None:
                self._document.apply_fix(fix)
        except EditRefused as refusal:
            self.refusal.setText(f"{refusal} The drawing has changed meanwhile.")
            self.refusal.show()

    def _now(self, fix: Fix) -> Fix | None:
        """A fix for the project as it is."""
        return fix if self._before is None else rebased(fix, self._before, self._document.project)

    def _offer(self) -> None:
        """Shows the fixes that still make sense."""
        for button in self.findChildren(FixButton):
            place = button.property("fix")
            if place is not None:
                button.setVisible(self._now(self.problem.fixes[int(place)]) is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the buttons side by side where they fit."""
        super().resizeEvent(event)
        needed = sum(button.sizeHint().width() + self._fixes.spacing() for button in self.buttons)
        beside = needed + self.fontMetrics().averageCharWidth() * 10 < event.size().width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._fixes.setDirection(direction)
        self._fixes.setAlignment(Qt.AlignmentFlag.AlignLeft)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._activate()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._activate()
        else:
            super().keyPressEvent(event)

    def _activate(self) -> None:
        if self._reveals:
            self.activated.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        token = _TOKENS[self.problem.severity]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.hasFocus() or (self._reveals and self.underMouse())
        width = 2.0 if self.hasFocus() else 1.0
        painter.setPen(QPen(palette.color("accent" if self.hasFocus() else token), width))
        painter.setBrush(palette.color("hover" if active else "raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        painter.end()
