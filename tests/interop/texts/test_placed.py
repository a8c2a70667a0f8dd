"""A text that was changed again and again knows where its letters stood."""

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.interop.texts.placed import Change, PlacedText

TEXTS = st.text("ab\n", max_size=30)


@st.composite
def changed_texts(draw: st.DrawFn) -> tuple[str, PlacedText, dict[int, int]]:
    """A text of distinct letters, changed, and the place of each letter that is left."""
    original = "".join("\n" if draw(st.booleans()) else chr(0x100 + index) for index in range(20))
    text = PlacedText(original)
    for _ in range(draw(st.integers(0, 4))):
        cuts = sorted(draw(st.sets(st.integers(0, len(text.text)), max_size=6)))
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        text = text.changed(Change(start, end, draw(TEXTS)) for start, end in spans)
    left = {index: original.index(letter) for index, letter in enumerate(text.text) if letter >= "\u0100"}
    return original, text, left


@given(changed_texts())
def test_letters_that_are_left_know_their_place(drawn: tuple[str, PlacedText, dict[int, int]]) -> None:
    original, text, left = drawn
    for offset, origin in left.items():
        line = original.count("\n", 0, origin) + 1
        column = origin - (original.rfind("\n", 0, origin) + 1) + 1
        assert text.place_at(offset) == (line, column)
        here = text.text.count("\n", 0, offset) + 1
        start = text.text.rfind("\n", 0, offset) + 1
        assert text.place(here, offset - start + 1) == (line, column)
        assert text.end_place(here, offset - start + 2) == (line, column + 1)
        assert text.line_at(offset) == here


@given(changed_texts())
def test_every_place_lies_in_the_original(drawn: tuple[str, PlacedText, dict[int, int]]) -> None:
    original, text, _ = drawn
    lines = original.split("\n")
    for offset in range(len(text.text) + 1):
        line, column = text.place_at(offset)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


def test_changes_that_overlap_are_left() -> None:
    changed = PlacedText("abcdef").changed([Change(1, 4, "X"), Change(2, 5, "Y"), Change(5, 6)])
    assert changed.text == "aXe"
