"""Guessed widths: cut texts fit, whole texts stay."""

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.interop.text_width import fitted, mono, sans


@given(st.text(max_size=60), st.floats(0, 200), st.booleans())
def test_a_text_fits_its_room(text: str, room: float, fixed: bool) -> None:
    cut = fitted(text, room, 11, fixed=fixed)
    width = mono(cut, 11) if fixed else sans(cut, 11)
    assert width <= room or cut == "…"
    assert cut == text or cut.endswith("…") or cut == ""
    assert text.startswith(cut.removesuffix("…"))


def test_sixteen_letters_fit_below_a_header() -> None:
    assert fitted("iris · 4 feat.", 108, 11, fixed=True) == "iris · 4 feat."
    assert fitted("a" * 16, 108, 11, fixed=True) == "a" * 16
    assert fitted("a" * 17, 108, 11, fixed=True) == "a" * 15 + "…"


def test_the_longest_layer_fits_its_header() -> None:
    assert fitted("BatchNorm1d", 108, 13, bold=True) == "BatchNorm1d"
