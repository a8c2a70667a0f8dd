"""Exported notebooks: their form, what they explain, and their cells run in order where nothing else is."""

import json
from typing import Any

import msgspec
import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec, Split, ToyData
from nnbuilder.graph.graph import NodeId, Note
from nnbuilder.interop.script.notebook import notebook
from nnbuilder.project.project import Project
from nnbuilder.templates.registry import BY_NAME, start
from tests.interop.clean import run_clean, tidy
from tests.interop.script.projects import analyzed, course_of, dense, network, printed_course, shorter

PROJECTS = {
    "classes": network(DataSpec(BuiltinData("iris")), dense(6, 3), "CrossEntropyLoss"),
    "two classes": network(DataSpec(ToyData("xor")), dense(6, 1), "BCEWithLogitsLoss"),
    "numbers": network(DataSpec(BuiltinData("diabetes")), dense(6, 1), "MSELoss"),
    "alone": network(DataSpec(ToyData("line"), Split(0.0), standardize=False), dense(6, 1), "L1Loss"),
    "images": shorter(start(BY_NAME["lenet_5"]), 1),
    "autoencoder": shorter(start(BY_NAME["autoencoder"]), 1),
}

SECTIONS = ("start", "data", "split", "network", "loss", "optimizer", "loop", "plot", "prediction", "weights")


def written(project: Project) -> str:
    """The notebook of a project on its data."""
    profile = load(project.data, project.training.seed, None).profile
    return notebook(project, analyzed(project, profile), profile)


def cells(text: str) -> list[dict[str, Any]]:
    """The cells of a notebook."""
    found: list[dict[str, Any]] = json.loads(text)["cells"]
    return found


def text_of(cell: dict[str, Any]) -> str:
    """What stands in a cell."""
    return "".join(cell["source"])


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the code of each notebook prints, cell after cell."""
    home = tmp_path_factory.mktemp("notebooks")
    words = {}
    for number, (name, project) in enumerate(PROJECTS.items()):
        text = written(project)
        (home / f"{number}.ipynb").write_text(text, encoding="utf-8")
        code = [text_of(cell) for cell in cells(text) if cell["cell_type"] == "code"]
        file = home / f"cells-{number}.py"
        file.write_text("\n\n".join(code), encoding="utf-8")
        words[name] = [str(file)]
    tidy(*home.glob("*.ipynb"))
    return run_clean(home, words)


@pytest.mark.parametrize("name", PROJECTS)
def test_its_cells_train_as_the_app_does(name: str, printed: dict[str, str]) -> None:
    assert printed_course(printed[name]) == course_of(PROJECTS[name])[0]
    assert "The plot needs matplotlib" in printed[name]
    assert "The network says" in printed[name]


@pytest.mark.parametrize("name", PROJECTS)
def test_it_is_a_notebook_of_format_4_5(name: str) -> None:
    text = written(PROJECTS[name])
    plain = json.loads(text)
    assert set(plain) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (plain["nbformat"], plain["nbformat_minor"]) == (4, 5)
    assert plain["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in plain["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in plain["cells"]:
        more = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"id", "cell_type", "metadata", "source"} | more
        assert cell["cell_type"] in {"code", "markdown"}
        assert 1 <= len(cell["id"]) <= 64
        assert cell["id"].replace("-", "").isalnum()
        assert all(line.endswith("\n") for line in cell["source"][:-1])
        assert text_of(cell).strip()


def test_every_section_is_explained_before_its_code() -> None:
    found = cells(written(PROJECTS["classes"]))
    told = [cell["id"] for cell in found if cell["cell_type"] == "markdown"]
    assert tuple(told) == SECTIONS
    assert all(text_of(cell).startswith("#") for cell in found if cell["cell_type"] == "markdown")


def test_the_layers_stand_in_a_table() -> None:
    project = PROJECTS["classes"]
    graph = msgspec.structs.replace(
        project.graph, notes={NodeId("t"): Note(NodeId("t"), "look <b>here</b>\n# and there")}
    )
    text = next(
        text_of(cell)
        for cell in cells(written(msgspec.structs.replace(project, graph=graph)))
        if cell["id"] == "network"
    )
    assert "| 0 | Linear | N x 6 | 30 |\n" in text
    assert "| | | **in all** | **51** |\n" in text
    assert "> look \\<b\\>here\\<\\/b\\> \\# and there" in text
    assert "\n# and" not in text
