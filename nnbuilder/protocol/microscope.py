"""Looking into one pass of the network: what is asked of the process that does it, and what it answers."""

from typing import Literal

import msgspec

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.worked import Worked

Stage = Literal["zero_grad", "forward", "loss", "backward", "update"]
"""The parts of a training step, in their order."""

Reach = Literal["", "weight", "layer", "all"]
"""How much of the network a step of the optimizer is applied to."""


Role = Literal["input", "output", "parameter", "gradient", "rows"]
"""What a tensor is to the layer that is looked at."""


class Place(msgspec.Struct, frozen=True):
    """One stop of the way through a training step; `node` is the layer, None where the stop is no layer's."""

    stage: Stage
    node: NodeId | None = None
    name: str = ""
    layer: str = ""


class Carried(msgspec.Struct, frozen=True):
    """A backward pass whose gradients still lie in `.grad`: what went in, and the weights of then.

    `stepped`: a step was done with them, so they were clipped where training clips.
    """

    rows: str
    targets: str = ""
    train: bool = False
    weights: str | None = None
    stepped: bool = False


class Look(msgspec.Struct, frozen=True, tag=True):
    """Look at one place of a pass; answered by `Looked` or `Failed`, the latest first.

    `rows` are as `engine.given` reads them, `targets` typed numbers, or those of the data where empty.
    `row` and `unit` choose a number of the layer's output, `parameter` and `weight` one of the parameters
    (counted flat) of layer `node`. With `lr` the rule is `w - lr·grad` in place of the optimizer's. With
    `reach` the step is applied to so much of the network, and the weights are stored in `runs`. `carried` are
    the backward passes since the last `zero_grad()`; with `accumulate` that line is left out, and gradients
    are added to theirs.
    """

    request_id: int
    project: Project
    base: str | None = None
    runs: str | None = None
    rows: str = "data:0:8"
    targets: str = ""
    train: bool = False
    place: Place = Place("forward")
    row: int = 0
    unit: int = 0
    parameter: str = ""
    weight: int = 0
    lr: float | None = None
    reach: Reach = ""
    carried: tuple[Carried, ...] = ()
    accumulate: bool = False


class Tensor(msgspec.Struct, frozen=True):
    """A tensor that is shown: what it is called, its shape and dtype, and the chosen place in it.

    Its numbers travel beside the message; of a large one whole rows from the first on, as many as fit.
    `window` are the places along its last dimensions that the chosen output comes from, where it comes from
    a window; those outside of it lie in the padding.
    """

    title: str
    shape: tuple[int, ...]
    dtype: str
    chosen: tuple[int, ...] = ()
    role: Role = "output"
    window: tuple[tuple[int, ...], ...] = ()


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of the layer that is looked at, by its name in the layer."""

    name: str
    shape: tuple[int, ...]


class Looked(msgspec.Struct, frozen=True, tag=True):
    """What is to be seen at a place; `walk` is the whole way, `worked` the arithmetic.

    Arrays: the numbers of `tensors`, in their order. `loss` is the batch's, None without targets or where it
    is not finite; `loss_after` is what it has become where a step was applied, whose weights are `sha256`.
    `steps` is how many steps by hand have led to these weights, `parameters` are those of the layer whose
    weight is chosen (`owner` and `parameter`), and `owners` the layers that have any.
    """

    request_id: int
    place: Place
    walk: tuple[Place, ...]
    worked: tuple[Worked, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    rows: int = 0
    loss: float | None = None
    loss_after: float | None = None
    sha256: str = ""
    steps: int = 0
    notes: tuple[str, ...] = ()
    owners: tuple[NodeId, ...] = ()
    owner: NodeId | None = None
    parameter: str = ""
