"""A tensor of the microscope is wanted on the bench: by the button beside it, and by a right-click."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.microscope import Looked, Parameter, Place, Tensor
from nnbuilder.session.microscope import View
from nnbuilder.ui.microscope.tensor_view import TensorView
from tests.ui.conftest import Stage

HERE = Place("forward", NodeId("n1"), "0", "Linear")
LOOKED = Looked(
    1,
    HERE,
    (HERE, Place("update")),
    tensors=(
        Tensor("Input", (2, 3), "float32", role="input"),
        Tensor("weight", (4, 3), "float32", role="parameter"),
    ),
    parameters=(Parameter("weight", (4, 3)),),
    owner=NodeId("n1"),
)
ARRAYS = (np.ones((2, 3), np.float32), np.ones((4, 3), np.float32))


def test_the_button_brings_it_to_the_bench(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    window, bench = stage.window, stage.session.bench
    lines: list[str] = []
    monkeypatch.setattr(bench, "run", lines.append)
    stage.session.microscope.view = View(LOOKED, ARRAYS)
    window.panels.microscope.made.show_view(stage.session.microscope.view)
    window.panels.microscope.made.to_bench.click()
    assert lines == ["weight = model[0].weight"]
    assert window.docks.bottom.currentWidget() is window.panels.bench
    assert window.panels.bench.prompt.text() == "weight = model[0].weight"


def test_what_has_no_word_is_said(stage: Stage) -> None:
    after = Tensor("weight after", (4, 3), "float32", role="parameter")
    assert not stage.window.panels.bench.take(stage.session.microscope.wish, LOOKED, after)
    assert "has no word on the bench" in stage.window.status.message.text()


def test_a_right_click_offers_it(qtbot: QtBot) -> None:
    view = TensorView("view", 0)
    qtbot.addWidget(view)
    assert not view.to_bench.isEnabled()
    view.show_view(View(LOOKED, ARRAYS))
    view.show()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, view.rect().center(), view.mapToGlobal(QPoint(5, 5))
    )
    view.contextMenuEvent(event)
    menu = view.findChild(QMenu, "view_menu")
    assert menu is not None
    with qtbot.waitSignal(view.bench_wanted) as waited:
        menu.actions()[0].trigger()
    assert waited.args == [LOOKED.tensors[0]]
    menu.close()
