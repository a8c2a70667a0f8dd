"""The edit that puts one Linear in the place of several that follow each other, with the weights for it."""

from collections.abc import Sequence

from nnbuilder.graph.edits import RemoveNodes, SetArgs, SetFrozen
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import ArgValue, Graph, NodeId
from nnbuilder.project.edits import SetWeights, Several


def merge_linear(graph: Graph, nodes: Sequence[NodeId], width: int, sha256: str, *, bias: bool) -> Several:
    """Leaves the last of the layers, `width` wide and with the stored weights; one undo step.

    It is frozen where all of them were. Raises `EditRefused` where one of them is gone.
    """
    if any(key not in graph.nodes for key in nodes):
        raise EditRefused("The layers are not all there any more: look again.")
    *others, last = nodes
    args: dict[str, ArgValue] = {"out_features": width}
    if not bias:
        args["bias"] = False
    frozen = all(graph.nodes[key].frozen for key in nodes)
    thaw = (SetFrozen((last,), frozen),) if graph.nodes[last].frozen != frozen else ()
    return Several(
        f"Replace {len(nodes)} Linear layers by one",
        (RemoveNodes(tuple(others)), SetArgs(last, args), *thaw, SetWeights(sha256)),
    )
