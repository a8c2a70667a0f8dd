"""Fixes that many rules offer."""

from collections.abc import Mapping

import msgspec

from nnbuilder.catalog.registry import new_node
from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.graph.edits import MoveBeside, RemoveNodes, SetArg, SetArgs, SetType
from nnbuilder.graph.graph import ArgValue, Graph, Node
from nnbuilder.project.chain import title
from nnbuilder.project.edits import Edit, SetData, SetTraining
from nnbuilder.project.places import edits_before
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import TrainingConfig


def insert_before(
    graph: Graph, name: str, node: Node, args: Mapping[str, ArgValue] | None = None
) -> tuple[Fix, ...]:
    """Puts a new layer in front of a node; nothing where none can stand there."""
    edits = edits_before(graph, node.id, [(name, args or {})])
    return () if edits is None else (Fix(f"Insert {name} before {title(node)}", edits),)


def hidden_layer(graph: Graph, node: Node, width: int = 16) -> tuple[Fix, ...]:
    """Puts a Linear with a ReLU behind it in front of a node."""
    edits = edits_before(graph, node.id, [("Linear", {"out_features": width}), ("ReLU", {})])
    return () if edits is None else (Fix(f"Insert a hidden layer of {width} with ReLU", edits),)


def remove(node: Node) -> Fix:
    """Takes a layer out of the chain."""
    return Fix(f"Remove {title(node)}", (RemoveNodes((node.id,)),))


def move_after(node: Node, other: Node) -> Fix:
    """Puts a layer behind another one."""
    return Fix(f"Move {title(node)} behind {title(other)}", (MoveBeside((node.id,), other.id, "after"),))


def use_instead(node: Node, name: str, args: Mapping[str, ArgValue] | None = None) -> Fix:
    """Makes a layer one of another type."""
    return Fix(f"Use {name} instead of {title(node)}", (SetType(node.id, name, args or {}),))


def use_loss(loss: Node, name: str) -> Fix:
    """Chooses another loss."""
    args = new_node(loss.type, loss.id).args
    return Fix(f"Use {name}", (SetArgs(loss.id, {**args, "loss": name}),))


def set_arg(node: Node, name: str, value: ArgValue, words: str = "") -> Fix:
    """Sets one argument."""
    return Fix(words or f"Set {name} of {title(node)} to {value}", (SetArg(node.id, name, value),))


def set_batch_size(training: TrainingConfig, size: int) -> Fix:
    """Chooses another batch size."""
    changed = msgspec.structs.replace(training, batch_size=size)
    return Fix(f"Set the batch size to {size}", (SetTraining(changed, "batch_size"),))


def set_learning_rate(training: TrainingConfig, rate: float) -> Fix:
    """Chooses another learning rate."""
    changed = msgspec.structs.replace(training, optimizer_args={**training.optimizer_args, "lr": rate})
    return Fix(f"Set the learning rate to {rate:g}", (SetTraining(changed, "lr"),))


def leave_out(data: DataSpec, names: tuple[str, ...], edits: tuple[Edit, ...] = ()) -> tuple[Fix, ...]:
    """Leaves columns of a table out, with what the drawing needs then; nothing where data is no table."""
    if not names or not isinstance(data.source, CsvData):
        return ()
    left_out = tuple(dict.fromkeys((*data.source.left_out, *names)))
    source = msgspec.structs.replace(data.source, left_out=left_out)
    what = names[0] if len(names) == 1 else f"{len(names)} columns"
    more = ", and let sizes follow" if edits else ""
    changed = SetData(msgspec.structs.replace(data, source=source), "left-out columns")
    return (Fix(f"Leave out {what}{more}", (changed, *edits)),)


def standardize(data: DataSpec) -> tuple[Fix, ...]:
    """Lets the data be standardized; nothing where they are already."""
    if data.standardize:
        return ()
    changed = msgspec.structs.replace(data, standardize=True)
    return (Fix("Standardize the data", (SetData(changed, "standardize"),)),)
