"""The report of an import: layers with their lines, what is wrong, what was skipped."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnbuilder.interop.read_text import read_text
from nnbuilder.interop.reading import Reading, SourceProblem
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import Section
from nnbuilder.ui.importing.report_view import ReportView


def shown(qtbot: QtBot, reading: Reading) -> ReportView:
    """The report of a reading."""
    view = ReportView()
    qtbot.addWidget(view)
    view.show_reading(reading)
    view.show()
    return view


def section(view: ReportView, name: str) -> Section:
    """One part of the report."""
    found = view.findChild(Section, f"import.{name}")
    assert isinstance(found, Section)
    return found


def test_layers_are_counted_without_their_groups(qtbot: QtBot) -> None:
    text = "net = nn.Sequential(nn.ReLU(),\n  nn.Sequential(nn.Tanh(), nn.Linear(3, 4)))\nprint(net)\n"
    view = shown(qtbot, read_text(text))
    taken = section(view, "taken")
    assert (taken.title.text(), taken.corner.text()) == ("Taken", "3")
    told = [label.text() for label in taken.findChildren(QLabel)]
    assert told[2:] == ["ReLU()", "Sequential", "Tanh()", "Linear(in_features=3, out_features=4)"]
    [skipped] = [label.text() for label in section(view, "skipped").findChildren(QLabel)][2:]
    assert skipped.startswith("print(net)\n")


def test_nothing_is_called_taken_while_the_text_is_wrong(qtbot: QtBot) -> None:
    view = shown(qtbot, read_text("nn.Sequential(nn.ReLU(), nn.Droput(0.5))"))
    assert section(view, "taken").title.text() == "Understood so far"


def test_a_place_is_asked_for(qtbot: QtBot) -> None:
    view = shown(qtbot, read_text("import torch.nn as nn\nnn.Sequential(\n  nn.Droput(0.5))\n"))
    [link] = section(view, "problems").findChildren(LinkButton)
    with qtbot.waitSignal(view.place_wanted) as caught:
        link.click()
    assert caught.args == [3, 3]


def test_too_many_problems_are_counted(qtbot: QtBot) -> None:
    problems = tuple(SourceProblem(line, 1, "This is wrong.") for line in range(1, 101))
    found = section(shown(qtbot, Reading(problems=problems)), "problems")
    assert found.corner.text() == "100"
    assert "and 40 more" in [label.text() for label in found.findChildren(QLabel)]
