"""`nnbuilder check`, and what every command says of files that are none."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.file import load_project, save_project
from tests.cli.conftest import Call

Edited = Callable[..., Path]

KEYS = {"ok", "parameters", "input", "output", "layers", "problems", "notes", "silenced"}
LAYER_KEYS = {
    "id",
    "name",
    "layer",
    "args",
    "input_shape",
    "output_shape",
    "dtype",
    "parameters",
    "trainable",
    "formula",
    "flops",
    "needs",
    "children",
}
PROBLEM_KEYS = {
    "severity",
    "code",
    "message",
    "torch",
    "node",
    "arg",
    "path",
    "line",
    "why",
    "url",
    "fixes",
    "got",
    "wanted",
}

LINEAR = '"args": {"out_features": 8}'
"""The second Linear of the example."""


def test_small_layers_are_asked_about_by_one_thread(call: Call, iris: Path) -> None:
    torch.set_num_threads(2)
    assert call("check", iris).code == 0
    assert torch.get_num_threads() == 1


def test_json_of_a_good_project(call: Call, iris: Path) -> None:
    done = call("check", iris, "--json")
    answer = done.json
    assert (done.code, set(answer)) == (0, KEYS)
    assert answer["ok"] is True
    assert answer["parameters"] == {"total": 243, "trainable": 243}
    assert answer["input"] == {"shape": [None, 4], "dtype": "float32"}
    assert answer["output"] == {"shape": [None, 3], "dtype": "float32"}
    assert answer["problems"] == []
    assert {frozenset(layer) for layer in answer["layers"]} == {frozenset(LAYER_KEYS)}
    assert answer["layers"][0] == {
        "id": "n2",
        "name": "0",
        "layer": "Linear",
        "args": {"in_features": 4, "out_features": 16, "bias": True},
        "input_shape": [None, 4],
        "output_shape": [None, 16],
        "dtype": "float32",
        "parameters": 80,
        "trainable": 80,
        "formula": "(4 + 1) * 16",
        "flops": 128,
        "needs": None,
        "children": [],
    }


def test_nested_layers_are_children(call: Call, iris: Path) -> None:
    project = load_project(iris).project
    edit = Group((NodeId("n2"), NodeId("n3")), Node(NodeId("g"), GROUP, name="body"))
    save_project(apply_edit(project, edit), iris)
    first, *others = call("check", iris, "--json").json["layers"]
    assert [child["name"] for child in first["children"]] == ["body.0", "body.1"]
    assert (first["name"], first["parameters"], first["output_shape"]) == ("body", 80, [None, 16])
    assert [layer["name"] for layer in others] == ["1", "2", "3"]


def test_prose(call: Call, iris: Path) -> None:
    done = call("check", iris)
    assert done.code == 0
    assert done.out == "No problems: 5 layers, 243 parameters, (N, 4) -> (N, 3)\n"


def test_mismatch(call: Call, edited: Edited) -> None:
    file = edited(LINEAR, '"args": {"in_features": 10, "out_features": 8}')
    done = call("check", file, "--json")
    assert (done.code, done.json["ok"]) == (3, False)
    (problem,) = done.json["problems"]
    assert set(problem) == PROBLEM_KEYS
    assert problem["severity"] == "error"
    assert problem["code"] == "shape-mismatch"
    assert (problem["node"], problem["arg"]) == ("n4", "in_features")
    assert problem["path"] == "graph.nodes.n4.args.in_features"
    assert problem["torch"].startswith("mat1 and mat2 shapes cannot be multiplied")
    assert {"title": "Set in_features to 16"} in problem["fixes"]
    shapes = [layer["output_shape"] for layer in done.json["layers"]]
    assert shapes == [[None, 16], [None, 16], None, None, None]
    assert done.json["output"] is None


def test_mismatch_in_prose(call: Call, edited: Edited) -> None:
    done = call("check", edited(LINEAR, '"args": {"in_features": 10, "out_features": 8}'))
    assert done.code == 3
    assert "error: graph.nodes.n4.args.in_features: " in done.out
    assert "  PyTorch: mat1 and mat2" in done.out
    assert "  Fix: Set in_features to 16" in done.out
    assert done.out.splitlines()[-1].startswith("1 error: 5 layers")


def test_unknown_layer(call: Call, edited: Edited) -> None:
    done = call("check", edited('"type": "Tanh"', '"type": "Quantum"'), "--json")
    assert done.code == 3
    assert "unknown-layer" in {problem["code"] for problem in done.json["problems"]}
    assert "Quantum" in {layer["layer"] for layer in done.json["layers"]}


def test_warning_is_no_failure(call: Call, edited: Edited) -> None:
    file = edited('"type": "Tanh"', '"type": "Tanh", "args": {"speed": 3}')
    done = call("check", file, "--json")
    assert (done.code, done.json["ok"]) == (0, True)
    assert [problem["severity"] for problem in done.json["problems"]] == ["warning"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", "file-not-json"),
        ('{"nnbuilder": 99, "graph": {}}', "file-newer"),
        ("[]", "file-no-project"),
    ],
)
def test_files_that_are_no_project(call: Call, tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "x.nnb"
    file.write_text(text)
    done = call("check", file, "--json")
    assert (done.code, done.json["ok"]) == (3, False)
    assert code in {problem["code"] for problem in done.json["problems"]}


def test_missing_file(call: Call, tmp_path: Path) -> None:
    done = call("summary", tmp_path / "none.nnb")
    assert (done.code, done.out) == (3, "")
    assert "none.nnb" in done.err


def test_wrong_values_are_all_named(call: Call, edited: Edited) -> None:
    edited(LINEAR, '"args": {"out_features": -8}')
    done = call("check", edited('"batch_size": 16', '"batch_size": "many"'), "--json")
    assert done.code == 3
    assert {problem["path"] for problem in done.json["problems"]} == {
        "graph.nodes.n4.args.out_features",
        "training.batch_size",
    }


@pytest.mark.parametrize("command", ["check", "summary", "train"])
def test_missing_csv_is_the_datas_fault(call: Call, edited: Edited, command: str) -> None:
    source = '{"kind": "csv", "path": "none.csv", "target": "y"}'
    file = edited('{"kind": "builtin", "name": "iris"}', source)
    done = call(command, file, "--json")
    assert done.code == 4
    assert [problem["path"] for problem in done.json["problems"]] == ["data.source.path"]
    assert "none.csv" in done.json["problems"][0]["message"]


def test_a_broken_drawing_goes_before_missing_data(call: Call, edited: Edited) -> None:
    edited('["n3", "n4"],', "")
    source = '{"kind": "csv", "path": "none.csv", "target": "y"}'
    assert call("check", edited('{"kind": "builtin", "name": "iris"}', source)).code == 3


def test_what_a_terminal_would_obey_is_not_printed(call: Call, edited: Edited) -> None:
    done = call("summary", edited('"type": "Tanh"', '"type": "Tanh", "name": "\\u001b[2J"'))
    assert "\x1b" not in done.out


def test_a_column_that_is_not_there_offers_those_that_are(call: Call, iris: Path, edited: Edited) -> None:
    (iris.parent / "data.csv").write_text(
        "width,kind\n" + "".join(f"{row},{'ab'[row % 2]}\n" for row in range(20))
    )
    source = '{"kind": "csv", "path": "data.csv", "target": "sort"}'
    done = call("check", edited('{"kind": "builtin", "name": "iris"}', source), "--json")
    assert done.code == 4
    assert {"title": "Predict kind"} in done.json["problems"][0]["fixes"]


def test_every_message_names_the_file(call: Call, edited: Callable[..., Path]) -> None:
    file = edited('"nnbuilder": 1', '"nnbuilder": 99')
    done = call("check", file, "--json")
    assert done.code == 3
    assert all(str(file) in problem["message"] for problem in done.json["problems"])


def test_notes_on_the_data_are_told(call: Call, iris: Path, edited: Edited) -> None:
    cells = "".join(f"{row},{'' if row == 3 else row % 5},{'ab'[row % 2]}\n" for row in range(40))
    (iris.parent / "data.csv").write_text("u,v,kind\n" + cells)
    source = '{"kind": "csv", "path": "data.csv", "target": "kind"}'
    file = edited('{"kind": "builtin", "name": "iris"}', source)
    (note,) = call("check", file, "--json").json["notes"]
    assert note.startswith("1 empty cells, 1 rows left out: line 5, column v")
    assert f"note: {note}" in call("check", file).out
    assert f"note: {note}" in call("summary", file).err


def test_advice_says_why_and_where_pytorch_says_so(call: Call, tmp_path: Path) -> None:
    call("examples", "digits", "-o", tmp_path / "d.nnb")
    done = call("check", tmp_path / "d.nnb", "--json")
    (problem,) = done.json["problems"]
    assert (done.code, problem["severity"], problem["code"]) == (0, "note", "constant-features")
    assert problem["url"] == "https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"
    said = call("check", tmp_path / "d.nnb").out.splitlines()
    assert said[0].startswith("note: data.source: Constant in the training part")
    assert said[1].startswith("  Why: A feature with one value only")
    assert f"  See: {problem['url']}  [constant-features]" in said


def test_silenced_advice_is_only_counted(call: Call, tmp_path: Path) -> None:
    call("examples", "digits", "-o", tmp_path / "d.nnb")
    quiet = (
        (tmp_path / "d.nnb")
        .read_text()
        .replace('"source": null', '"source": null,\n  "silenced": ["constant-features"]')
    )
    (tmp_path / "d.nnb").write_text(quiet)
    done = call("check", tmp_path / "d.nnb", "--json")
    assert (done.json["problems"], done.json["silenced"]) == ([], {"constant-features": 1})
    assert "No problems (1 silenced): 3 layers" in call("check", tmp_path / "d.nnb").out
