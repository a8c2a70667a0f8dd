"""Numbers as Python writes them: what is typed again is the same, to the bit."""

import ast

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnbuilder.ui.bench.literal import MOST, literal

floats = arrays.arrays(
    np.float32,
    arrays.array_shapes(max_dims=3, max_side=4),
    elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
)


@given(floats)
def test_floats_come_back_to_the_bit(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    again = torch.tensor(ast.literal_eval(literal(numbers)), dtype=torch.float32)
    assert torch.equal(again, torch.from_numpy(numbers))


def test_whole_numbers_stay_whole() -> None:
    assert literal(np.array([[1, -2], [3, 4]])) == "[[1, -2], [3, 4]]"
    assert literal(np.array([True, False])) == "[True, False]"
    assert literal(np.array(2.5, np.float32)) == "2.5"


def test_what_cannot_be_written_is_empty() -> None:
    for numbers in (np.zeros(0), np.zeros(MOST + 1), np.array([1.0, np.nan]), np.array([np.inf])):
        assert literal(numbers) == ""
