"""One plot with its heading, legend, switches and crosshair."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import short
from nnbuilder.ui.plots.curve import Curve
from nnbuilder.ui.plots.redraw import Redraw

if TYPE_CHECKING:
    from nnbuilder.ui.plots.plot_area import PlotArea

_ROOMY = 50
"""Characters that a plot must be wide for its title to stay beside the step of the crosshair."""

_GAPS = 30
"""Pixels between the parts of the heading."""

_LOG_TIP = "Logarithmic scale: equal distances are equal ratios, so that small losses can be told apart (L)"
_ALL_TIP = "Show the whole run from the first step and follow it; off while you zoom or pan (Home)"

_ZOOMS = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Equal: 0.7, Qt.Key.Key_Minus: 1 / 0.7}


class CurvePlot(QWidget):
    """Draws the curves of a run over its steps, all of them or those that the user zoomed to.

    Wheel and drag zoom and pan, so do plus, minus and Page keys; arrows move the crosshair, Home shows
    everything again.
    """

    def __init__(
        self, name: str, title: str, empty: str, *, log: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip("Wheel zooms, drag pans, Home shows all; arrow keys read values.")
        self._curves: tuple[Curve, ...] = ()
        self._before_draw: Callable[[], None] | None = None
        self._step: float | None = None
        self._area: PlotArea | None = None
        self._title = heading(title)
        self.empty = quiet(empty)
        self.readout = quiet()
        self._grid = QGridLayout(self)
        self._legend: dict[str, TintedLabel] = {}
        self._words = QHBoxLayout()
        self._words.setSpacing(10)
        self.log = switch(f"{name}_log", "log y", _LOG_TIP, self)
        self.auto = switch(f"{name}_auto", "all steps", _ALL_TIP, self)
        self.auto.setChecked(True)
        self.log.setVisible(log)
        self.log.toggled.connect(self._log_changed)
        self.auto.toggled.connect(self._auto_changed)
        self._lay_out()
        self.redraw = Redraw(self, self.draw)
        self.set_title(title)

    @property
    def area(self) -> "PlotArea":
        """Where curves are drawn, made when it is first needed: the window need not wait for pyqtgraph."""
        if self._area is None:
            from nnbuilder.ui.plots.plot_area import PlotArea

            self._area = PlotArea(self)
            self._area.hide()
            self._area.set_log(self.log.isChecked())
            self._area.set_curves(self._curves)
            self._area.view_changed.connect(self._view_changed)
            self._area.hovered.connect(self._point_at)
            self._grid.addWidget(self._area, 1, 0)
        return self._area

    def set_title(self, title: str) -> None:
        """Names the plot."""
        self._title.setText(title)
        self.setAccessibleName(f"{title} plot")

    def set_curves(self, curves: Sequence[Curve], before_draw: Callable[[], None] | None = None) -> None:
        """Draws other curves from now on; `before_draw` brings their series up to date."""
        self._curves = tuple(curves)
        self._before_draw = before_draw
        self._step = None
        if self._area is not None:
            self._area.mark(None)
            self._area.set_curves(curves)
        for curve in curves:
            if curve.word and curve.word not in self._legend:
                label = TintedLabel("", curve.token)
                label.setObjectName(f"{self.objectName()}_{curve.word}")
                label.setFont(self.readout.font())
                self._legend[curve.word] = label
                self._words.addWidget(label)
        self.auto.setChecked(True)
        self.redraw.touch()

    def legend(self, word: str) -> str:
        """What the legend says of a curve."""
        return self._legend[word].text()

    def draw(self) -> None:
        """Draws everything as it is now; `redraw` says when."""
        if self._before_draw is not None:
            self._before_draw()
        ends = [curve.end for curve in self._curves if len(curve.series)]
        self.empty.setVisible(not ends)
        if ends or self._area is not None:
            self.area.setVisible(bool(ends))
        if ends:
            low, high = (0.0, max(*ends, 1.0)) if self.auto.isChecked() else self.area.span
            self.area.draw(low, high)
        self._write()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ZOOMS:
            self.area.zoom(_ZOOMS[key])
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.area.pan(-0.5 if key == Qt.Key.Key_PageUp else 0.5)
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._walk(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Home:
            self.auto.setChecked(True)
        elif key == Qt.Key.Key_L and not self.log.isHidden():
            self.log.toggle()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.auto.setChecked(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colors.current().color("accent" if self.hasFocus() else "border"))
        painter.setBrush(colors.current().color("canvas"))
        painter.drawRect(self._grid.cellRect(1, 0).adjusted(-1, -1, 0, 0))
        painter.end()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._title)
        top.addStretch()
        top.addWidget(self.readout)
        top.addSpacing(6)
        top.addLayout(self._words)
        top.addSpacing(6)
        top.addWidget(self.log)
        top.addWidget(self.auto)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._grid.setContentsMargins(1, 0, 1, 1)
        self._grid.setSpacing(5)
        self._grid.addLayout(top, 0, 0)
        self._grid.addWidget(self.empty, 1, 0)
        self._grid.setRowStretch(1, 1)

    def _write(self) -> None:
        """Writes the legend: values at the crosshair, or the newest ones, in as many words as fit."""
        step = self._step
        self._title.setVisible(step is None or self.width() >= self.fontMetrics().averageCharWidth() * _ROOMY)
        self.readout.setText("" if step is None else f"step {round(step):,}")
        named = [curve for curve in self._curves if curve.word and len(curve.series)]
        numbers = [short(curve.series.last if step is None else curve.at(step)) for curve in named]
        styles = [[curve.word for curve in named], [curve.brief for curve in named], [""] * len(named)]
        texts = [
            [f"{word} {number}".strip() for word, number in zip(words, numbers, strict=True)]
            for words in styles
        ]
        chosen = next((one for one in texts if self._fits(one)), texts[-1])
        for curve, text in zip(named, chosen, strict=True):
            self._legend[curve.word].setText(text)
        for word in self._legend.keys() - {curve.word for curve in named}:
            self._legend[word].setText("")
        self.setAccessibleDescription(", ".join(texts[0]))

    def _fits(self, texts: list[str]) -> bool:
        """Whether the heading has room for these words beside title, readout and switches."""
        metrics = self.readout.fontMetrics()
        others = (self._title, self.readout, self.log, self.auto)
        taken = sum(one.sizeHint().width() for one in others if not one.isHidden()) + _GAPS
        wanted = sum(metrics.horizontalAdvance(text) + self._words.spacing() for text in texts)
        return taken + wanted <= self.width()

    def _point_at(self, step: float | None) -> None:
        if step is not None and not any(len(curve.series) for curve in self._curves):
            return
        self._step = None if step is None else max(step, 0.0)
        if self._area is not None:
            self._area.mark(self._step)
        self._write()

    def _walk(self, steps: int) -> None:
        low, high = self.area.span
        start = self._step if self._step is not None else high
        far = max(1.0, (high - low) / 100)
        self._point_at(min(max(start + steps * far, low), high))

    def _log_changed(self, log: bool) -> None:
        if self._area is not None:
            self._area.set_log(log)
        self.redraw.now()

    def _auto_changed(self, auto: bool) -> None:
        if auto:
            self.redraw.now()

    def _view_changed(self) -> None:
        self.auto.setChecked(False)
        self.redraw.touch()
