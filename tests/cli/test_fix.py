"""`nnbuilder fix`: what it applies, what it writes and when it leaves a file alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.lock import FileHeld
from nnbuilder.project.owner import this_process
from tests.cli.conftest import Call

N4 = NodeId("n4")
Edited = Callable[..., Path]

LINEAR = '"args": {"out_features": 8}'
BROKEN = '"args": {"in_features": 10, "out_features": 8}'


@pytest.fixture
def broken(edited: Edited) -> Path:
    """The iris example with a Linear that takes 10 features and gets 16."""
    return edited(LINEAR, BROKEN)


def test_the_first_fix_is_applied_and_kept(call: Call, broken: Path) -> None:
    text = broken.read_bytes()
    done = call("fix", broken, "--json")
    answer = done.json
    assert (done.code, answer["ok"], answer["file"]) == (0, True, str(broken))
    assert [(one["code"], one["node"], one["fix"]["title"]) for one in answer["fixed"]] == [
        ("shape-mismatch", "n4", "Set in_features to 16")
    ]
    assert answer["problems"] == []
    assert answer["layers"][2]["args"]["in_features"] == 16
    assert load_project(broken).project.graph.nodes[N4].args["in_features"] == 16
    assert broken.with_name("iris.nnb.bak").read_bytes() == text
    assert call("check", broken).code == 0


def test_it_says_what_it_did(call: Call, broken: Path) -> None:
    done = call("fix", broken)
    assert done.out == (
        "error: Linear has in_features = 10, but the layer before it gives 16 (shape N×16).\n"
        "  Set in_features to 16\n"
        "1 fix applied.\n"
        "No problems: 5 layers, 243 parameters, (N, 4) -> (N, 3)\n"
    )
    assert done.err == f"{broken} was written.\n"


def test_nothing_to_mend_writes_nothing(call: Call, iris: Path) -> None:
    text, written = iris.read_bytes(), iris.stat().st_mtime_ns
    done = call("fix", iris, "--json")
    assert (done.code, done.json["fixed"], done.json["file"]) == (0, [], None)
    assert (iris.read_bytes(), iris.stat().st_mtime_ns) == (text, written)
    assert call("fix", iris).out.startswith("Nothing to mend.\n")
    assert [path.name for path in iris.parent.iterdir()] == ["iris.nnb"]


def test_a_dry_run_writes_nothing(call: Call, broken: Path) -> None:
    text = broken.read_bytes()
    done = call("fix", broken, "--dry-run")
    assert done.code == 0
    assert "1 fix would be applied; nothing was written." in done.out
    assert broken.read_bytes() == text
    assert call("fix", broken, "--dry-run", "--json").json["file"] is None


def test_another_file_is_written_and_this_one_left(call: Call, broken: Path) -> None:
    text, other = broken.read_bytes(), broken.with_name("mended.nnb")
    assert call("fix", broken, "-o", other, "--json").json["file"] == str(other)
    assert broken.read_bytes() == text
    assert call("check", other).code == 0
    again = call("fix", broken, "-o", other)
    assert (again.code, again.out) == (2, "")
    assert "add --force" in again.err
    assert call("fix", broken, "-o", other, "--force").code == 0


def test_an_output_is_written_even_where_nothing_is_mended(call: Call, iris: Path) -> None:
    other = iris.with_name("same.nnb")
    assert call("fix", iris, "-o", other).code == 0
    assert load_project(other).project == load_project(iris).project


def test_only_problems_that_are_named(call: Call, broken: Path, edited: Edited) -> None:
    edited('"type": "Tanh"', '"type": "Softmax"')
    done = call("fix", broken, "--problem", "softmax-dim", "--json")
    assert [one["code"] for one in done.json["fixed"]] == ["softmax-dim"]
    assert (done.code, done.json["ok"]) == (3, False)
    assert load_project(broken).project.graph.nodes[N4].args["in_features"] == 10
    nothing = call("fix", broken, "--problem", "of-no-layer", "--json")
    assert nothing.json["fixed"] == []


def test_warnings_come_after_errors(call: Call, broken: Path, edited: Edited) -> None:
    edited('"type": "Tanh"', '"type": "Softmax"')
    done = call("fix", broken, "--json")
    assert [one["code"] for one in done.json["fixed"]] == ["shape-mismatch", "softmax-dim"]
    assert (done.code, done.json["problems"]) == (0, [])


def test_what_no_fix_mends_stays_and_is_told(call: Call, edited: Edited) -> None:
    file = edited('"type": "Tanh"', '"type": "Quantum"')
    text = file.read_bytes()
    done = call("fix", file, "--json")
    assert (done.code, done.json["ok"], done.json["file"]) == (3, False, None)
    assert "unknown-layer" in {problem["code"] for problem in done.json["problems"]}
    assert file.read_bytes() == text


def test_data_that_are_missing_are_no_reason_not_to_mend(call: Call, broken: Path, edited: Edited) -> None:
    edited('"kind": "builtin", "name": "iris"', '"kind": "csv", "path": "no.csv", "target": "y"')
    edited('"type": "Input"', '"type": "Input", "args": {"shape": [4]}')
    done = call("fix", broken, "--json")
    assert [one["code"] for one in done.json["fixed"]] == ["shape-mismatch"]
    assert done.code == 4


def test_a_file_that_a_window_has_open_is_left_alone(
    call: Call, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(path: Path) -> None:
        raise FileHeld(path, this_process())

    monkeypatch.setattr("nnbuilder.project.lock.take_lock", held)
    text = broken.read_bytes()
    done = call("fix", broken)
    assert (done.code, broken.read_bytes()) == (1, text)
    assert "Close it there, or write to another file with -o." in done.err


def test_a_folder_that_is_not_there_is_said(call: Call, broken: Path) -> None:
    done = call("fix", broken, "-o", broken.with_name("none") / "mended.nnb")
    assert (done.code, done.out) == (1, "")
    assert "mended.nnb" in done.err


def test_a_file_that_is_no_project(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "x.nnb"
    file.write_text("no json")
    done = call("fix", file, "--json")
    assert (done.code, done.json["ok"]) == (3, False)


def test_as_a_process_without_a_screen(program: Call, broken: Path) -> None:
    done = program("fix", broken, "--json")
    assert (done.code, done.json["ok"], done.err) == (0, True, "")
    assert program("check", broken).code == 0
