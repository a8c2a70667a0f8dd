"""Texts of the quick-add box, with the ends of the network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.ui.quick_add.meaning import last_part, meanings


def types(text: str, missing: tuple[str, ...] = ()) -> list[str]:
    """The layers of the best meaning."""
    return [node.type for node in meanings(text, missing).found[0].layers]


def test_several_layers_between_the_ends() -> None:
    [best, *_] = meanings("input 784, linear 128, relu, dropout .2, linear 10, loss").found
    assert [node.type for node in best.layers] == ["Input", "Linear", "ReLU", "Dropout", "Linear", "Loss"]
    assert best.layers[0].args["shape"] == (784,)
    assert best.layers[1].args["out_features"] == 128
    assert best.layers[3].args["p"] == 0.2


@pytest.mark.parametrize(
    ("text", "shape"), [("input 3x32x32", (3, 32, 32)), ("Input (1, 28, 28)", (1, 28, 28)), ("input", None)]
)
def test_the_input_takes_a_shape(text: str, shape: object) -> None:
    [best] = meanings(text).found
    assert best.layers[0].args.get("shape") == shape


@pytest.mark.parametrize(
    ("text", "loss"), [("relu, mse", "MSELoss"), ("relu, nn.CrossEntropyLoss()", "CrossEntropyLoss")]
)
def test_a_loss_can_be_named(text: str, loss: str) -> None:
    [best, *_] = meanings(text).found
    assert [node.type for node in best.layers] == ["ReLU", "Loss"]
    assert best.layers[1].args["loss"] == loss


def test_missing_ends_are_offered_first() -> None:
    assert types("", ("Input", "Loss")) == ["Input"]
    assert types("in", ("Input", "Loss")) == ["Input"]
    assert types("lo", ("Loss",)) == ["Loss"]
    assert "Input" not in {node.type for one in meanings("in").found for node in one.layers}


@pytest.mark.parametrize("text", ["non-linearity", "flatten image", "nn.Linear(64, 32)", "bn1d"])
def test_names_purposes_and_calls_are_understood(text: str) -> None:
    assert meanings(text).found


@pytest.mark.parametrize("text", ["linear x", "frobnicate", "input 3x, relu", "linear 64, frobnicate, relu"])
def test_what_is_not_understood_is_said(text: str) -> None:
    answer = meanings(text)
    assert answer.fault
    assert not answer.found


def test_where_the_last_layer_starts() -> None:
    assert last_part("linear 64, re") == 11
    assert last_part("re") == 0


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    meanings(text, ("Input", "Loss"))
