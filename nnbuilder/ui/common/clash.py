"""The two shapes of a problem side by side: what came and what was expected, the sizes that clash marked."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QSizePolicy, QWidget

from nnbuilder.project.problem import Problem
from nnbuilder.ui.common import colors, fonts

_SIDE = 7.0
_GAP = 5.0
_BETWEEN = 12

Piece = tuple[str, bool]
"""A part of a shape, and whether it clashes."""


def pieces(got: str, wanted: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both shapes in parts; those that differ clash, and all where the two cannot be compared."""
    ours, theirs = got.split("×"), wanted.removesuffix(" or larger").split("×")
    if len(ours) != len(theirs):
        return ((got, True),), ((wanted, True),)
    marks = [a != b and b.isdigit() for a, b in zip(ours, theirs, strict=True)]
    if not any(marks):
        marks = [a != b for a, b in zip(ours, theirs, strict=True)]
    more = wanted[len("×".join(theirs)) :]
    return _crossed(ours, marks, ""), _crossed(theirs, marks, more)


class ShapeChip(QWidget):
    """One of the two: a word, and the shape in a rounded field."""

    def __init__(
        self, word: str, parts: tuple[Piece, ...], token: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._word, self._parts, self._token = word, parts, token
        self._small, self._fixed = fonts.scaled(0.92), fonts.fixed(0.92)
        self._bold = fonts.fixed(0.92)
        self._bold.setBold(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        text = "".join(part for part, _ in parts)
        self.setAccessibleName(f"{word} {text}")
        self.setToolTip(f"{word} {text}")
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        height = QFontMetricsF(self._fixed).height() + 5.0
        return QSize(round(self._field().right()) + 1, round(height) + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, field = colors.current(), self._field()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small)
        painter.setPen(palette.color("muted"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._word)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.mixed(self._token, "raised", 0.86))
        painter.drawRoundedRect(field, 4, 4)
        metrics = QFontMetricsF(self._fixed)
        place = QPointF(field.left() + _SIDE, (self.height() + metrics.ascent() - metrics.descent()) / 2)
        for text, clashing in self._parts:
            painter.setFont(self._bold if clashing else self._fixed)
            painter.setPen(palette.color(self._token if clashing else "text"))
            painter.drawText(place, text)
            place.setX(place.x() + QFontMetricsF(painter.font()).horizontalAdvance(text))
        painter.end()

    def _field(self) -> QRectF:
        """The rounded field behind the shape."""
        fixed, bold = QFontMetricsF(self._fixed), QFontMetricsF(self._bold)
        wide = sum((bold if clashing else fixed).horizontalAdvance(text) for text, clashing in self._parts)
        left = QFontMetricsF(self._small).horizontalAdvance(self._word) + _GAP
        return QRectF(left, 0.5, wide + 2 * _SIDE, fixed.height() + 5.0)


class ClashRow(QWidget):
    """What came beside what was expected; below each other where there is no room."""

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clash")
        self.setAccessibleName(f"gets {problem.got}, needs {problem.wanted}")
        got, wanted = pieces(problem.got, problem.wanted)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 2, 0, 2)
        self._row.setSpacing(_BETWEEN)
        self._chips = (ShapeChip("gets", got, "error", self), ShapeChip("needs", wanted, "accent", self))
        for chip in self._chips:
            self._row.addWidget(chip, 0, Qt.AlignmentFlag.AlignLeft)
        self._row.addStretch()
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider one of the two, for they may lie below each other."""
        widest = max(chip.sizeHint().width() for chip in self._chips)
        return QSize(widest, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(event.size().width())

    def fit(self, width: int) -> None:
        """Puts the two below each other where they do not fit side by side."""
        beside = sum(chip.sizeHint().width() for chip in self._chips) + _BETWEEN <= width
        self._row.setSpacing(_BETWEEN if beside else 4)
        self._row.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )


def _crossed(parts: list[str], marks: list[bool], more: str) -> tuple[Piece, ...]:
    """The parts with crosses between them, and what stands behind."""
    found: list[Piece] = []
    for index, (part, mark) in enumerate(zip(parts, marks, strict=True)):
        found += [("×", False)] if index else []
        found.append((part, mark))
    return (*found, (more, False)) if more else tuple(found)
