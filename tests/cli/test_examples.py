"""`nnbuilder examples`."""

from pathlib import Path

import pytest

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.project.file import dump_project, load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import examples
from nnbuilder.templates.registry import BY_NAME, start
from tests.cli.conftest import Call


def test_lists_all_in_order(call: Call) -> None:
    done = call("examples")
    assert done.code == 0
    shown, templates = done.out.split("\nTemplates, which fit themselves to data (--fit FILE: ")
    assert [line.split()[0] for line in shown.splitlines()] == [example.name for example in examples()]
    assert [line.split()[0] for line in templates.splitlines()[2:]] == list(BY_NAME)


def test_json(call: Call) -> None:
    done = call("examples", "--json")
    assert set(done.json) == {"ok", "examples", "templates"}
    assert [row["name"] for row in done.json["templates"]] == list(BY_NAME)
    assert done.json["examples"][0]["name"] == "iris"
    rows = done.json["examples"] + done.json["templates"]
    assert {frozenset(row) for row in rows} == {frozenset({"name", "title", "summary"})}


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


@pytest.mark.parametrize("name", BY_NAME)
def test_a_template_is_written_and_checks(call: Call, tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine.nnb"
    assert call("examples", name, "-o", file).code == 0
    assert load_project(file).project == start(BY_NAME[name])
    done = call("check", file, "--json")
    assert done.code == 0
    assert done.json["ok"]


def test_a_template_fits_itself_to_the_data_of_a_project(call: Call, iris: Path) -> None:
    source = iris.with_name("flowers.nnb")
    table = iris.with_name("flowers.csv")
    table.write_text("a,b,kind\n" + "1,2,x\n2,1,y\n3,1,z\n4,2,w\n" * 10)
    project = Project(data=DataSpec(CsvData("flowers.csv", "kind")))
    source.write_text(dump_project(project))
    file = iris.with_name("net.nnb")
    assert call("examples", "mlp", "--fit", source, "-o", file).code == 0
    found = call("check", file, "--json").json
    assert (found["input"]["shape"], found["output"]["shape"]) == ([None, 2], [None, 4])
    assert load_project(file).project.data == project.data
    elsewhere = call("examples", "mlp", "--fit", source, "-o", iris.parent.parent / "far.nnb")
    assert (elsewhere.code, "lies beside" in elsewhere.err) == (2, True)
    table.unlink()
    assert call("examples", "mlp", "--fit", source).code == 4


def test_what_cannot_be_fitted(call: Call, iris: Path) -> None:
    assert "only templates take --fit" in call("examples", "iris", "--fit", iris).err
    assert call("examples", "--fit", iris).code == 2
    assert call("examples", "mlp", "--fit", iris.with_name("none.nnb")).code == 3


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
