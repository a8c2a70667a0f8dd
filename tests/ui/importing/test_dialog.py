"""The box that shows a text beside what is read of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.interop.read_text import read_text
from nnbuilder.ui.importing import Choice, ImportDialog
from tests.corpus import Paste, pastes

OPEN = "model = nn.Sequential(nn.Linear(n_in, 8), nn.Dropout(p), nn.Linear(8, 3))\n"
BROKEN = "model = nn.Sequential(\n    nn.Linear(4, 8)\n    nn.Droput(0.5),\n)\n"
TRAINED = (
    "model = nn.Sequential(nn.Linear(4, 3))\nloss = nn.CrossEntropyLoss()\n"
    "opt = torch.optim.SGD(model.parameters(), lr=0.5)\nprint(model)\n"
)


def opened(qtbot: QtBot, text: str) -> ImportDialog:
    """The box on a text."""
    dialog = ImportDialog(text, "net.py")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def settled(qtbot: QtBot, dialog: ImportDialog) -> None:
    """Waits until what was typed is read."""
    qtbot.wait(150)
    dialog.read()


def test_answers_make_the_network_complete(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OPEN)
    assert list(dialog.questions.fields) == ["n_in", "p"]
    assert not dialog.buttons["add"].isEnabled()
    assert "2 values open" in dialog.line.text()
    first, second = dialog.questions.fields.values()
    assert (first.text(), second.text()) == ("", "")
    QTest.keyClicks(first, "2*2")
    QTest.keyClicks(second, "7")
    settled(qtbot, dialog)
    assert not dialog.buttons["add"].isEnabled()
    second.clear()
    QTest.keyClicks(second, "0.25")
    settled(qtbot, dialog)
    assert dialog.buttons["add"].isEnabled()
    with qtbot.waitSignal(dialog.chosen) as caught:
        QTest.mouseClick(dialog.buttons["add"], Qt.MouseButton.LeftButton)
    choice = caught.args[0]
    assert isinstance(choice, Choice)
    assert choice.where == "add"
    assert dict(choice.reading.layers[0].args) == {"in_features": 4, "out_features": 8}
    assert not dialog.isVisible()


def test_a_value_that_the_text_proposes_is_filled_in_and_counts(qtbot: QtBot) -> None:
    lines = (
        "parser = argparse.ArgumentParser()",
        "parser.add_argument('--hidden', type=int, default=64)",
        "args = parser.parse_args()",
        "net = nn.Sequential(nn.Linear(4, args.hidden), nn.Linear(args.hidden, 3))",
    )
    dialog = opened(qtbot, "\n".join(lines))
    assert dialog.questions.fields["args.hidden"].text() == "64"
    assert dialog.reading.layers[0].args["out_features"] == 64
    assert dialog.buttons["add"].isEnabled()


def test_a_broken_text_can_be_mended_here(qtbot: QtBot) -> None:
    dialog = opened(qtbot, BROKEN)
    assert "2 things are wrong" in dialog.line.text()
    assert not any(button.isEnabled() for button in dialog.buttons.values())
    dialog.source.setPlainText(BROKEN.replace("8)\n", "8),\n").replace("Droput", "Dropout"))
    settled(qtbot, dialog)
    assert dialog.line.text().startswith("2 layers")
    assert dialog.buttons["new"].isEnabled()


def test_a_click_on_a_place_goes_there(qtbot: QtBot) -> None:
    dialog = opened(qtbot, BROKEN)
    dialog.report.place_wanted.emit(3, 5)
    assert dialog.source.textCursor().blockNumber() == 2
    assert dialog.source.hasFocus() or not dialog.isActiveWindow()


def test_one_of_several_networks_is_chosen(qtbot: QtBot) -> None:
    dialog = opened(qtbot, "a = nn.Sequential(nn.Linear(4, 2))\nb = nn.Sequential(nn.Linear(9, 1))\n")
    assert dialog.networks.isVisible()
    dialog.networks.setCurrentIndex(dialog.networks.findData("a"))
    dialog.networks.activated.emit(dialog.networks.currentIndex())
    assert dialog.reading.chosen == "a"
    assert dialog.reading.layers[0].args["in_features"] == 4


def test_values_of_the_training_are_ticked(qtbot: QtBot) -> None:
    dialog = opened(qtbot, TRAINED)
    assert [box.text() for box in dialog.training.boxes.values()] == [
        "Loss: CrossEntropyLoss",
        "Optimizer: SGD",
    ]
    QTest.keyClick(dialog.training.boxes["loss"], Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.chosen) as caught:
        dialog.buttons["new"].click()
    assert caught.args[0].offered == ("optimizer",)


def test_every_control_has_a_name_and_a_tip(qtbot: QtBot) -> None:
    dialog = opened(qtbot, OPEN + TRAINED)
    controls = [
        *dialog.buttons.values(),
        *dialog.questions.fields.values(),
        *dialog.training.boxes.values(),
        dialog.networks,
        dialog.source,
    ]
    for control in controls:
        assert control.objectName(), control
        assert control.toolTip(), control
        assert control.accessibleName(), control
    names = [child.objectName() for child in dialog.findChildren(QWidget) if child.objectName()]
    assert "import.cancel" in names


@pytest.mark.parametrize("paste", pastes(), ids=str)
def test_the_corpus_in_the_box(qtbot: QtBot, paste: Paste) -> None:
    dialog = opened(qtbot, paste.text)
    reading = read_text(dialog.source.toPlainText())
    assert dialog.reading == reading
    assert list(dialog.questions.fields) == [asked.name for asked in reading.asked]
    assert all(button.isEnabled() == reading.ok for button in dialog.buttons.values())
    assert dialog.networks.count() == len(reading.networks)
