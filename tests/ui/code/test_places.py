"""Places as Python and as Qt count them."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from nnbuilder.ui.code.places import Places, letters, one_line_end, units

TEXTS = st.lists(st.sampled_from(["a", "é", "🙂", "\n", "\r\n", " "]), max_size=30).map("".join)


@given(TEXTS, st.integers(0, 60))
def test_every_place_comes_back(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    if text[max(offset - 1, 0) : offset + 1] == "\r\n":
        offset += 1
    places = Places(text)
    assert places.offset(places.position(offset)) == offset


@given(TEXTS)
def test_positions_are_those_of_the_document(text: str) -> None:
    document = QTextDocument()
    document.setPlainText(text)
    before = [Places(text).position(place) for place in range(len(text) + 1)]
    assert before[-1] == document.characterCount() - 1
    units = one_line_end(text).encode("utf-16-le")
    assert len(units) // 2 == before[-1]


def test_places_of_a_line() -> None:
    assert units("abc", 1) == letters("abc", 1) == 1
    assert units("🙂bc", 2) == 3
    assert letters("🙂bc", 3) == 2
