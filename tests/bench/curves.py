"""Ten million losses: what is chosen to be drawn, and what a few more of them cost."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtWidgets import QApplication

from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import Curve
from nnbuilder.ui.plots.curve_plot import CurvePlot
from tests.bench.figures import Figure, timed

GROUP = "curves"
POINTS = 10_000_000
PIXELS = 600


def figures() -> Iterator[Figure]:
    """Choosing the visible part by the pyramid against looking at every point; appending while it is long."""
    rng = np.random.default_rng(0)
    series = Series()
    for block in np.split(rng.normal(size=POINTS).astype(np.float32), 10):
        series.append(block)
    values = series.values
    edges = np.linspace(0, POINTS, PIXELS, endpoint=False, dtype=np.int64)

    def every_point() -> None:
        np.minimum.reduceat(values, edges)
        np.maximum.reduceat(values, edges)

    ours = timed(lambda: series.visible(0, POINTS, PIXELS), 50)
    other = timed(every_point, 5)
    yield Figure(
        group=GROUP,
        name="Curve of 10^7 points: what to draw",
        ours=ours,
        other=other,
        than="every point",
        limit=4,
    )
    yield _redraw(series)
    fresh = rng.normal(size=170).astype(np.float32)
    yield Figure(
        group=GROUP, name="170 more losses on 10^7", ours=timed(lambda: series.append(fresh), 50), limit=4
    )


def _redraw(series: Series) -> Figure:
    """All of a long curve drawn anew and painted."""
    app = QApplication.instance() or QApplication([])
    plot = CurvePlot("loss_plot", "Loss", "", "", log=False)
    plot.set_curves([Curve("train", "train", series, "train")])
    plot.resize(PIXELS, 300)
    plot.show()
    app.processEvents()

    def redraw() -> None:
        plot.draw()
        for _ in range(2):  # the scene gathers what changed in one turn and is painted in the next
            app.processEvents()

    milliseconds = timed(redraw, 30, warm=3)
    plot.close()
    return Figure(group=GROUP, name="Curve of 10^7 points: drawn and painted", ours=milliseconds, limit=4)
