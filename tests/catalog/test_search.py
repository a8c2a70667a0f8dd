"""Finding layers: what people type first must be on top."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.search import search


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("linear", "Linear"),
        ("lin", "Linear"),
        ("relu", "ReLU"),
        ("RELU", "ReLU"),
        ("leaky", "LeakyReLU"),
        ("dense", "Linear"),
        ("fully connected", "Linear"),
        ("swish", "SiLU"),
        ("bn", "BatchNorm1d"),
        ("bn1", "BatchNorm1d"),
        ("flatten image", "Flatten"),
        ("non-linearity", "ReLU"),
        ("batch norm", "BatchNorm1d"),
        ("batchnorm", "BatchNorm1d"),
        ("drop", "Dropout"),
        ("overfitting", "Dropout"),
        ("log soft", "LogSoftmax"),
        ("reshape", "Flatten"),
        ("tanh", "Tanh"),
    ],
)
def test_the_best_find_is_first(text: str, first: str) -> None:
    assert search(text)[0].name == first


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_found_first_by_its_name_and_somewhere_by_each_keyword(name: str) -> None:
    assert search(name)[0].name == name
    for word in LAYERS[name].keywords:
        assert LAYERS[name] in search(word)


def test_all_activations_are_found_by_what_they_are() -> None:
    found = {spec.name for spec in search("activation")}

    assert {"ReLU", "Softmax", "Tanh", "GELU"} <= found
    assert "Linear" not in found


def test_without_text_everything_is_there_in_the_palettes_order() -> None:
    assert search("") == search("   ") == tuple(LAYERS.values())


def test_nothing_is_found_by_nonsense() -> None:
    assert search("xyzzy") == ()
    assert search("linear xyzzy") == ()


@given(text=st.text(max_size=20))
def test_any_text_gives_each_layer_at_most_once(text: str) -> None:
    found = [spec.name for spec in search(text)]

    assert len(found) == len(set(found))
