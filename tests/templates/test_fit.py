"""What templates know of data: the same before they are loaded as afterwards."""

from typing import get_args

import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, BuiltinName, CsvData, DataSpec, Source, ToyData, ToyName
from nnbuilder.templates.fit import Fit, fit_of, known_fit

SHIPPED: list[Source] = [
    *(BuiltinData(name) for name in get_args(BuiltinName)),
    *(ToyData(name) for name in get_args(ToyName)),
]


@pytest.mark.parametrize("reconstruct", [False, True])
@pytest.mark.parametrize("source", SHIPPED, ids=str)
def test_what_ships_is_known_before_it_is_loaded(source: Source, reconstruct: bool) -> None:
    data = DataSpec(source, reconstruct=reconstruct)
    known, found = known_fit(data), fit_of(load(data, 0, None).profile)
    assert known is not None
    assert (known.shape, known.classes, known.values) == (found.shape, found.classes, found.values)
    assert found.rows > 0


def test_the_words_of_the_digits_are_all_that_come_in() -> None:
    data = DataSpec(BuiltinData("digits"), standardize=False)
    known, x = known_fit(data), load(data, 0, None).train.x
    assert known is not None
    assert set(x.ravel()) == set(range(known.words))


def test_a_file_is_not_known_before_it_is_loaded() -> None:
    assert known_fit(DataSpec(CsvData("table.csv", "target"))) is None


@pytest.mark.parametrize(
    ("shape", "image", "sequence"),
    [
        ((64,), (1, 8, 8), (1, 64)),
        ((12,), (1, 3, 4), (1, 12)),
        ((13,), (1, 1, 13), (1, 13)),
        ((28, 28), (1, 28, 28), (28, 28)),
        ((3, 32, 16), (3, 32, 16), (3, 512)),
        ((2, 3, 4, 5), (1, 10, 12), (2, 60)),
    ],
)
def test_a_sample_of_any_shape_is_an_image_and_a_sequence(
    shape: tuple[int, ...], image: tuple[int, ...], sequence: tuple[int, ...]
) -> None:
    fit = Fit(shape)
    assert fit.image == image
    assert fit.sequence == sequence


def test_outputs_and_loss_follow_the_task() -> None:
    assert (Fit((4,), 3).outputs, Fit((4,), 3).loss) == (3, "CrossEntropyLoss")
    assert (Fit((4,), values=5).outputs, Fit((4,), values=5).loss) == (5, "MSELoss")
