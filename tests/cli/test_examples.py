"""`nnbuilder examples`."""

from pathlib import Path

import pytest

from nnbuilder.project.resources import examples
from tests.cli.conftest import Call


def test_lists_all_in_order(call: Call) -> None:
    done = call("examples")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == [example.name for example in examples()]


def test_json(call: Call) -> None:
    done = call("examples", "--json")
    assert set(done.json) == {"ok", "examples"}
    assert done.json["examples"][0]["name"] == "iris"
    assert {frozenset(row) for row in done.json["examples"]} == {frozenset({"name", "title", "summary"})}


def test_writes_one(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.nnb"
    done = call("examples", "wine", "-o", file, "--json")
    assert (done.code, done.json) == (0, {"ok": True, "name": "wine", "file": str(file)})
    source = next(example.path for example in examples() if example.name == "wine")
    assert file.read_bytes() == source.read_bytes()


def test_without_file_it_goes_to_stdout(call: Call) -> None:
    done = call("examples", "breast-cancer")
    source = next(example.path for example in examples() if example.name == "breast_cancer")
    assert done.out == source.read_text(encoding="utf-8")


def test_keeps_what_is_there(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "mine.nnb"
    file.write_text("precious")
    done = call("examples", "wine", "-o", file)
    assert (done.code, file.read_text()) == (2, "precious")
    assert call("examples", "wine", "-o", file, "--force").code == 0
    assert (tmp_path / "mine.nnb.bak").read_text() == "precious"


@pytest.mark.parametrize(("name", "hint"), [("irs", "Did you mean iris?"), ("zzz", "There are iris, wine")])
def test_unknown_name(call: Call, name: str, hint: str) -> None:
    done = call("examples", name)
    assert done.code == 2
    assert hint in done.err


def test_output_without_name(call: Call, tmp_path: Path) -> None:
    assert call("examples", "-o", tmp_path / "x.nnb").code == 2
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_not_there(call: Call, tmp_path: Path) -> None:
    done = call("examples", "iris", "-o", tmp_path / "none" / "x.nnb")
    assert done.code == 1
    assert "was not saved" in done.err
