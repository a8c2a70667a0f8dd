"""The page of predictions: which pictures are shown, when, and how they are read."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest

from nnbuilder.project.project import Project
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.plot_frame import FORMS, PlotFrame
from nnbuilder.ui.predictions.sheet import Sheet
from tests.ui.canvas.drawings import chain
from tests.ui.predictions.conftest import Stand
from tests.ui.workbench import Open, Workbench


def point(stand: Stand, view: Sheet, place: QPointF) -> None:
    """Moves the mouse over a place of a view."""
    QTest.mouseMove(view, QPoint(1, 1))
    QTest.mouseMove(view, place.toPoint())
    stand.bench.settle()


def rows_of(frame: PlotFrame) -> list[list[str]]:
    """The data of a plot, as its CSV has them."""
    frame.copy_data()
    return list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))


def test_only_what_is_looked_at_is_asked_for(stand: Stand) -> None:
    assert stand.watched() == {"Boundary", "Neurons", "Fit", "Targets", "Confusion"}
    stand.page.hide()
    assert stand.watched() == set()


def test_nothing_is_painted_while_the_page_is_hidden(stand: Stand) -> None:
    stand.boundary("0", "1")
    stand.page.hide()
    painted = stand.page.plane.painted
    stand.boundary("0", "1")
    assert stand.page.plane.painted == painted
    stand.page.show()
    stand.bench.settle()
    assert stand.page.plane.painted == painted + 1


def test_words_before_the_first_report(bench: Workbench) -> None:
    stand = Stand(bench)
    assert "Press Train" in stand.page.empty.text()
    bench.start_run()
    assert "on their way" in stand.page.empty.text()
    bench.engine.run.end()
    bench.settle()
    assert "ended without predictions" in stand.page.empty.text()
    assert stand.shown == set()


def test_the_pictures_are_those_that_the_run_sends(stand: Stand) -> None:
    stand.boundary("0", "1")
    stand.neurons("n2", "n3")
    stand.confusion()
    assert stand.shown == {"plane_view", "neurons_view", "confusion_view"}
    assert not stand.page.empty.isVisible()


def test_another_run_begins_with_an_empty_page(stand: Stand) -> None:
    stand.targets(10, 20, 30)
    stand.bench.engine.run.end()
    stand.bench.settle()
    assert stand.shown == {"targets_view"}
    stand.bench.start_run()
    stand.bench.settle()
    assert stand.shown == set()


def test_each_place_has_the_colour_of_its_class(stand: Stand) -> None:
    stand.boundary("0", "1")
    plane = stand.page.plane
    axes, image = plane.axes(QRectF(plane.rect())), plane.grab().toImage()

    def color(x: float, y: float) -> QColor:
        return image.pixelColor(axes.place(x, y).toPoint())

    sure, unsure = color(1.8, -0.8), color(-1.8, 0.8)
    high, low, canvas = (colors.current().color(token) for token in ("high", "low", "canvas"))
    assert abs(sure.hslHue() - high.hslHue()) < 6
    assert abs(unsure.hslHue() - low.hslHue()) < 12
    assert _distance(unsure, canvas) < _distance(sure, canvas)


def _distance(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())


def test_the_plane_is_read_by_mouse_and_keyboard(stand: Stand) -> None:
    stand.boundary("cat", "dog")
    plane, frame = stand.page.plane, stand.page.plane_frame
    point(stand, plane, plane.axes(QRectF(plane.rect())).place(1.0, 0.4))
    assert "dog, 100%" in frame.readout.text()
    plane.setFocus()
    for _ in range(26):
        QTest.keyClick(plane, Qt.Key.Key_Left)
    assert "cat, 60%" in frame.readout.text()


def test_values_over_the_plane_have_no_certainty(stand: Stand) -> None:
    stand.boundary()
    assert stand.page.plane_frame.title.text() == "Predictions"
    header, first, *rest = rows_of(stand.page.plane_frame)
    assert header == ["a", "b", "kind"]
    assert [float(cell) for cell in first] == [-1.75, -0.875, -3.0]
    assert len(rest) == 63


def test_the_data_of_a_boundary(stand: Stand) -> None:
    stand.boundary("cat", "dog")
    rows = rows_of(stand.page.plane_frame)
    assert rows[0] == ["a", "b", "kind", "certainty"]
    assert rows[8][2:] == ["dog", "1.0"]
    assert rows[1][2] == "cat"


def test_pointing_at_a_neuron_shows_it_large(stand: Stand) -> None:
    stand.boundary("0", "1")
    stand.neurons("n2", "n3")
    plane, neurons = stand.page.plane, stand.page.neurons
    point(stand, neurons, neurons.tile(1, 2).center())
    assert plane.response is not None
    assert plane.response.title == "Neuron 2 of ReLU (1)"
    assert stand.page.plane_frame.title.text() == "Neuron 2 of ReLU (1)"
    assert stand.page.plane_frame.readout.text() == "from -3.000 to 3.000"
    axes, image = plane.axes(QRectF(plane.rect())), plane.grab().toImage()
    top, bottom = (image.pixelColor(axes.place(-1.8, y).toPoint()) for y in (0.95, -0.95))
    high, low = (colors.current().color(token) for token in ("high", "low"))
    assert _distance(top, high) < _distance(top, low)
    assert _distance(bottom, low) < _distance(bottom, high)
    neurons.setFocus()
    QTest.keyClick(neurons, Qt.Key.Key_Left)
    assert plane.response.title == "Neuron 1 of ReLU (1)"
    QTest.keyClick(neurons, Qt.Key.Key_Up)
    assert plane.response.title == "Neuron 1 of Linear (0)"
    QTest.keyClick(neurons, Qt.Key.Key_Escape)
    assert plane.response is None
    assert stand.page.plane_frame.title.text() == "Decision boundary"


def test_a_neuron_that_is_pointed_at_follows_the_training(stand: Stand) -> None:
    stand.boundary("0", "1")
    stand.neurons("n2")
    stand.page.neurons.setFocus()
    QTest.keyClick(stand.page.neurons, Qt.Key.Key_Right)
    first = stand.page.plane.response
    stand.neurons("n2")
    assert stand.page.plane.response is not first
    assert "Neuron 0" in stand.page.plane_frame.title.text()
    stand.neurons("n2", count=0)
    assert stand.page.plane.response is None


def test_the_selected_layer_s_neurons_or_all(stand: Stand) -> None:
    stand.neurons("n2", "n3", "n4")
    stand.bench.select("n3")
    assert [layer.title for layer in stand.page.neurons.layers] == ["ReLU (1)"]
    assert stand.page.neurons_frame.title.text() == "Neurons of ReLU (1)"
    stand.bench.select("n5")
    assert len(stand.page.neurons.layers) == 3


def test_a_wide_layer_says_that_some_are_left_out(stand: Stand) -> None:
    stand.neurons("n2", count=5, size=400)
    assert "first 5 of 400" in stand.page.neurons.accessibleDescription()


@pytest.mark.parametrize("count", [1, 7, 64])
def test_all_tiles_lie_inside_and_apart(stand: Stand, count: int) -> None:
    stand.neurons("n2", "n3", "n4", count=count)
    neurons = stand.page.neurons
    tiles = [neurons.tile(layer, neuron) for layer in range(3) for neuron in range(count)]
    inside = QRectF(neurons.rect())
    assert all(inside.contains(tile) for tile in tiles)
    assert not any(a.intersects(b) for place, a in enumerate(tiles) for b in tiles[:place])


def test_many_layers_are_scrolled_to(open_bench: Open) -> None:
    deep = chain([("Input", {}), *[("Tanh", {})] * 40, ("Loss", {})])
    stand = Stand(open_bench(Project(graph=deep)))
    stand.bench.start_run()
    layers = [node.id for node in deep.of_type("Tanh")]
    stand.neurons(*layers, count=16)
    neurons, viewport = stand.page.neurons, stand.page.scroller.viewport()
    assert neurons.height() > viewport.height()
    tiles = [neurons.tile(layer, 15) for layer in range(len(layers))]
    assert QRectF(neurons.rect()).contains(tiles[-1])
    neurons.setFocus()
    for _ in layers:
        QTest.keyClick(neurons, Qt.Key.Key_Down)
    stand.bench.settle()
    last = neurons.tile(len(layers) - 1, 0).center().toPoint()
    assert viewport.rect().contains(neurons.mapTo(viewport, last))
    stand.neurons(*layers[:3], count=16)
    assert neurons.height() == viewport.height()


def test_mistakes_are_counted(stand: Stand) -> None:
    stand.confusion()
    view, frame = stand.page.confusion, stand.page.confusion_frame
    assert frame.readout.text() == "28 of 30 right"
    point(stand, view, view.cell(QRectF(view.rect()), 1, 2).center())
    assert frame.readout.text() == "2 of 10 b taken for c"
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert frame.readout.text() == "8 of 10 b right"
    assert view.mistakes == ["b taken for c: 2 of 10"]
    QTest.mouseClick(stand.page.training, Qt.MouseButton.LeftButton)
    assert view.mistakes == []
    assert frame.readout.text() == "40 of 40 b right"


def test_counts_or_shares(stand: Stand) -> None:
    stand.confusion()
    counts = stand.page.confusion.grab().toImage()
    QTest.mouseClick(stand.page.shares, Qt.MouseButton.LeftButton)
    assert stand.page.confusion.grab().toImage() != counts
    assert rows_of(stand.page.confusion_frame)[2] == ["b", "0", "8", "2"]


def test_the_curve_is_read_and_taken_away(stand: Stand) -> None:
    stand.fit()
    fit = stand.page.fit
    assert stand.shown == {"fit_view"}
    point(stand, fit, fit.axes(QRectF(fit.rect())).place(3.0, 4.0))
    name, _, value = stand.page.fit_frame.readout.text().partition(": y ")
    assert name.startswith("x ")
    assert float(value) == pytest.approx(2 * float(name.split()[1]), abs=0.01)
    rows = rows_of(stand.page.fit_frame)
    assert rows[0] == ["x", "predicted y"]
    assert [float(cell) for cell in rows[-1]] == [4, 8]


def test_predictions_lie_over_their_targets(stand: Stand) -> None:
    stand.targets(12, 20, 500)
    view = stand.page.targets
    axes = view.axes(QRectF(view.rect()))
    assert axes.y[1] < 100, "one wild prediction must not flatten all others"
    point(stand, view, axes.place(10.0, 12.0))
    assert stand.page.targets_frame.readout.text() == "target 10.000, predicted 12.000"
    assert rows_of(stand.page.targets_frame)[3] == ["30.0", "500.0", "validation"]


def test_what_is_not_finite_is_left_out(stand: Stand) -> None:
    stand.targets(float("nan"), float("inf"), 30)
    assert not stand.page.targets.grab().isNull()
    assert stand.page.targets.axes(QRectF(0, 0, 300, 200)).y[1] < 100


def test_views_follow_the_theme(stand: Stand) -> None:
    stand.boundary("0", "1")
    stand.confusion()
    page = stand.page
    before = [view.grab().toImage() for view in (page.plane, page.confusion)]
    look = colors.current()
    try:
        colors.use(colors.DARK)
        after = [view.grab().toImage() for view in (page.plane, page.confusion)]
    finally:
        colors.use(look)
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_every_picture_can_be_saved(stand: Stand, tmp_path: Path) -> None:
    stand.boundary("0", "1")
    stand.neurons("n2")
    stand.confusion()
    for frame in (stand.page.plane_frame, stand.page.neurons_frame, stand.page.confusion_frame):
        for form in FORMS:
            path = tmp_path / f"{frame.objectName()}.{form}"
            frame.write(path, form)
            assert path.exists()
    assert "Decision boundary" in (tmp_path / "plane_view_frame.svg").read_text()
    assert not QImage(str(tmp_path / "neurons_view_frame.png")).isNull()
    assert (tmp_path / "confusion_view_frame.csv").read_text().startswith("right class,taken for a")
