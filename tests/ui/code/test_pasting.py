"""What is pasted becomes Python where it holds a network."""

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtTest import QSignalSpy

from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.read_text import read_text
from nnbuilder.ui.code.pasting import as_python
from tests.corpus import Paste, pastes
from tests.ui.code.conftest import Desk

PRINTED = """Sequential(
  (0): Linear(in_features=4, out_features=8, bias=True)
  (1): ReLU()
)
"""
FENCED = "Try this:\n```python\nnet = nn.Sequential(nn.Linear(4, 8), nn.ReLU())\n```\nGood.\n"
PROMPTS = ">>> net = nn.Sequential(\n...     nn.Linear(4, 8),\n...     nn.ReLU(),\n... )\n"


@pytest.mark.parametrize("text", [PRINTED, FENCED, PROMPTS])
def test_other_forms_become_python(text: str) -> None:
    pasted = as_python(text)
    assert pasted.said
    reading = read_source(pasted.text)
    assert reading.ok
    assert [layer.type for layer in reading.layers] == ["Linear", "ReLU"]


@pytest.mark.parametrize(
    "text",
    ["nn.ReLU(),", "# a\n# b\n", "nn.Linear(4,\n", "x = nn.Sequential(\n    nn.ReLU(),\n)\n", "a\nb (0): c"],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert as_python(text).text == text


@pytest.mark.parametrize("paste", pastes(), ids=str)
def test_pastes_of_all_styles_say_the_same_as_python(paste: Paste) -> None:
    whole = read_text(paste.text)
    told = read_source(as_python(paste.text).text)
    if whole.ok:
        assert [one.type for one in told.layers] == [one.type for one in whole.layers]
    else:
        assert not told.ok


def test_a_printed_model_over_all_is_drawn(desk: Desk) -> None:
    said = QSignalSpy(desk.panel.said)
    data = QMimeData()
    data.setText(PRINTED)
    desk.editor.selectAll()
    desk.editor.insertFromMimeData(data)
    desk.read()
    assert desk.types == ["Linear", "ReLU"]
    assert said.count() == 1
    assert desk.sentence == "The drawing shows this text."


def test_all_slips_are_told_at_once(desk: Desk) -> None:
    data = QMimeData()
    data.setText(
        "import torch\nnet = nn.Sequential(\n    nn.Linear(4, 8)\n    nn.Droput(0.5)\n    nn.ReLU(\n)\n"
    )
    desk.editor.selectAll()
    desk.editor.insertFromMimeData(data)
    desk.read()
    assert {fault.line for fault in desk.panel.faults.faults} == {2, 3, 4}
