"""One plot of curves with its legend, switches and crosshair."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.plots.curve import Curve
from nnbuilder.ui.plots.curve_table import curve_table
from nnbuilder.ui.plots.legend import Legend
from nnbuilder.ui.plots.redraw import Redraw
from nnbuilder.ui.plots.ruler import PLURALS, Unit, written

if TYPE_CHECKING:
    from nnbuilder.ui.common.plot_picture import Caption
    from nnbuilder.ui.plots.plot_area import PlotArea

_ROOMY = 50
"""Characters that a plot must be wide for its title to stay beside the place of the crosshair."""

_HINT = "Wheel zooms, drag pans, Home shows all; arrow keys read values."
_LOG_TIP = "Logarithmic scale: equal distances are equal ratios, so that small values can be told apart (L)"
_ALL_TIP = "Show the whole run again and follow it (Home)"

_ZOOMS = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Equal: 0.7, Qt.Key.Key_Minus: 1 / 0.7}


class CurvePlot(PlotFrame):
    """Draws the curves of runs, all of them or the part that the user zoomed to.

    Wheel and drag zoom and pan, so do plus, minus and Page keys; arrows move the crosshair, Home shows
    everything again. `pointed` carries the place of the crosshair, or None.
    """

    pointed = Signal(object)

    def __init__(
        self,
        name: str,
        title: str,
        sentence: str,
        empty: str,
        *,
        log: bool,
        parent: QWidget | None = None,
    ) -> None:
        stage = QWidget()
        super().__init__(name, title, sentence, stage, table=self._rows, hint=_HINT, parent=parent)
        self._curves: tuple[Curve, ...] = ()
        self._unit: Unit = "step"
        self._before_draw: Callable[[], bool] | None = None
        self._x: float | None = None
        self._area: PlotArea | None = None
        self._entries: dict[str, str] = {}
        self._grid = QGridLayout(stage)
        self.empty = quiet(empty)
        self.readout = quiet()
        self._own = Legend(f"{name}_legend", Qt.AlignmentFlag.AlignRight)
        self._others = Legend(f"{name}_runs", Qt.AlignmentFlag.AlignLeft)
        self.log = switch(f"{name}_log", "log y", _LOG_TIP, self)
        self.auto = switch(f"{name}_auto", "show all", _ALL_TIP, self)
        self.auto.setChecked(True)
        self.auto.hide()
        self.log.setVisible(log)
        self.log.toggled.connect(self._log_changed)
        self.auto.toggled.connect(self._auto_changed)
        self._arrange()
        self.redraw = Redraw(self, self.draw)

    @property
    def area(self) -> "PlotArea":
        """Where curves are drawn, made when it is first needed: the window need not wait for pyqtgraph."""
        if self._area is None:
            from nnbuilder.ui.plots.plot_area import PlotArea

            self._area = PlotArea(self.body)
            self._area.hide()
            self._area.set_log(self.log.isChecked())
            self._area.set_curves(self._curves)
            self._area.view_changed.connect(self._view_changed)
            self._area.hovered.connect(self.point_at)
            self._grid.addWidget(self._area, 0, 0)
        return self._area

    def set_curves(
        self, curves: Sequence[Curve], before_draw: Callable[[], bool] | None = None, unit: Unit = "step"
    ) -> None:
        """Draws other curves from now on, over this unit.

        `before_draw` brings their series up to date, and answers whether they are now.
        """
        self._curves, self._before_draw = tuple(curves), before_draw
        self._x = None
        if self._area is not None:
            self._area.mark(None)
            self._area.set_curves(curves)
        if unit != self._unit:
            self._unit = unit
            self.auto.setChecked(True)
        self.redraw.touch()

    def show_all(self) -> None:
        """Shows everything from the first step on, and follows it."""
        self.auto.setChecked(True)

    def legend(self, word: str) -> str:
        """What the legend says of a curve, or of a run beside the window's own."""
        return self._entries.get(word, "")

    def draw(self) -> None:
        """Draws everything as it is now; `redraw` says when."""
        if self._before_draw is not None and not self._before_draw():
            self.redraw.touch()
        ends = [curve.end for curve in self._curves]
        seen = [end for end in ends if end >= 0]
        self.empty.setVisible(not seen)
        if seen or self._area is not None:
            self.area.setVisible(bool(seen))
        if seen:
            low, high = (0.0, max(seen) or 1.0) if self.auto.isChecked() else self.area.span
            self.area.draw(low, high)
        self._show_values()

    def point_at(self, x: float | None) -> None:
        """Puts the crosshair at a place, or takes it away."""
        if x is not None and not any(len(curve.series) for curve in self._curves):
            return
        self._x = None if x is None else max(x, 0.0)
        if self._area is not None:
            self._area.mark(self._x)
        self._show_values()
        self.pointed.emit(self._x)

    def show_point(self, x: float | None) -> None:
        """Shows the crosshair of another plot over the same places."""
        if x != self._x:
            self._x = x
            if self._area is not None:
                self._area.mark(x)
            self._show_values()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
        elif key in _ZOOMS:
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
        self.point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)

    def _arrange(self) -> None:
        self.tools.addWidget(self.readout)
        self.tools.addWidget(self._own, 1)
        self.tools.addWidget(self.log)
        self.tools.addWidget(self.auto)
        self.layout_below(self._others)
        self._others.hide()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self.empty, 0, 0)

    def _show_values(self) -> None:
        """Writes the legends: values at the crosshair, or the newest ones."""
        x = self._x
        self.heading.setVisible(x is None or self.width() >= self.fontMetrics().averageCharWidth() * _ROOMY)
        self.readout.setText("" if x is None else written(x, self._unit))
        named = [curve for curve in self._curves if curve.word and len(curve.series)]
        own = [(curve, self._number(curve)) for curve in named if not curve.run]
        long: list[Caption] = [(f"{curve.word} {number}", curve.token) for curve, number in own]
        brief: list[Caption] = [(f"{curve.brief} {number}", curve.token) for curve, number in own]
        self._own.show_entries(long, brief, [(number, curve.token) for curve, number in own])
        runs: dict[str, list[Curve]] = {}
        for curve in named:
            if curve.run:
                runs.setdefault(curve.run, []).append(curve)
        others: list[Caption] = [
            (f"{run} {' / '.join(map(self._number, curves))}", curves[0].token)
            for run, curves in runs.items()
        ]
        ends = [(text.rpartition("· ")[2], token) for text, token in others]
        self._others.show_entries(others, ends)
        if self._others.isHidden() == bool(others):
            self._others.setVisible(bool(others))
            self.fit_sentence()
        words = [*(curve.word for curve, _ in own), *runs]
        texts = [text for text, _ in (*long, *others)]
        self._entries = dict(zip(words, texts, strict=True))
        self.captions = (*long, *others, (f"over {PLURALS[self._unit]}", "faint"))
        self.setAccessibleDescription(", ".join(texts))

    def _number(self, curve: Curve) -> str:
        return short(curve.series.last if self._x is None else curve.at(self._x))

    def _walk(self, steps: int) -> None:
        low, high = self.area.span
        start = self._x if self._x is not None else high
        far = (high - low) / 100
        self.point_at(min(max(start + steps * (max(1.0, far) if self._unit == "step" else far), low), high))

    def _rows(self) -> Iterator[str]:
        return curve_table(self._curves)

    def _log_changed(self, log: bool) -> None:
        if self._area is not None:
            self._area.set_log(log)
        self.redraw.now()

    def _auto_changed(self, auto: bool) -> None:
        self.auto.setHidden(auto)
        if auto:
            self.redraw.now()

    def _view_changed(self) -> None:
        self.auto.setChecked(False)
        self.redraw.touch()
