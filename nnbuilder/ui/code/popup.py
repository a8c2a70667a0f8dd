"""Boxes beside the caret: what may be written there, and the arguments of the call that is being written."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.ui.code.signature import Signature, takes
from nnbuilder.ui.code.suggest import Suggestion
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.finder import FoundModel
from nnbuilder.ui.common.found_row import FoundDelegate, Row
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_MOST = 8
_WIDTH = 520
_GAP = 3


class Box(QFrame):
    """A small box over the window, which never takes the keyboard."""

    def __init__(self, name: str, heard: str, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self.setObjectName(name)
        self.setAccessibleName(heard)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        colors.changed.connect(self.update)
        self.hide()

    def place(self, caret: QRect, size: QSize, *, above: bool) -> None:
        """Lies above or below the caret, on the other side where there is no room; inside the window."""
        window = self._host.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        spot = self._host.mapTo(window, caret.topLeft())
        high, low = spot.y() - size.height() - _GAP, spot.y() + caret.height() + _GAP
        top = high if above else low
        if top < 0 or top + size.height() > window.height():
            top = low if above else high
        top = max(min(top, window.height() - size.height()), 0)
        left = max(min(spot.x(), window.width() - size.width() - 4), 4)
        self.setGeometry(QRect(QPoint(left, top), size))
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("border"))
        painter.setBrush(palette.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()


class SuggestionBox(Box):
    """The list of what may be written; `chosen` says that a row was clicked."""

    chosen = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__("code_suggestions", "What may be written here", host)
        self.model = FoundModel(self)
        self.list = QListView()
        self._suggestions: Sequence[Suggestion] = ()
        self._set_up()

    @property
    def suggestions(self) -> Sequence[Suggestion]:
        """What is listed, best first."""
        return self._suggestions

    @property
    def current(self) -> Suggestion | None:
        """What Enter would write."""
        row = self.list.currentIndex().row()
        return self._suggestions[row] if self.isVisible() and 0 <= row < len(self._suggestions) else None

    def offer(self, suggestions: Sequence[Suggestion], caret: QRect) -> None:
        """Lists suggestions below the caret."""
        self._suggestions = suggestions
        self.model.show_rows([_row(one) for one in suggestions])
        self.list.setCurrentIndex(self.model.index(0))
        self.list.scrollToTop()
        rows = min(len(suggestions), _MOST)
        height = rows * self.list.sizeHintForRow(0) + 10
        width = min(_WIDTH, self._host.window().width() - 8)
        self.place(caret, QSize(width, height), above=False)

    def move_by(self, rows: int) -> Suggestion | None:
        """Goes some rows up or down, from end to end by single steps; answers with what is chosen then."""
        count = len(self._suggestions)
        row = self.list.currentIndex().row() + rows
        row = row % count if abs(rows) == 1 else min(max(row, 0), count - 1)
        self.list.setCurrentIndex(self.model.index(row))
        return self.current

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return _MOST

    def _set_up(self) -> None:
        self.list.setObjectName("code_suggestion_list")
        self.list.setAccessibleName("What may be written here")
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollBar(ThinScrollBar())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.clicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 5, 5, 5)
        layout.addWidget(self.list)

    def _clicked(self) -> None:
        self.chosen.emit()


class SignatureBox(Box):
    """The arguments of a call, the current one bold, and what that one is for."""

    def __init__(self, host: QWidget) -> None:
        super().__init__("code_signature", "Arguments of the call", host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words: tuple[str, ...] = ()
        self._bold = -1
        self._name = ""
        self.help = quiet()
        self.help.setWordWrap(True)
        self.help.setParent(self)

    @property
    def text(self) -> str:
        """The signature as it is shown."""
        return f"{self._name}({', '.join(self._words)})"

    @property
    def bold(self) -> str:
        """The argument that is shown bold."""
        return self._words[self._bold] if 0 <= self._bold < len(self._words) else ""

    def explain(self, signature: Signature, current: ArgSpec | None, caret: QRect) -> None:
        """Shows a signature above the caret."""
        self._name, self._words = signature.name, signature.words()
        names = [word.partition("=")[0] for word in self._words]
        self._bold = names.index(current.name) if current is not None else -1
        self.help.setText(
            f"{current.name}: {current.help} {takes(current)}" if current else signature.summary
        )
        self.setAccessibleDescription(f"{self.text}. {self.help.text()}")
        size = self._arranged(min(_WIDTH, self._host.window().width() - 8))
        self.place(caret, size, above=True)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        palette = colors.current()
        painter = QPainter(self)
        for place, word, bold in self._pieces(self.width()):
            painter.setFont(_font(bold=bold))
            painter.setPen(palette.color("accent" if bold else "text"))
            painter.drawText(place, word)
        painter.end()

    def _arranged(self, width: int) -> QSize:
        """Puts the help below the signature; answers with the size of both."""
        pieces = self._pieces(width)
        metrics = self._metrics()
        below = pieces[-1][0].y() + metrics.descent() + 4
        right = max(place.x() + metrics.horizontalAdvance(word) for place, word, _ in pieces)
        wide = min(
            max(right + 16, min(self.help.fontMetrics().horizontalAdvance(self.help.text()) + 24, width)),
            width,
        )
        height = self.help.heightForWidth(wide - 20)
        self.help.setGeometry(10, below, wide - 20, height)
        return QSize(wide, below + height + 8)

    def _pieces(self, width: int) -> list[tuple[QPoint, str, bool]]:
        """The words of the signature with their places; a line that is full goes on below."""
        metrics = self._metrics()
        x, y = 10, 6 + metrics.ascent()
        found = [(QPoint(x, y), f"{self._name}(", False)]
        x += metrics.horizontalAdvance(f"{self._name}(")
        for index, word in enumerate(self._words):
            bold = index == self._bold
            end = ")" if index == len(self._words) - 1 else ", "
            wide = metrics.horizontalAdvance(word + end)
            if x + wide > width - 10 and x > 26:
                x, y = 26, y + metrics.height()
            found.append((QPoint(x, y), word, bold))
            x += metrics.horizontalAdvance(word)
            found.append((QPoint(x, y), end, False))
            x += metrics.horizontalAdvance(end)
        if not self._words:
            found.append((QPoint(x, y), ")", False))
        return found

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(_font(bold=True))


def _font(*, bold: bool) -> QFont:
    font = fonts.fixed(0.92)
    font.setBold(bold)
    return font


def _row(one: Suggestion) -> Row:
    color = colors.group_color(one.group) if one.group else ""
    return Row(one.text, one.detail, one.hint, color=color)
