"""Finds what ships beside the code: examples, icons, themes."""

from pathlib import Path

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.file import SUFFIX

_PACKAGE = Path(__file__).resolve().parents[1]


class Example(msgspec.Struct, frozen=True):
    """A shipped project: its name on the command line, a title, what it shows, and its file."""

    name: str
    title: str
    summary: str
    path: Path


class _Entry(msgspec.Struct, frozen=True):
    """One line of the examples' index."""

    name: str
    title: str
    summary: str


def resources_folder() -> Path:
    """The folder of resources: inside the installed package, or at the top of a checkout."""
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise NNBuilderError(f"The folder of resources is missing beside {_PACKAGE}: install NNBuilder again.")


def examples() -> tuple[Example, ...]:
    """The shipped projects in the order of their index, `resources/examples/index.json`."""
    folder = resources_folder() / "examples"
    try:
        entries = msgspec.json.decode((folder / "index.json").read_bytes(), type=list[_Entry])
    except (OSError, msgspec.MsgspecError) as error:
        raise NNBuilderError(f"The index of the examples in {folder} cannot be read: {error}.") from error
    return tuple(
        Example(entry.name, entry.title, entry.summary, folder / f"{entry.name}{SUFFIX}") for entry in entries
    )
