"""A file without places arrives laid out in the way that is preferred."""

import json
from pathlib import Path

import pytest

from nnbuilder.graph import layout
from nnbuilder.project.file import save_project
from nnbuilder.project.project import Project
from nnbuilder.session.session import LAYOUT, Session
from tests.fakes import FakeEngine
from tests.ui.canvas.drawings import chain


def stripped(folder: Path) -> Path:
    """A project file whose nodes have no places."""
    path = folder / "bare.nnb"
    save_project(Project(graph=chain()), path)
    plain = json.loads(path.read_text(encoding="utf-8"))
    for node in plain["graph"]["nodes"].values():
        del node["x"], node["y"]
    path.write_text(json.dumps(plain), encoding="utf-8")
    return path


@pytest.mark.usefixtures("qapp")
def test_it_is_laid_out_and_not_unsaved(tmp_path: Path) -> None:
    path = stripped(tmp_path)
    session = Session(FakeEngine())
    session.open(path)
    graph = session.document.project.graph
    assert layout.tidy(graph) == {}
    assert len({(node.x, node.y) for node in graph.nodes.values()}) == 5
    assert session.document.clean
    session.settings.setValue(LAYOUT, "vertical")
    session.open(path)
    graph = session.document.project.graph
    assert layout.tidy(graph, "vertical") == {}
    assert len({node.x for node in graph.nodes.values()}) == 1
    session.shutdown()


@pytest.mark.usefixtures("qapp")
def test_an_unknown_preference_is_left_aside() -> None:
    session = Session(FakeEngine())
    session.settings.setValue(LAYOUT, "spiral")
    assert session.style == "wrapped"
    session.shutdown()
