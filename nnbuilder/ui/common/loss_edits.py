"""Edits of the Loss node, which the inspector and the training panel both offer."""

from nnbuilder.catalog import registry
from nnbuilder.graph.edits import ResetArg, SetArg, SetArgs
from nnbuilder.graph.graph import LOSS, ArgValue, Node


def set_arg(node: Node, name: str, value: ArgValue) -> SetArg | SetArgs:
    """The edit that gives an argument a value; another loss keeps those arguments that fit it as well."""
    if node.type != LOSS or name != "loss":
        return SetArg(node.id, name, value)
    spec = registry.LOSSES.get(str(value))
    taken = {arg.name: arg for arg in spec.args} if spec else {}
    kept = {key: old for key, old in node.args.items() if key in taken and taken[key].fault(old) is None}
    return SetArgs(node.id, {"loss": value, **kept})


def reset_arg(node: Node, name: str) -> ResetArg:
    """The edit that takes an explicit value away."""
    return ResetArg(node.id, name)
