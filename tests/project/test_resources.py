"""What ships beside the code is found, in a checkout and in an installed package."""

import json
from pathlib import Path

import pytest

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project import resources
from nnbuilder.project.resources import Example, examples, resources_folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of ours that lies elsewhere."""
    package = tmp_path / "site" / "nnbuilder"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    return package


def test_a_checkout_has_them_at_its_top(package: Path) -> None:
    folder = package.parent / "resources"
    folder.mkdir()
    assert resources_folder() == folder


def test_an_installed_package_has_them_inside(package: Path) -> None:
    (package.parent / "resources").mkdir()
    (package / "_resources").mkdir()
    assert resources_folder() == package / "_resources"


@pytest.mark.usefixtures("package")
def test_missing_resources_are_told() -> None:
    with pytest.raises(NNBuilderError, match="install NNBuilder again"):
        resources_folder()


def test_examples_follow_their_index(package: Path) -> None:
    folder = package / "_resources" / "examples"
    folder.mkdir(parents=True)
    entries = [{"name": name, "title": name.title(), "summary": "x"} for name in ("xor", "iris")]
    (folder / "index.json").write_text(json.dumps(entries))
    assert examples() == (
        Example("xor", "Xor", "x", folder / "xor.nnb"),
        Example("iris", "Iris", "x", folder / "iris.nnb"),
    )
    (folder / "index.json").write_text("[{}]")
    with pytest.raises(NNBuilderError, match="cannot be read"):
        examples()
