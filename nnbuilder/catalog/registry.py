"""The tables: every layer, loss and optimizer by name, and the declarations of the chain's ends."""

import msgspec

from nnbuilder.catalog.layers import (
    activation,
    convolution,
    dropout,
    linear,
    normalization,
    padding,
    pooling,
    recurrent,
    shape,
    sparse,
    transformer,
    vision,
)
from nnbuilder.catalog.layers.common import LENGTHS
from nnbuilder.catalog.losses import LOSSES
from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.catalog.schedulers import SCHEDULERS
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Node, NodeId

__all__ = [
    "GROUP_SPEC",
    "INPUT_SPEC",
    "LAYERS",
    "LOSSES",
    "LOSS_SPEC",
    "OPTIMIZERS",
    "SCHEDULERS",
    "groups",
    "layer",
    "new_node",
    "spec_of",
]

_FILES = (
    linear,
    activation,
    convolution,
    pooling,
    normalization,
    dropout,
    recurrent,
    transformer,
    sparse,
    vision,
    padding,
    shape,
)

LAYERS = {spec.name: spec for file in _FILES for spec in file.LAYERS}
"""Every layer by its torch.nn name, in the palette's order."""

INPUT_SPEC = LayerSpec(
    name=INPUT,
    group="Ends",
    summary="Where the samples come in: takes its size from the data unless you pin it.",
    args=(
        ArgSpec(
            name="shape",
            kind="ints",
            help="One sample's shape without the batch dimension, for example (4,) or (3, 32, 32).",
            initial=(4,),
            minimum=1,
            maximum=SIZE_LIMIT,
            lengths=LENGTHS,
            follows="data",
        ),
        ArgSpec(
            name="dtype",
            kind="choice",
            help="The type of the numbers that come in.",
            initial="float32",
            choices=("float32", "float64", "int64"),
            follows="data",
        ),
    ),
)

LOSS_SPEC = LayerSpec(
    name=LOSS,
    group="Ends",
    summary="Where the chain ends: compares the output with the target.",
    args=(
        ArgSpec(
            name="loss",
            kind="choice",
            help="How wrong the network is, as one number.",
            initial="CrossEntropyLoss",
            choices=tuple(LOSSES),
        ),
    ),
)

GROUP_SPEC = LayerSpec(
    name=GROUP,
    group="Containers",
    summary="Several layers as one: a nested Sequential with a name of its own.",
    keywords=("group", "nested", "block", "module"),
)

_LOSS_SPECS = {
    name: msgspec.structs.replace(LOSS_SPEC, summary=loss.summary, args=(*LOSS_SPEC.args, *loss.args))
    for name, loss in LOSSES.items()
}


def layer(name: str) -> LayerSpec | None:
    """The declaration of a layer, or None for a name that the catalogue does not know."""
    return LAYERS.get(name)


def can_learn(name: str) -> bool:
    """Whether a layer of this type holds parameters, or may hold layers that do."""
    return name == GROUP or (name in LAYERS and bool(LAYERS[name].count))


def groups() -> tuple[tuple[str, tuple[LayerSpec, ...]], ...]:
    """All layers under their headings, in the palette's order."""
    names = dict.fromkeys(spec.group for spec in LAYERS.values())
    return tuple((name, tuple(spec for spec in LAYERS.values() if spec.group == name)) for name in names)


def spec_of(node: Node) -> LayerSpec | None:
    """The declaration that a node follows; a Loss node's holds the arguments of its chosen loss too."""
    if node.type == INPUT:
        return INPUT_SPEC
    if node.type == LOSS:
        return _LOSS_SPECS.get(str(node.args.get("loss", "CrossEntropyLoss")), LOSS_SPEC)
    return GROUP_SPEC if node.type == GROUP else LAYERS.get(node.type)


def new_node(name: str, key: NodeId, x: float = 0.0, y: float = 0.0) -> Node:
    """A node as it is drawn first: arguments that PyTorch has no (good) default for get their `initial`."""
    node = Node(id=key, type=name, x=x, y=y)
    spec = spec_of(node)
    if spec is None:
        return node
    args = {arg.name: arg.initial for arg in spec.args if arg.follows is None and arg.initial is not None}
    return msgspec.structs.replace(node, args=args)
