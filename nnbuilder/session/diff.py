"""What differs between two documents, so that each view looks at its own part only."""

import msgspec

from nnbuilder.graph.diff import GraphDiff, diff_graphs
from nnbuilder.project.project import Project


class DocumentDiff(msgspec.Struct, frozen=True):
    """Which parts of the document changed, the graph node by node."""

    graph: GraphDiff = GraphDiff()
    training: bool = False
    data: bool = False
    weights: bool = False
    source: bool = False
    silenced: bool = False

    def __bool__(self) -> bool:
        """Whether anything differs."""
        own = self.training or self.data or self.weights or self.source or self.silenced
        return bool(self.graph or own)


def diff_projects(before: Project, after: Project) -> DocumentDiff:
    """The difference between two documents; unchanged parts cost one comparison of identities."""
    if before is after:
        return DocumentDiff()
    return DocumentDiff(
        graph=diff_graphs(before.graph, after.graph),
        training=before.training != after.training,
        data=before.data != after.data,
        weights=before.weights != after.weights,
        source=before.source != after.source,
        silenced=before.silenced != after.silenced,
    )
