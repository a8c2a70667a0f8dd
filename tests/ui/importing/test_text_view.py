"""The text of an import: its line numbers, its marks and the way to a place."""

from pytestqt.qtbot import QtBot

from nnbuilder.interop.read_text import read_text
from nnbuilder.ui.common import colors
from nnbuilder.ui.importing.line_margin import LineMargin
from nnbuilder.ui.importing.sentences import head_line, marks
from nnbuilder.ui.importing.text_view import SourceView

TEXT = """import torch.nn as nn
net = nn.Sequential(
    nn.Linear(4, n),
    nn.ReLU(),
    nn.Droput(1),
)
"""


def shown(qtbot: QtBot, text: str) -> SourceView:
    """The view on a text."""
    view = SourceView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.setPlainText(text)
    with qtbot.waitExposed(view):
        view.show()
    return view


def bars(view: SourceView) -> list[str]:
    """The colours of the bars beside the lines, from the top, "" where there is none."""
    [margin] = view.findChildren(LineMargin)
    image = margin.grab().toImage()
    step = view.fontMetrics().lineSpacing()
    top = round(view.contentOffset().y()) + step // 2
    ground = colors.current().color("field").name()
    found = [image.pixelColor(4, top + row * step).name() for row in range(view.blockCount())]
    return ["" if color == ground else color for color in found]


def test_every_line_that_is_spoken_of_has_a_bar(qtbot: QtBot) -> None:
    view = shown(qtbot, TEXT)
    told = marks(read_text(TEXT))
    assert told == {3: "asked", 4: "taken", 5: "error"}
    view.mark(told)
    palette = colors.current()
    wanted = [palette.color(token).name() for token in ("accent", "ok", "error")]
    assert bars(view) == ["", "", *wanted, "", ""]
    assert len(view.extraSelections()) == 2


def test_numbers_get_the_room_that_they_need(qtbot: QtBot) -> None:
    view = shown(qtbot, TEXT)
    [margin] = view.findChildren(LineMargin)
    before = margin.width()
    view.setPlainText("\n" * 12_000)
    assert margin.width() > before
    assert view.viewport().x() >= margin.geometry().right()


def test_a_place_is_gone_to(qtbot: QtBot) -> None:
    view = shown(qtbot, TEXT)
    view.go(3, 5)
    cursor = view.textCursor()
    assert (cursor.blockNumber(), cursor.positionInBlock()) == (2, 4)
    view.go(99)
    assert view.textCursor().blockNumber() == 2


def test_the_head_says_what_came_of_it() -> None:
    assert head_line(read_text("Dear team (of two).")).startswith("No network is found")
    assert "things are wrong" in head_line(read_text("nn.Sequetial(nn.Linar(2, 3))"))
    several = "a = nn.Sequential(nn.ReLU())\nb = nn.Sequential(nn.Tanh())\n"
    assert "one of 2 networks" in head_line(read_text(several))
    assert head_line(read_text("nn.Sequential(nn.ReLU())")).startswith("1 layer can be taken.")
