"""What an export says where it cannot be done."""

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId


class ExportError(NNBuilderError):
    """Nothing was written; the message says why. `node` is the layer that stands in the way, if it is one."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


class ExtraMissingError(ExportError):
    """Packages that this format needs are not installed."""
