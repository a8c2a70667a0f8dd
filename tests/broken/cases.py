"""The broken networks with what must be found in each, and the real answers about them."""

import functools
from pathlib import Path

import msgspec

from nnbuilder.cli.analysis import Answer, Asker
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project

FOLDER = Path(__file__).parent
"""Holds `projects`, one file for each network, and `expected.json`."""

KINDS = (
    "in_features",
    "in_channels",
    "num_channels",
    "num_features",
    "normalized_shape",
    "input_size",
    "d_model",
    "flatten",
    "unflatten",
    "average",
    "sibling",
    "channels",
    "kernel",
    "padding",
    "groups",
    "dtype",
    "softmax-dim",
    "classes",
    "chain",
    "chain-branched",
    "chain-joined",
    "chain-cyclic",
    "batch",
)
"""Kinds of mistakes, as the names of the files begin; each has two networks or more."""


class Expected(msgspec.Struct, frozen=True):
    """The problem that a network must show: its code, its layer, its first fix, and its sentence."""

    code: str
    node: NodeId
    fix: str
    message: str | None = None


EXPECTED = msgspec.json.decode((FOLDER / "expected.json").read_bytes(), type=dict[str, Expected])
"""By the names of the files."""

NAMES = tuple(EXPECTED)


def path_of(name: str) -> Path:
    """The file of a network."""
    return FOLDER / "projects" / f"{name}.nnb"


def broken(name: str) -> Project:
    """A network with its mistake."""
    return load_project(path_of(name)).project


@functools.cache
def asker() -> Asker:
    """Asks torch, the data and the doctor; all tests share what it remembers."""
    return Asker(FOLDER)


def asked(project: Project) -> Answer:
    """What is said of a project."""
    return asker()(project)


def found(answer: Answer, expected: Expected) -> Problem:
    """The one problem that is expected."""
    [problem] = [one for one in answer.problems if (one.code, one.node) == (expected.code, expected.node)]
    return problem
