"""The two shapes of a problem: which of their sizes are marked, and where the two lie."""

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.problem import Problem
from nnbuilder.ui.common.clash import ClashRow, ShapeChip, pieces


def marked(got: str, wanted: str) -> tuple[str, str]:
    """Both shapes with their marked parts in brackets."""
    ours, theirs = pieces(got, wanted)
    return _written(ours), _written(theirs)


def _written(parts: tuple[tuple[str, bool], ...]) -> str:
    return "".join(f"[{text}]" if clashing else text for text, clashing in parts)


@pytest.mark.parametrize(
    ("got", "wanted", "ours", "theirs"),
    [
        ("N×16", "N×10", "N×[16]", "N×[10]"),
        ("N×8×6×6", "N×16×H×W", "N×[8]×6×6", "N×[16]×H×W"),
        ("N×1×8×8", "N×1×11×11 or larger", "N×1×[8]×[8]", "N×1×[11]×[11] or larger"),
        ("N×64", "N×C×H×W", "[N×64]", "[N×C×H×W]"),
        ("int64", "float32", "[int64]", "[float32]"),
    ],
)
def test_the_sizes_that_clash_are_marked(got: str, wanted: str, ours: str, theirs: str) -> None:
    assert marked(got, wanted) == (ours, theirs)


@pytest.mark.parametrize(("width", "beside"), [(600, True), (120, False)])
def test_the_two_lie_side_by_side_where_there_is_room(qtbot: QtBot, width: int, beside: bool) -> None:
    row = ClashRow(Problem("error", "shape-mismatch", "No.", got="N×8×6×6", wanted="N×16×H×W"))
    qtbot.addWidget(row)
    row.resize(width, 60)
    with qtbot.waitExposed(row):
        row.show()
    first, second = row.findChildren(ShapeChip)
    assert (first.accessibleName(), second.accessibleName()) == ("gets N×8×6×6", "needs N×16×H×W")
    assert (first.y() == second.y()) is beside
