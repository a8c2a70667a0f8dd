"""The plotting area: pyqtgraph behind a narrow face, in the colours of the theme."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFont, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.plots.curve import Curve, Doubles, polyline

_PAD = 0.06
_GRID = 40
"""Opacity of the horizontal lines, of 255."""
_LEAST_PIXELS = 64
_SMOOTH = 4000.0
"""Pixels of line up to which a curve is drawn wide and antialiased; that costs time by the pixel."""


class PlotArea(QWidget):
    """Draws curves over steps or another unit; the height always fits what is in view.

    `view_changed` says that the user zoomed or panned, `hovered` carries the place under the mouse or None.
    """

    view_changed = Signal()
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = pg.GraphicsView(background=None)
        self._box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self._axes = {side: pg.AxisItem(side) for side in ("left", "bottom")}
        self._items: list[pg.PlotCurveItem] = []
        self._curves: tuple[Curve, ...] = ()
        self._log = False
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._prepare()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        colors.changed.connect(self._tint)
        self._tint()

    @property
    def span(self) -> tuple[float, float]:
        """The places in view."""
        low, high = self._box.viewRange()[0]
        return float(low), float(high)

    @property
    def heights(self) -> tuple[float, float]:
        """The values in view, as logarithms where the scale is logarithmic."""
        low, high = self._box.viewRange()[1]
        return float(low), float(high)

    def drawn(self, place: int) -> tuple[Doubles, Doubles]:
        """The points of one curve as they were drawn last."""
        x, y = self._items[place].getData()
        return (np.empty(0), np.empty(0)) if x is None else (x, y)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Draws other curves, the first one at the back; `draw` shows them."""
        for item in self._items:
            self._box.removeItem(item)
        self._curves = tuple(curves)
        self._items = [pg.PlotCurveItem(connect="finite") for _ in curves]
        for place, item in enumerate(self._items):
            item.setZValue(place)
            self._box.addItem(item, ignoreBounds=True)
        self._tint()

    def set_log(self, log: bool) -> None:
        """Draws logarithms to base 10; what is not above zero is left out."""
        self._log = log
        self._axes["left"].setLogMode(log)

    def draw(self, low: float, high: float) -> None:
        """Draws all curves between two places and fits the height to them."""
        pixels = max(self.width(), _LEAST_PIXELS)
        lines = [polyline(*curve.visible(low, high, pixels)) for curve in self._curves]
        if self._log:
            lines = [(x, np.log10(np.where(y > 0, y, np.nan))) for x, y in lines]
        least, most = _extremes([y for _, y in lines])
        pad = (most - least) * _PAD or max(abs(most), 1e-6) * _PAD
        scale = self.height() / (most - least + 2 * pad)
        for curve, item, (x, y) in zip(self._curves, self._items, lines, strict=True):
            smooth = pixels + scale * float(np.nansum(np.abs(np.diff(y)))) <= _SMOOTH
            item.setData(x, y, antialias=smooth, pen=_pen(curve, smooth=smooth))
        self._box.setRange(xRange=(low, high), yRange=(least - pad, most + pad), padding=0)
        self._box.prepareForPaint()  # else the first paint moves the curves, and that paints all once more

    def zoom(self, factor: float) -> None:
        """Shows more (above 1) or fewer steps about the middle."""
        self._box.scaleBy(x=factor)
        self.view_changed.emit()

    def pan(self, share: float) -> None:
        """Moves the view by a share of its width."""
        low, high = self.span
        self._box.translateBy(x=(high - low) * share)
        self.view_changed.emit()

    def mark(self, x: float | None) -> None:
        """Shows the crosshair at a place, or hides it."""
        self._line.setVisible(x is not None)
        if x is not None:
            self._line.setValue(x)

    def _prepare(self) -> None:
        """Puts axes and curves together; a PlotItem would bring menus and dialogs that nobody sees."""
        frame = pg.GraphicsLayout()
        frame.setContentsMargins(0, 4, 2, 0)
        frame.setSpacing(0)
        frame.addItem(self._axes["left"], 0, 0)
        frame.addItem(self._box, 0, 1)
        frame.addItem(self._axes["bottom"], 1, 1)
        self._view.setCentralItem(frame)
        for axis in self._axes.values():
            axis.linkToView(self._box)
        self._axes["left"].setGrid(_GRID)
        self._box.setMouseEnabled(x=True, y=False)
        self._box.disableAutoRange()
        self._box.sigRangeChangedManually.connect(self._moved)
        self._box.addItem(self._line, ignoreBounds=True)
        self._line.hide()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.scene().sigMouseMoved.connect(self._hover)

    def _moved(self, _enabled: object) -> None:
        self.view_changed.emit()

    def _hover(self, place: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(place)
        self.hovered.emit(float(self._box.mapSceneToView(place).x()) if inside else None)

    def _tint(self) -> None:
        palette = colors.current()
        self._view.setBackground(palette.color("canvas"))
        small = QFont(fonts.scaled(0.84))
        for axis in self._axes.values():
            axis.setPen(pg.mkPen(palette.color("border")))
            axis.setTextPen(pg.mkPen(palette.color("muted")))
            axis.setStyle(tickFont=small, tickLength=-4, maxTickLevel=1)
        self._line.setPen(pg.mkPen(palette.color("faint"), width=1))
        for curve, item in zip(self._curves, self._items, strict=True):
            item.setPen(_pen(curve, smooth=True))


def _extremes(values: Sequence[Doubles]) -> tuple[float, float]:
    """The least and the greatest finite value; 0 and 1 where there is none."""
    finite = [one[np.isfinite(one)] for one in values]
    known = [one for one in finite if len(one)]
    if not known:
        return 0.0, 1.0
    return min(float(one.min()) for one in known), max(float(one.max()) for one in known)


def _pen(curve: Curve, *, smooth: bool) -> QPen:
    """The pen of a curve; where much is to be drawn, a hairline, which Qt draws faster."""
    pen = QPen(colors.current().color(curve.token, curve.alpha), curve.width if smooth else 1.0)
    pen.setCosmetic(True)
    if curve.dashed and smooth:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen
