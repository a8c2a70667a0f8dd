"""What is pasted without a word, what is shown first, and what is refused."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nnbuilder.ui.importing import ImportDialog
from tests.ui.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier
NETWORK = "net = nn.Sequential(nn.Linear(8, 6), nn.Tanh())\n"


def pasted(stage: Stage, text: str) -> ImportDialog | None:
    """The box that a paste on the canvas opens."""
    stage.window.panels.canvas.setFocus()
    QApplication.clipboard().setText(text)
    stage.key(Qt.Key.Key_V, CONTROL)
    return stage.window.findChild(ImportDialog)


def test_what_stands_around_a_network_is_no_reason_to_ask(stage: Stage) -> None:
    before = len(stage.graph.nodes)
    text = f"import torch\nfrom torch import nn\n{NETWORK}print(net)\n"
    assert pasted(stage, text) is None
    assert len(stage.graph.nodes) == before + 2


def test_a_layer_that_is_left_out_is_shown(stage: Stage) -> None:
    before = stage.graph
    dialog = pasted(stage, f"{NETWORK}nn.init.zeros_(net[0].weight)\n")
    assert dialog is not None
    assert stage.graph is before
    dialog.reject()


def test_a_text_that_is_too_long_is_refused_without_a_box(stage: Stage) -> None:
    before = stage.graph
    assert pasted(stage, "nn.Sequential(nn.Linear(2, 2))\n" * 40_000) is None
    assert "1,240,000 bytes" in stage.window.panels.canvas.sentence.text()
    assert stage.graph is before


def test_prose_is_answered_at_the_mouse(stage: Stage) -> None:
    assert pasted(stage, "Dear team, see you (tomorrow).") is None
    assert "no layer" in stage.window.panels.canvas.sentence.text()
