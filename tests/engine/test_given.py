"""Rows that are typed, read from files or taken from the data, and what is said of those that are none."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nnbuilder.data.load import load, load_raw
from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.given import GivenError, read_given
from nnbuilder.graph.analysis import TensorType
from nnbuilder.project.project import Project

IRIS = Project(data=DataSpec(BuiltinData("iris")))
FOUR = TensorType((None, 4))


def test_a_typed_row_is_as_torch_takes_it() -> None:
    text = "[[0.3471, 0.4547, -0.2356, 1]]"
    assert torch.equal(read_given(text, IRIS, FOUR, None).x, torch.tensor([[0.3471, 0.4547, -0.2356, 1]]))


def test_one_sample_becomes_a_row() -> None:
    taken = read_given("[1, 2, 3, 4]", IRIS, FOUR, None)
    assert taken.x.shape == (1, 4)
    assert "one row" in taken.note


def test_flat_rows_take_the_shape_that_enters() -> None:
    taken = read_given("[[1, 2, 3, 4]]", IRIS, TensorType((None, 1, 2, 2)), None)
    assert taken.x.tolist() == [[[[1, 2], [3, 4]]]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("data:0:3", range(3)),
        ("data:148", range(148, 149)),
        ("data:-2:", range(148, 150)),
        ("data", range(150)),
        ("data::4", range(4)),
    ],
)
def test_rows_of_the_data_in_their_own_order(text: str, rows: range) -> None:
    raw, prepared = load_raw(IRIS.data.source, None), load(IRIS.data, 0, None)
    taken = read_given(text, IRIS, FOUR, None)
    scaled = (raw.x[list(rows)] - prepared.scaling.x_mean) / prepared.scaling.x_scale
    assert taken.x.tolist() == scaled.astype(np.float32).tolist()
    assert taken.y is not None
    assert taken.y.tolist() == raw.y[list(rows)].tolist()
    assert taken.numbers == tuple(rows)


def test_rows_of_the_data_are_those_that_are_trained_on() -> None:
    prepared = load(IRIS.data, 0, None)
    every = {tuple(row) for row in read_given("data", IRIS, FOUR, None).x.tolist()}
    assert {tuple(row) for row in prepared.train.x.tolist()} <= every


def test_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(8.0).reshape(2, 4))
    assert read_given("x.npy", IRIS, FOUR, tmp_path).x.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_whole_numbers_stay_whole() -> None:
    tokens = TensorType((None, 3), "int64")
    assert read_given("[[1, 2, 3]]", IRIS, tokens, None).x.dtype == torch.int64
    with pytest.raises(GivenError, match="whole numbers"):
        read_given("[[1, 2, 3.5]]", IRIS, tokens, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No rows are given"),
        ("[[1, 2], [1]]", r"ragged: \[1\] is 1 number long, but \[0\] is 2 numbers long"),
        ("[[1, 'a']]", r"'a' at \[0\]\[1\] is no number"),
        ("[[1, 2", "no list of numbers"),
        ("[().__class__]", "only numbers may stand in it"),
        ("[]", "There are no numbers in it"),
        ("[" * 5000, "no list of numbers"),
        ("[1" + "0" * 400 + "]", "cannot be taken"),
        ("data:200:300", "rows 0 to 149"),
        ("data:150", "rows 0 to 149"),
        ("data:x", "no list, no .npy file and no rows"),
        ("none.npy", "There is no file"),
        ("__import__('os')", "no list, no .npy file and no rows"),
    ],
)
def test_what_is_no_row_gets_a_sentence(text: str, said: str) -> None:
    with pytest.raises(GivenError, match=said) as caught:
        read_given(text, IRIS, FOUR, None)
    assert str(caught.value).endswith(".")


def test_a_file_of_objects_is_not_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(GivenError, match="cannot be read"):
        read_given("x.npy", IRIS, FOUR, tmp_path)
