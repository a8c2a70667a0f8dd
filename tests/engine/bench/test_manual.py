"""Help for what is typed: PyTorch's own documentation, held against the functions themselves."""

import inspect

import pytest
import torch
from torch import nn

from nnbuilder.engine.bench import table
from nnbuilder.engine.bench.manual import manual_of


def names(word: str) -> list[str]:
    """The arguments that are told of a word."""
    found = manual_of(word)
    assert found is not None
    return [one.name for one in found.parameters]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("torch.cat", ["tensors", "dim"]),
        ("cat", ["tensors", "dim"]),
        (".sum", ["dim", "keepdim", "dtype"]),
        ("torch.max", ["input", "dim", "keepdim"]),
        ("F.one_hot", ["tensor", "num_classes"]),
        ("F.relu", ["input", "inplace"]),
        ("torch.relu", ["input", "inplace"]),
        ("softmax", ["input", "dim", "*", "dtype"]),
        (".reshape", ["*shape"]),
        ("torch.arange", ["start", "end", "step", "*", "dtype", "requires_grad"]),
        ("np.load", ["file"]),
        ("np.array", ["object", "dtype"]),
        ("trace", ["rows", "targets", "train"]),
    ],
)
def test_arguments(word: str, expected: list[str]) -> None:
    assert names(word) == expected


def test_layers_have_the_words_of_the_catalogue() -> None:
    found = manual_of("nn.Linear")
    assert found is not None
    assert found.parameters[0].help == "How many numbers come in for each sample."
    assert names("nn.LSTM")[:2] == ["input_size", "hidden_size"]
    own = list(inspect.signature(nn.Conv2d).parameters)
    assert [name for name in names("nn.Conv2d") if name not in own] == []


def test_defaults_are_pytorchs() -> None:
    found = manual_of("F.cross_entropy")
    assert found is not None
    signature = inspect.signature(torch.nn.functional.cross_entropy)
    for one in found.parameters:
        default = signature.parameters[one.name].default
        assert one.default == ("" if default is inspect.Parameter.empty else repr(default))


def test_every_word_that_can_be_called_is_known() -> None:
    calls = [word for word in table.words() if word not in table.PYTHON and word not in table.CONSTANTS]
    members = {f".{name}" for name in table.ATTRIBUTES}
    told = {word: manual_of(word) for word in calls if word not in members}
    assert [word for word, found in told.items() if found is None] == []
    some = [word for word, found in told.items() if found is not None and (found.parameters or found.summary)]
    assert len(some) > 0.98 * len(told)
    assert [word for word, found in told.items() if found and "`" in found.summary] == []


@pytest.mark.parametrize("word", ["torch.load", "model", ".__class__", "", ".", "torch", "a.b.c", "torch."])
def test_nothing_is_said_of_what_is_not_in_the_table(word: str) -> None:
    assert manual_of(word) is None
