"""A record to test with."""

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.edits import AddNode
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.owner import this_process
from nnbuilder.project.project import Project
from nnbuilder.runs.record import RunRecord


def sample_record(name: str = "2026-01-01T00-00-00-abcd") -> RunRecord:
    """The record of a run that has just begun."""
    node = Node(NodeId("n1"), "Input", {"shape": (2, 3)}, 1.5, -2.0)
    return RunRecord(
        id=name,
        created="2026-01-01T00:00:00+00:00",
        project=Project(graph=AddNode(node).apply(Graph())),
        seed=3,
        device="cpu",
        threads=1,
        versions={"torch": "2.13.0"},
        data=DataProfile("Some", "classification", (4,), 10, 8, 2, 0, "ff"),
        metric="accuracy",
        steps_per_epoch=5,
        owner=this_process(),
    )
