"""Titles, notices, elided labels and choices."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import Rename
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.words import short
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.notice import Notice
from nnbuilder.ui.common.titles import counted, layer_title
from tests.ui.canvas.drawings import chain


def test_layers_are_called_as_pytorch_prints_them() -> None:
    graph = Rename(NodeId("n2"), "hidden").apply(chain())
    titles = [layer_title(graph, node) for node in graph.nodes]
    assert titles == ["Input", "hidden", "ReLU (1)", "Linear (2)", "Loss"]
    assert layer_title(graph, NodeId("n99")) == ""


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.1234, "0.123"),
        (12345.6, "1.23e+04"),
        (0.00012, "0.00012"),
        (0, "0.000"),
    ],
)
def test_numbers_are_short(number: float | None, expected: str) -> None:
    assert short(number) == expected


def test_words_are_counted() -> None:
    assert (counted(1, "row"), counted(1200, "row")) == ("1 row", "1,200 rows")


def test_a_notice_shows_itself_with_its_button(qtbot: QtBot) -> None:
    notice = Notice("notice", "error", "Mend it")
    qtbot.addWidget(notice)
    assert notice.isHidden()
    notice.show_text("Something broke.", button=True)
    with qtbot.waitSignal(notice.pressed):
        QTest.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    notice.show_text("")
    assert notice.isHidden()


def test_a_long_name_never_widens_its_place(qtbot: QtBot) -> None:
    label = ElidedLabel("x" * 5000, "text")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 100
    label.resize(80, 20)
    assert not label.grab().isNull()


def test_the_wheel_does_not_choose_by_accident(qtbot: QtBot) -> None:
    box = ChoiceBox("box", "Choose")
    qtbot.addWidget(box)
    box.fill([("a", 1), ("", None), ("b", 2)])
    box.show()
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    box.clearFocus()
    QApplication.sendEvent(box, wheel)
    assert box.currentData() == 1
    box.show_value(2)
    assert box.currentText() == "b"
    box.show_value(3)
    assert box.currentIndex() == -1
