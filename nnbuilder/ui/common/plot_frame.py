"""The frame that every plot stands in: title, one sentence on what it tells, and a menu to take it away."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QKeyCombination, QSizeF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QStyleOptionToolButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.gather import gather
from nnbuilder.ui.common.labels import heading
from nnbuilder.ui.common.plot_picture import Caption, Paint, PlotPicture, paint_widget

Form = Literal["svg", "png", "csv"]

FORMS: dict[Form, str] = {
    "svg": "SVG pictures (*.svg)",
    "png": "PNG pictures (*.png)",
    "csv": "CSV tables (*.csv)",
}
"""The files that a plot can be saved as, with Qt's filter for each."""

Table = Callable[[], Iterable[str]]
"""The data behind a plot as comma-separated text: blocks that end with a newline, the header first."""

_ROOM = 170
"""Pixels of height from which the sentence is shown all the time, not only as a tip."""

_SAID_MS = 5000
_MENU_TIP = "Copy or save this plot, or the data behind it (Menu key)"
_COPY_PICTURE = QKeySequence(QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_C))
_COPY_DATA = QKeySequence(
    QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C)
)


class PlotFrame(QWidget):
    """Puts a plot (`body`) below its title; `tools` is the row behind the title for switches and readouts.

    `table` gives the data for CSV; without it the menu offers pictures alone. `paint` paints the body into a
    picture, by default as it stands; `hint` says in the tip how the plot is handled. Pictures show the legend
    from `captions`. Ctrl+C copies the picture, Ctrl+Shift+C the data, the Menu key opens the menu.
    """

    def __init__(
        self,
        name: str,
        title: str,
        sentence: str,
        body: QWidget,
        *,
        table: Table | None = None,
        paint: Paint | None = None,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body = body
        self._hint = hint
        self.captions: tuple[Caption, ...] = ()
        self.title = heading("")
        self.heading: QWidget = self.title
        self.sentence = ElidedLabel("", "muted")
        self.tools = QHBoxLayout()
        self.menu_button = _menu_button(f"{name}_menu_button", self)
        self._table = table
        self._paint = paint or paint_widget(body)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_SAID_MS)
        self._silence.timeout.connect(self._hush)
        self._told = ""
        self._below: list[QWidget] = []
        self._lay_out()
        self.menu = self._make_menu()
        self.menu_button.setMenu(self.menu)
        self.set_title(title)
        self.set_sentence(sentence)
        colors.changed.connect(self.update)

    def set_title(self, title: str) -> None:
        """Names the plot."""
        self.title.setText(title)
        self.setAccessibleName(f"{title} plot")
        self.menu_button.setAccessibleName(f"Copy or save the {title} plot")

    def set_sentence(self, sentence: str) -> None:
        """Says in one sentence what the plot tells."""
        self._told = sentence
        self.setToolTip("\n".join(filter(None, (sentence, self._hint))))
        self._hush()

    def say(self, text: str) -> None:
        """Says for some seconds, in place of the sentence, what became of a copy or a file."""
        self._show_line(text, "text")
        self.sentence.show()
        self._silence.start()

    def picture(self) -> PlotPicture:
        """The plot as it stands, to be copied or saved."""
        size = QSizeF(self.body.size())
        return PlotPicture(self.title.text(), self._told, self.captions, size, self._paint)

    def copy_picture(self) -> None:
        """Puts the plot on the clipboard as a picture."""
        QGuiApplication.clipboard().setImage(self.picture().image())
        self.say("Copied as a picture.")

    def copy_data(self) -> None:
        """Puts the data on the clipboard as comma-separated text."""
        self._gather(self._put_data)

    def save_as(self, form: Form) -> QFileDialog:
        """Asks for a file and writes picture or data into it."""
        project = self.window().windowFilePath()
        folder = Path(project).parent if project else Path.home()
        dialog = QFileDialog(self, f"Save {self.title.text()} as {form.upper()}", str(folder), FORMS[form])
        dialog.setObjectName("dialog.plot")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(form)
        stem = "-".join(filter(None, (Path(project).stem, self.title.text().lower().replace(" ", "-"))))
        dialog.selectFile(f"{stem}.{form}")
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen), form))
        dialog.open()
        return dialog

    def write(self, path: Path, form: Form) -> None:
        """Writes picture or data to a file, and says what became of it."""
        if form == "csv":
            self._gather(lambda text: self._write(path, text.encode()))
        else:
            self._write(path, self.picture().svg() if form == "svg" else self.picture().png())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        corner = self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft())
        self.menu.popup(event.globalPos() if mouse else corner)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _copies(event):
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        copied = _copies(event)
        if copied == _COPY_PICTURE:
            self.copy_picture()
        elif copied == _COPY_DATA:
            self.copy_data()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_sentence()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colors.current().color("accent" if self.hasFocus() else "border"))
        painter.setBrush(colors.current().color("canvas"))
        painter.drawRect(self.body.geometry().adjusted(-1, -1, 0, 0))
        painter.end()

    def replace_title(self, widget: QWidget) -> None:
        """Shows a widget, for example a choice, where the title would stand."""
        self.title.hide()
        self.heading = widget
        widget.setFont(self.title.font())
        self._top.insertWidget(0, widget)

    def fit_sentence(self) -> None:
        """Shows the sentence where there is room for it."""
        if not self._silence.isActive():
            self._hush()

    def layout_below(self, widget: QWidget) -> None:
        """Puts a widget between title and plot; where there is little room, the sentence gives way to it."""
        self._below.append(widget)
        self._column.insertWidget(self._column.count() - 1, widget)

    def _gather(self, then: Callable[[str], object]) -> None:
        """Collects the data; where that takes time, in slices between which the window lives on."""
        if self._table is None:
            return
        if gather(self._table(), then, self) is not None:
            self.say("Collecting the data …")

    def _put_data(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.say("Copied the data as CSV.")

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_atomic(path, data)
        except SaveError as error:
            self.say(str(error))
        else:
            self.say(f"Saved {path.name}.")

    def _hush(self) -> None:
        self._show_line(self._told, "muted")
        others = sum(widget.sizeHint().height() for widget in self._below if not widget.isHidden())
        self.sentence.setVisible(bool(self._told) and self.height() >= _ROOM + 2 * others)

    def _show_line(self, text: str, token: str) -> None:
        self.sentence.set_token(token)
        self.sentence.setText(text)
        self.sentence.setToolTip(text)

    def _lay_out(self) -> None:
        name = self.objectName()
        self.title.setObjectName(f"{name}_title")
        self.sentence.setObjectName(f"{name}_sentence")
        self.sentence.setFont(fonts.scaled(0.88))
        self.tools.setSpacing(4)
        self._top = top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title)
        top.addLayout(self.tools, 1)
        top.addWidget(self.menu_button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.sentence)
        column.addWidget(self.body, 1)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName(f"{self.objectName()}_menu")
        self._add_entry(menu, "copy", "&Copy as picture", self.copy_picture, _COPY_PICTURE)
        self._add_entry(menu, "svg", "Save as &SVG…", partial(self.save_as, "svg"))
        self._add_entry(menu, "png", "Save as &PNG…", partial(self.save_as, "png"))
        if self._table is not None:
            menu.addSeparator()
            self._add_entry(menu, "copy_data", "Copy &data", self.copy_data, _COPY_DATA)
            self._add_entry(menu, "csv", "Save data as CS&V…", partial(self.save_as, "csv"))
        return menu

    def _add_entry(
        self, menu: QMenu, name: str, text: str, act: Callable[[], object], keys: QKeySequence | None = None
    ) -> None:
        """An entry; its keys are only told there, because they work where the plot has the keyboard."""
        hint = f"\t{keys.toString(QKeySequence.SequenceFormat.NativeText)}" if keys is not None else ""
        entry = menu.addAction(text + hint)
        entry.setObjectName(f"{self.objectName()}_{name}")
        entry.triggered.connect(lambda _checked=False: act())


def _copies(event: QKeyEvent) -> QKeySequence | None:
    """The keys that were pressed, where they copy something."""
    pressed = QKeySequence(event.keyCombination())
    return next((keys for keys in (_COPY_PICTURE, _COPY_DATA) if keys == pressed), None)


class _Dots(QToolButton):
    """Three dots without the arrow that Qt would paint over them."""

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        option.features &= ~QStyleOptionToolButton.ToolButtonFeature.HasMenu


def _menu_button(name: str, parent: QWidget) -> QToolButton:
    button = _Dots(parent)
    button.setObjectName(name)
    button.setText("⋯")
    button.setToolTip(_MENU_TIP)
    button.setAutoRaise(True)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
