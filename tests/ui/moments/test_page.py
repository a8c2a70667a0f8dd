"""The page that shows a moment against now."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from nnbuilder.protocol.messages import Histograms
from nnbuilder.ui.moments.layer_row import LayerRow
from nnbuilder.ui.moments.page import MomentPage
from tests.ui.moments.times import Times
from tests.ui.workbench import Workbench


@pytest.fixture
def times(bench: Workbench) -> Iterator[Times]:
    """A run with moments."""
    times = Times(bench)
    yield times
    times.machine.leave()


@pytest.fixture
def page(times: Times) -> MomentPage:
    """The page in the present."""
    bench = times.bench
    return bench.show(MomentPage(times.machine, bench.run, bench.document), width=900, height=260)


def rows(page: MomentPage) -> list[LayerRow]:
    """The rows of layers that are shown."""
    return [row for row in page.findChildren(LayerRow) if row.isVisible()]


def values(page: MomentPage) -> dict[str, str]:
    """What labels say, by their accessible names."""
    return {
        label.accessibleName(): label.text() for label in page.findChildren(QLabel) if label.accessibleName()
    }


def test_it_says_how_to_look_back(times: Times, page: MomentPage) -> None:
    assert "Drag the slider" in page.told.text()
    assert rows(page) == []
    times.machine.visit(4)
    assert page.told.text() == "The moment is being read."


def test_it_shows_metrics_and_layers_of_then(times: Times, page: MomentPage) -> None:
    times.bench.say_weights(12, spread=2.0)
    times.machine.visit(4)
    times.show()
    times.bench.settle()

    assert page.headline.text() == "Step 4 · epoch 1"
    assert values(page)["loss, validation"] == "0.375"
    assert values(page)["accuracy, training"] == "0.750"
    assert [row.objectName() for row in rows(page)] == [f"moment_{node}" for node in times.bench.run.layers]
    assert rows(page)[0].accessibleName() == "Linear (0): mean 0.500  spread 0.500, length 0.500"


def _seen(times: Times, page: MomentPage, spread: float) -> QImage:
    """The first row with weights of now between these ends."""
    times.machine.leave()
    counts, edges = np.ones((2, 64)), np.tile([-spread, spread], (2, 1))
    times.line.say(Histograms(times.bench.run.run_id, 12, "weight", (0, 0)), counts, edges)
    times.machine.visit(4)
    times.show()
    times.bench.settle()
    return rows(page)[0].grab().toImage()


def test_now_is_drawn_over_the_same_axis_as_then(times: Times, page: MomentPage) -> None:
    narrow, wide = _seen(times, page, 0.5), _seen(times, page, 4.0)

    assert narrow != wide
    assert narrow == _seen(times, page, 0.5)


def test_it_empties_in_the_present(times: Times, page: MomentPage) -> None:
    times.machine.visit(4)
    times.show()
    times.machine.leave()

    assert rows(page) == []
    assert page.headline.isHidden()
