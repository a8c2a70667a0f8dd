"""`nnbuilder compare`."""

import csv
import io
from pathlib import Path

import pytest

from nnbuilder.catalog.registry import layer
from nnbuilder.graph.graph import ArgValue
from nnbuilder.runs.compare import Change, Layer, LayerChange
from nnbuilder.runs.metrics import EPOCHS_FILE
from nnbuilder.runs.words import change_line, layer_line, layer_text, result_line
from tests.cli.conftest import Call


@pytest.fixture
def two(call: Call, iris: Path) -> tuple[str, str]:
    """The folders of two runs that differ in network, data, training and result."""
    line = ("train", iris, "--json", "--epochs", "2")
    wider = (
        "--set",
        "graph.nodes.n2.args.out_features=32",
        "--lr",
        "0.02",
        "--set",
        "data.standardize=false",
    )
    return call(*line).json["run"], call(*line, *wider).json["run"]


def test_prose(call: Call, two: tuple[str, str]) -> None:
    done = call("compare", *two)
    lines = done.out.splitlines()

    assert (done.code, done.err) == (0, "")
    assert lines[:2] == [f"from  {two[0]}", f"to    {two[1]}"]
    assert lines[2:8] == [
        "network",
        "  Linear 0: out_features 16 -> 32",
        "data",
        "  standardize  True -> False",
        "training",
        "  optimizer.lr  0.005 -> 0.02",
    ]
    assert lines[8] == "result"
    assert any(line.startswith("  validation loss  ") for line in lines[9:])


def test_json(call: Call, two: tuple[str, str]) -> None:
    answer = call("compare", *two, "--json").json

    assert answer["ok"]
    assert [run["run"] for run in answer["runs"]] == list(two)
    assert answer["same_weights"] is False
    assert [change["args"] for change in answer["graph"]] == [
        [{"field": "out_features", "before": 16, "after": 32}]
    ]
    assert answer["data"] == [{"field": "standardize", "before": True, "after": False}]
    assert answer["training"] == [{"field": "optimizer.lr", "before": 0.005, "after": 0.02}]
    assert answer["versions"] == []
    loss = next(change for change in answer["result"] if change["field"] == "validation loss")
    assert loss["before"] == answer["runs"][0]["validation"]["loss"]


def test_the_same_training_twice_ends_with_the_same_weights(call: Call, iris: Path) -> None:
    line = ("train", iris, "--json", "--epochs", "1")
    one, other = call(*line).json["run"], call(*line).json["run"]

    done = call("compare", one, other)
    assert done.out.splitlines()[2:] == [
        "network: no difference",
        "data: no difference",
        "training: no difference",
        "result: no difference",
        "Both end with the same weights, bit by bit.",
    ]
    assert call("compare", one, other, "--json").json["same_weights"] is True


def test_runs_go_by_name_too(
    call: Call, iris: Path, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (Path(folder).name for folder in two)
    assert call("compare", one, other, "--project", iris).code == 0
    monkeypatch.chdir(iris.parent)
    assert call("compare", one, other).code == 0


def test_a_run_that_is_not_there_is_2(call: Call, two: tuple[str, str], iris: Path) -> None:
    done = call("compare", two[0], "yesterday")
    assert done.code == 2
    assert "There is no run yesterday" in done.err
    done = call("compare", two[0], "yesterday", "--project", iris, "--json")
    assert (done.code, done.json["problems"][0]["code"]) == (2, "unknown-run")


def test_a_run_without_readable_epochs_is_compared_by_its_record(call: Call, two: tuple[str, str]) -> None:
    epochs = Path(two[1]) / EPOCHS_FILE
    epochs.unlink()
    epochs.mkdir()

    done = call("compare", *two)
    assert done.code == 0
    assert "cannot be read" in done.err
    assert "validation loss" in done.out


@pytest.mark.parametrize(
    ("kind", "args", "text"),
    [
        ("Linear", {"in_features": 4, "out_features": 16}, "Linear(4, 16)"),
        ("Linear", {"out_features": 16}, "Linear(out_features=16)"),
        ("Dropout", {"p": 0.2}, "Dropout(0.2)"),
        ("ReLU", {}, "ReLU()"),
        ("Frobnicate", {"a": (1, 2)}, "Frobnicate(a=(1, 2))"),
    ],
)
def test_a_layer_is_written_as_it_is_called(kind: str, args: dict[str, ArgValue], text: str) -> None:
    assert (layer(kind) is None) == (kind == "Frobnicate")
    assert layer_text(Layer("0", kind, args)) == text


def test_lines() -> None:
    dropout = Layer("2", "Dropout", {"p": 0.2})
    assert layer_line(LayerChange(None, dropout)) == "+ Dropout(0.2) at 2"
    assert layer_line(LayerChange(dropout, None)) == "- Dropout(0.2) at 2"
    assert change_line(Change("initial weights", None, "a" * 64)) == "initial weights  - -> aaaaaaaaaaaa"
    assert change_line(Change("left_out", [], ["a"])) == "left_out  () -> ('a',)"
    assert result_line(Change("train loss", 0.5, 0.25)) == "train loss  0.5000 -> 0.2500  (-0.2500)"
    assert result_line(Change("train loss", None, 0.25)) == "train loss  - -> 0.25"


def test_more_than_two_are_a_table(call: Call, iris: Path, two: tuple[str, str]) -> None:
    third = call("train", iris, "--json", "--epochs", "2").json["run"]

    done = call("compare", *two, third)
    title, *lines = done.out.splitlines()
    assert (done.code, title.split()) == (0, [Path(run).name for run in (*two, third)])
    rows = {" ".join(line.split()[:2]): line.split()[2:] for line in lines}
    assert rows["training optimizer.lr"] == ["0.005", "0.02", "0.005"]
    assert rows["data standardize"] == ["True", "False", "True"]

    answer = call("compare", *two, third, "--json").json
    assert [len(answer["runs"]), answer["same_weights"]] == [3, False]
    assert answer["against_first"][1]["training"] == []
    assert answer["against_first"][0]["training"][0]["after"] == 0.02

    table = list(csv.reader(io.StringIO(call("compare", *two, "--csv").out)))
    assert ["training", "optimizer.lr", "0.005", "0.02"] in table


def test_one_run_is_too_few(call: Call, two: tuple[str, str]) -> None:
    done = call("compare", two[0])
    assert done.code == 2
    assert "two runs or more" in done.err
