"""A difference names the parts that differ, and nothing else."""

import msgspec
import pytest

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.edits import AddNode
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.project.edits import Edit, SetData, SetSource, SetTraining, SetWeights, Silence, apply_edit
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.session.diff import DocumentDiff, diff_projects


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (SetTraining(TrainingConfig(seed=1)), "training"),
        (SetData(DataSpec(standardize=False)), "data"),
        (SetWeights("0" * 64), "weights"),
        (SetSource("x"), "source"),
        (Silence("x"), "silenced"),
        (AddNode(Node(NodeId("a"), "ReLU")), "graph"),
    ],
)
def test_each_part_is_named_alone(edit: Edit, part: str) -> None:
    diff = diff_projects(Project(), apply_edit(Project(), edit))
    assert diff
    differing = [name for name in DocumentDiff.__struct_fields__ if getattr(diff, name)]
    assert differing == [part]


def test_equal_projects_do_not_differ() -> None:
    copy = msgspec.structs.replace(Project())
    assert not diff_projects(Project(), copy)
