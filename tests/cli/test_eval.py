"""`nnbuilder eval`: values as torch gives them, and refusals as usage errors."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.project.file import load_project
from tests.cli.conftest import Call


def test_json_shape(call: Call) -> None:
    done = call("eval", "torch.tensor([[1, 2], [3, 4]]) @ torch.tensor([[1, 0], [0, 2]])", "--json")
    assert done.code == 0
    expected = {"shape": [2, 2], "dtype": "int64", "device": "cpu", "values": [[1, 4], [3, 8]]}
    assert {key: done.json[key] for key in expected} == expected


def test_text(call: Call) -> None:
    done = call("eval", "a = torch.ones(2, 3); a + torch.tensor([1., 2., 3.])")
    assert "[2., 3., 4.]" in done.out
    assert "shape (2, 3)  dtype float32  device cpu" in done.out
    assert "Broadcast to 2 x 3" in done.err


def test_what_is_no_number_is_a_word(call: Call) -> None:
    assert call("eval", "torch.tensor([1.]) / 0", "--json").json["values"] == ["inf"]


def test_several_values(call: Call) -> None:
    answer = call("eval", "torch.tensor([[1., 5.]]).max(dim=1)", "--json").json
    assert [part["values"] for part in answer["parts"]] == [[5.0], [1]]


def test_the_network_of_a_project(call: Call, iris: Path) -> None:
    """The network begins as the project's seed makes it; X and y are the training part."""
    project = load_project(iris).project
    weight = call("eval", "model[0].weight", "--project", iris, "--json").json
    torch.manual_seed(project.training.seed)
    own = nn.Linear(4, weight["shape"][0]).weight
    assert torch.equal(torch.tensor(weight["values"]), own)
    assert call("eval", "model(X).shape[0] == y.shape[0]", "--project", iris, "--json").json["values"] is True
    loss = call("eval", "loss_function(model(X), y)", "--project", iris, "--json").json
    assert loss["shape"] == []


def test_refused(call: Call) -> None:
    done = call("eval", "torch.ones(2, 3) @ torch.ones(2, 3)", "--json")
    problem = done.json["problems"][0]
    assert done.code == 2
    assert done.json["ok"] is False
    assert problem["torch"] == "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"
    assert "Try: torch.ones(2, 3) @ torch.ones(2, 3).T" in problem["message"]


def test_outside_the_table(call: Call) -> None:
    done = call("eval", "().__class__")
    assert done.code == 2
    assert "no .__class__" in done.err
    assert "Traceback" not in done.err


def test_no_such_project(call: Call, tmp_path: Path) -> None:
    assert call("eval", "model", "--project", tmp_path / "none.nnb").code in {1, 3}


def test_a_typed_list_becomes_a_tensor(call: Call) -> None:
    done = call("eval", "[[0.3471, 0.4547, -0.2356]]", "--json")
    assert done.json["shape"] == [1, 3]
    assert done.json["dtype"] == "float32"
    assert done.json["notes"][0].startswith("A Python list is not a tensor, so torch.tensor(")


def test_files_from_here_and_beside_the_project(
    call: Call, iris: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path_factory.mktemp("here")
    monkeypatch.chdir(here)
    np.save(here / "own.npy", np.array([1.5, 2.5]))
    (iris.parent / "table.csv").write_text("a,b\n1,2\n3,4\n")
    answer = call("eval", 'torch.from_numpy(np.load("own.npy"))', "--json").json
    assert (answer["values"], answer["dtype"]) == ([1.5, 2.5], "float64")
    assert "float64: the file holds them so" in answer["notes"][0]
    line = 'np.loadtxt("table.csv", delimiter=",", skiprows=1)'
    assert call("eval", line, "--project", iris, "--json").json["values"] == [[1.0, 2.0], [3.0, 4.0]]
    assert call("eval", line).code == 2
    assert "nothing else is opened here" in call("eval", 'np.load("/etc/passwd")').err


def test_what_comes_out_of_a_layer(call: Call, iris: Path) -> None:
    line = 'activations["0"].equal(model[0](activations["input"]))'
    assert call("eval", line, "--project", iris, "--json").json["values"] is True
