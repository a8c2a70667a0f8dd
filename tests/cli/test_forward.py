"""`nnbuilder forward`: every layer's output as torch has it, from typed rows, files and data."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nnbuilder.engine.export.subject import fresh_network, profile_for
from nnbuilder.project.file import load_project
from tests.cli.conftest import Call


def test_outputs_are_torchs(call: Call, iris: Path) -> None:
    done = call("forward", iris, "--input", "[[1, 2, 3, 4], [0, 0, 0.5, -1]]", "--json")
    assert done.code == 0
    project = load_project(iris).project
    network, _, layers = fresh_network(project, profile_for(project, str(iris.parent)))
    x = torch.tensor([[1, 2, 3, 4], [0, 0, 0.5, -1]])
    assert [(one["id"], one["name"]) for one in done.json["outputs"]] == list(layers)
    with torch.no_grad():
        for one, module in zip(done.json["outputs"], network, strict=True):
            x = module(x)
            assert one["layer"] == type(module).__name__
            assert (one["shape"], one["dtype"]) == (list(x.shape), "float32")
            assert one["values"] == x.tolist()
    assert done.json["output"] == x.tolist()


def test_a_file_and_rows_of_the_data(call: Call, iris: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.ones((2, 4)))
    done = call("forward", iris, "--input", tmp_path / "x.npy", "--json")
    assert done.json["output"][0] == done.json["output"][1]
    done = call("forward", iris, "--input", "data:0:8", "--json")
    assert len(done.json["output"]) == 8
    assert done.json["notes"] == ["Rows 0 to 7 of the data, standardized as for training."]


def test_many_values_are_left_out(call: Call, iris: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((1000, 4)))
    done = call("forward", iris, "--input", tmp_path / "x.npy", "--json")
    assert done.json["outputs"][0]["shape"] == [1000, 16]
    assert done.json["outputs"][0]["values"] is None
    assert len(done.json["output"]) == 1000


def test_a_table_for_people(call: Call, iris: Path) -> None:
    done = call("forward", iris, "--input", "data:0:2")
    assert done.code == 0
    assert [line.split()[:2] for line in done.out.splitlines()[1:4]] == [
        ["0", "Linear"],
        ["1", "ReLU"],
        ["2", "Linear"],
    ]
    assert len(done.out.splitlines()[-1].split()) == 3
    assert "Weights: initial, from seed" in done.err


def test_numbers_beyond_all_bounds_are_named(call: Call, iris: Path) -> None:
    done = call("forward", iris, "--input", "[[1e38, 1e38, 1e38, -1e38]]", "--json")
    assert done.code == 0
    assert {type(one) for row in done.json["output"] for one in row} <= {float, str}


def test_the_weights_of_a_run(call: Call, iris: Path) -> None:
    trained = call("train", iris, "--epochs", "2", "--json").json["run"]
    before = call("forward", iris, "--input", "data:0:2", "--json").json
    after = call("forward", iris, "--input", "data:0:2", "--run", trained, "--json").json
    assert before["output"] != after["output"]
    assert "checkpoint of run" in after["weights"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--input", "[[1, 2, 3]]"), 3, "mat1 and mat2 shapes cannot be multiplied"),
        (("--input", "[[1, 2, 3, 'x']]"), 2, "'x' at [0][3] is no number"),
        (("--input", "data:900"), 2, "rows 0 to 149"),
        ((), 2, "--input"),
        (("--input", "data:0", "--run", "none"), 2, "There is no run none"),
    ],
)
def test_what_cannot_be_is_said(call: Call, iris: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = call("forward", iris, *words, "--json")
    assert (done.code, done.json["ok"]) == (code, False)
    assert said in done.json["problems"][0]["message"]
