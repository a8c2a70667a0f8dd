"""Chains in shorthand, data profiles, and the final answer about a project."""

import itertools
from collections.abc import Mapping
from typing import Any

import msgspec

from nnbuilder.catalog.registry import new_node
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.analyze import Analyzer, Slice
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

Drawn = str | Node | tuple[str, Mapping[str, ArgValue]]

IRIS = DataProfile("iris", "classification", (4,), 150, 120, 30, 0, "", classes=("a", "b", "c"))
MOONS = DataProfile("moons", "classification", (2,), 400, 320, 80, 0, "", classes=("0", "1"))
SINE = DataProfile("sine", "regression", (1,), 400, 320, 80, 0, "", target="y")
LETTER = DataProfile("letter", "classification", (2, 3, 4), 64, 64, 0, 0, "", classes=("a", "b", "c"))


def chain(*layers: Drawn, loss: str = "CrossEntropyLoss", **given: Any) -> Graph:
    """Input, layers n1, n2, ... and Loss in a row; `given` are arguments of the Input."""
    inner = [_node(NodeId(f"n{number}"), layer) for number, layer in enumerate(layers, 1)]
    ends = Node(NodeId("in"), INPUT, given), Node(NodeId("loss"), LOSS, {"loss": loss})
    nodes = [ends[0], *inner, ends[1]]
    edges = tuple(Edge(one.id, other.id) for one, other in itertools.pairwise(nodes))
    return Graph({node.id: node for node in nodes}, edges)


def project(*layers: Drawn, loss: str = "CrossEntropyLoss", **given: Any) -> Project:
    """The project of such a chain."""
    return Project(graph=chain(*layers, loss=loss, **given))


def answer(subject: Project, profile: DataProfile | None = IRIS, analyzer: Analyzer | None = None) -> Slice:
    """The final slice."""
    *_, last = (analyzer or Analyzer()).analyze(subject, profile)
    return last


def found(subject: Project, code: str, profile: DataProfile | None = IRIS) -> Problem:
    """The only problem with this code."""
    (problem,) = [one for one in answer(subject, profile).problems if one.code == code]
    return problem


def codes(subject: Project, profile: DataProfile | None = IRIS) -> list[str]:
    """The codes of all problems."""
    return [problem.code for problem in answer(subject, profile).problems]


def fixed(subject: Project, fix: Fix) -> Project:
    """The project after a fix."""
    for edit in fix.edits:
        subject = apply_edit(subject, edit)
    return subject


def _node(key: NodeId, layer: Drawn) -> Node:
    if isinstance(layer, str):
        return new_node(layer, key)
    if isinstance(layer, Node):
        return msgspec.structs.replace(layer, id=key)
    return Node(key, layer[0], layer[1])
