"""How layers are called in sentences and headings, and numbers as people read them."""

from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.graph.order import order_of


def layer_title(graph: Graph, node: NodeId) -> str:
    """The user's name of a layer, or its type with its index in the chain as PyTorch prints it."""
    found = graph.nodes.get(node)
    if found is None:
        return ""
    if found.name or found.type in {INPUT, LOSS}:
        return found.name or found.type
    layers = order_of(graph, found.parent).layers
    return f"{found.type} ({layers.index(node)})" if node in layers else found.type


def counted(number: int, word: str) -> str:
    """A number with its word, which gets an s where it is not one."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")
