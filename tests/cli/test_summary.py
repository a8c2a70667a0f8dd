"""`nnbuilder summary` in every form."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.graph.report.columns import COLUMNS
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.file import load_project, save_project
from tests.cli.conftest import Call
from tests.golden import check_golden

GOLDEN = Path(__file__).parent / "golden"
LINEAR = '"args": {"out_features": 8}'
BROKEN = '"args": {"in_features": 10, "out_features": 8}'


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of a hundred letters."""
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("form", ["text", "markdown", "csv"])
def test_forms(call: Call, iris: Path, form: str) -> None:
    done = call("summary", iris, "--format", form)
    assert done.code == 0
    check_golden(GOLDEN / f"summary.{form}", done.out)


def test_all_columns(call: Call, iris: Path) -> None:
    head = call("summary", iris, "--columns", "all").out.splitlines()[0]
    assert all(column.title in head for column in COLUMNS)


@pytest.mark.parametrize("columns", [20, 60, 100, 140, 300])
def test_a_terminal_gets_what_fits(
    call: Call, iris: Path, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = call("summary", iris).out.splitlines()
    table = lines[: lines.index(lines[1], 2) + 1]
    assert max(map(len, table)) <= max(columns, 60)
    assert all(word in lines[0] for word in ("Name", "Layer", "Output", "Parameters", "FLOPs"))
    assert ("Formula" in lines[0]) == (columns == 300)


def test_chosen_columns_in_the_order_asked_for(call: Call, iris: Path) -> None:
    out = call("summary", iris, "--format", "csv", "--columns", "memory, name").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == ["memory", "name"]
    assert [row["name"] for row in rows] == ["0", "1", "2", "3", "4"]


def test_a_column_that_is_none(call: Call, iris: Path) -> None:
    done = call("summary", iris, "--columns", "name,speed")
    assert (done.code, done.out) == (2, "")
    assert "speed is no column: choose from name, layer" in done.err


def test_json_adds_to_what_check_says(call: Call, iris: Path) -> None:
    plain, full = (call(command, iris, "--json").json for command in ("check", "summary"))
    assert call("summary", iris, "--format", "json").json == full
    assert {key: full[key] for key in plain if key != "layers"} == {
        key: plain[key] for key in plain if key != "layers"
    }
    for layer, more in zip(plain["layers"], full["layers"], strict=True):
        assert {key: more[key] for key in layer} == layer
    memory = full["memory"]
    parts = ("weights", "gradients", "optimizer_state", "buffers", "activations")
    assert memory["total"] == sum(memory[part] for part in parts)
    assert (memory["weights"], memory["gradients"], memory["batch_size"]) == (4 * 243, 4 * 243, 16)
    first = full["layers"][0]
    assert first["output_dimensions"] == ["N", "features"]
    assert first["changed_args"] == ["in_features", "out_features"]
    assert (full["flops"], full["buffers"], full["complete"]) == (432, 0, True)


def test_groups_stand_before_what_lies_in_them(call: Call, iris: Path) -> None:
    project = load_project(iris).project
    edit = Group((NodeId("n2"), NodeId("n3")), Node(NodeId("g"), GROUP, name="body"))
    save_project(apply_edit(project, edit), iris)
    names = [line.split()[0] for line in call("summary", iris).out.splitlines()[2:8]]
    assert names == ["body", "body.0", "body.1", "1", "2", "3"]
    full = call("summary", iris, "--json").json
    group = full["layers"][0]
    inside = [child["training_memory"] for child in group["children"]]
    assert group["training_memory"] == sum(inside)


def test_behind_a_mismatch(call: Call, edited: Callable[..., Path]) -> None:
    done = call("summary", edited(LINEAR, BROKEN))
    assert done.code == 3
    assert done.out.splitlines()[4].split()[:5] == ["2", "Linear", "?", "88", "?"]
    assert "at least 128 FLOPs" in done.out
    assert "Fix: Set in_features to 16" in done.err
    full = call("summary", edited(BROKEN, BROKEN), "--json").json
    assert full["complete"] is False
    assert [layer["training_memory"] is None for layer in full["layers"]] == [False, False, True, True, True]
