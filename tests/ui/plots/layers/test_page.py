"""The page of layers follows a run, and shows an earlier step of it."""

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.protocol.live import Watch
from tests.ui.plots.layers.conftest import Desk


def titles(desk: Desk) -> list[str]:
    """The layers whose histograms are shown."""
    return [layer.title for layer in desk.page.ridges.layers]


def rows(desk: Desk) -> list[list[str]]:
    """The data behind what is shown, as a table program reads it."""
    return list(csv.reader(io.StringIO("".join(desk.page._table()))))


def test_each_kind_shows_its_own_layers(desk: Desk) -> None:
    desk.run()
    assert titles(desk) == ["Linear (0)", "Linear (2)"]
    desk.press("layers_show_activations")
    assert titles(desk) == ["Linear (0)", "ReLU (1)", "Linear (2)"]
    assert desk.page.frame.title.text() == "Activations over time"
    desk.press("layers_show_changes")
    assert [line.title for line in desk.page.lines.chart.lines] == ["Linear (0)", "Linear (2)"]
    desk.press("layers_show_dead")
    assert [line.title for line in desk.page.lines.chart.lines] == ["ReLU (1) dead", "ReLU (1) flat"]


def test_the_selected_layer_or_all(desk: Desk) -> None:
    desk.run()
    desk.bench.select("n4")
    assert titles(desk) == ["Linear (2)"]
    desk.press("layers_all")
    assert titles(desk) == ["Linear (0)", "Linear (2)"]


@pytest.mark.parametrize(
    ("kind", "why"),
    [("weights", "has no weights"), ("changes", "has no weights"), ("gradients", "Press Train")],
)
def test_a_layer_without_anything_to_show_says_why(desk: Desk, kind: str, why: str) -> None:
    desk.run()
    desk.bench.select("n3")
    desk.press(f"layers_show_{kind}")
    assert why in desk.page.empty.text()
    assert desk.page.empty.isVisible()


def test_it_asks_for_reports_only_while_it_is_visible(desk: Desk) -> None:
    desk.bench.start_run()
    desk.page.hide()
    desk.page.show()
    told = [message.reports for message in desk.bench.engine.run.sent if isinstance(message, Watch)]
    assert ("Activations", "Updates") in told
    assert () in told
    assert told[-1] == ("Activations", "Updates")


def test_every_mode_is_a_picture_of_its_own(desk: Desk) -> None:
    desk.run()
    pictures = []
    for name in ("layers_mode_time", "layers_mode_heat", "layers_mode_pair", "layers_log"):
        desk.press(name)
        pictures.append(desk.page.ridges.grab().toImage())
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])


def test_the_slider_looks_back_and_the_end_follows(desk: Desk) -> None:
    desk.run()
    slider = desk.page.timeline.slider
    newest = desk.page.ridges.grab().toImage()
    slider.setFocus()
    for _ in range(3):
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert desk.page.timeline.at == 24
    assert desk.page.timeline.label.text() == "step 24 of 36"
    assert "step 24" in desk.page.ridges.accessibleDescription()
    assert desk.page.ridges.grab().toImage() != newest
    desk.bench.say_weights(40)
    desk.settle()
    assert desk.page.timeline.at == 24
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert desk.page.timeline.at is None
    desk.bench.say_weights(44)
    desk.settle()
    assert desk.page.timeline.label.text() == "step 44, the newest"


def test_it_goes_to_a_step_that_is_looked_at_elsewhere(desk: Desk) -> None:
    desk.run()
    desk.page.look_at(21)
    assert desk.page.timeline.at == 20
    desk.page.timeline.slider.setValue(3)
    desk.page.look_at(21)  # the same again: what was chosen here since then stays
    assert desk.page.timeline.at == 12
    desk.page.look_at(None)
    assert desk.page.timeline.at is None


def test_before_the_first_report_it_says_what_is_missing(desk: Desk) -> None:
    desk.press("layers_show_changes")
    assert desk.page.empty.text() == "Press Train to see changes of weights in a step."
    desk.bench.start_run().progress([0.5])
    desk.page.redraw.now()
    assert desk.page.empty.text() == "No step of this run has been measured yet."


def test_lines_say_their_values_at_the_step(desk: Desk) -> None:
    desk.run()
    desk.press("layers_show_dead")
    assert desk.page.lines.accessibleDescription() == "ReLU (1) dead 36%, ReLU (1) flat 50%"
    desk.page.timeline.slider.setValue(2)
    assert desk.page.lines.accessibleDescription() == "ReLU (1) dead 8%, ReLU (1) flat 50%"


def test_going_back_to_the_start_forgets(desk: Desk) -> None:
    desk.run()
    desk.bench.engine.run.progress([0.5] * 40)
    desk.settle()
    desk.page.timeline.slider.setValue(4)
    desk.bench.engine.run.state("rewound")
    desk.settle()
    assert [len(layer.histograms) for layer in desk.page.ridges.layers] == [1, 1]
    assert desk.page.timeline.at is None


def test_what_is_wrong_is_said_in_words(desk: Desk) -> None:
    desk.run()
    assert desk.page.alarm.isHidden()
    desk.activations(40, dead=0.75)
    desk.settle()
    assert desk.page.alarm.isVisible()
    assert desk.page.alarm.text().startswith("ReLU (1): 75% of its units are dead")


def test_histograms_as_a_table(desk: Desk) -> None:
    desk.run([0, 4])
    desk.activations(8, nonfinite=3)
    desk.press("layers_show_activations")
    desk.bench.select("n3")
    head, *body = rows(desk)
    assert head[:6] == ["step", "layer", "low", "high", "nan_or_infinite", "bin_1"]
    assert [row[:5] for row in body] == [
        ["0", "ReLU (1)", "-1", "1", "0"],
        ["4", "ReLU (1)", "-1", "5", "0"],
        ["8", "ReLU (1)", "-1", "9", "3"],
    ]
    assert len(head) == len(body[0]) == 5 + 64


def test_lines_as_a_table(desk: Desk) -> None:
    desk.run([0, 4])
    desk.press("layers_show_changes")
    assert rows(desk) == [
        ["step", "Linear (0)", "Linear (2)"],
        ["0", "0.00100000005", "0.00200000009"],
        ["4", "0.00100000005", "0.00200000009"],
    ]


def test_every_control_has_a_name_and_a_tip(desk: Desk) -> None:
    page = desk.page
    for control in (*page.shows.buttons(), *page.modes.buttons(), page.log, page.all, page.timeline.slider):
        assert control.objectName()
        assert control.toolTip()
        assert control.accessibleName()
