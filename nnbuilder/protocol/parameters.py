"""The network's parameters one by one: what is asked of the process that knows them, and what it answers.

The buffers that lie beside them in the state_dict, a running mean for example, are told of like them.
"""

from collections.abc import Mapping

import msgspec

from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.project import Project


class ParameterKey(msgspec.Struct, frozen=True):
    """One parameter or buffer: its layer, and its name in that layer, for example `weight`."""

    node: NodeId
    name: str


class ParameterRow(msgspec.Struct, frozen=True):
    """What is known of a parameter; `layer` is the layer's class, `full` its name in the state_dict.

    The figures are over its finite numbers, None where it has none; `spread` is the standard deviation as
    `torch.std` has it, None for a single number. `gradient` is the length of its `.grad`, None without one.
    `zeros` is the share of numbers that are exactly 0, `nonfinite` counts NaN and infinite ones. A
    `buffer` is kept by its layer itself: it has no gradient, and no optimizer changes it.
    """

    key: ParameterKey
    full: str
    layer: str
    shape: tuple[int, ...]
    dtype: str
    device: str
    numel: int
    requires_grad: bool
    minimum: float | None = None
    mean: float | None = None
    maximum: float | None = None
    spread: float | None = None
    gradient: float | None = None
    zeros: float = 0.0
    nonfinite: int = 0
    buffer: bool = False


class ListParameters(msgspec.Struct, frozen=True, tag=True):
    """Say what is known of all parameters and buffers; answered by `ParametersListed`, the latest only.

    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    """

    request_id: int
    project: Project
    base: str | None = None
    runs: str | None = None


class ParametersListed(msgspec.Struct, frozen=True, tag=True):
    """All parameters in PyTorch's order, after those of a layer its buffers.

    Gradients are those of `loss` over the first `rows` to train on. Without such a pass
    `rows` is 0, and one of the `notes` says why.
    """

    request_id: int
    parameters: tuple[ParameterRow, ...]
    rows: int = 0
    loss: float | None = None
    notes: tuple[str, ...] = ()


class ReadParameter(msgspec.Struct, frozen=True, tag=True):
    """Send the numbers of a parameter; answered by `ParameterRead`, the latest only."""

    request_id: int
    project: Project
    key: ParameterKey
    base: str | None = None
    runs: str | None = None


class ParameterRead(msgspec.Struct, frozen=True, tag=True):
    """The first array holds the numbers, of a very large parameter whole rows from the first on."""

    request_id: int
    row: ParameterRow


class SetNumbers(msgspec.Struct, frozen=True, tag=True, tag_field="change"):
    """Gives one number (`place`, counted flat) or, where that is None, every number a value."""

    value: float
    place: int | None = None


class LoadNumbers(msgspec.Struct, frozen=True, tag=True, tag_field="change"):
    """Takes the numbers from a file; `name` is the tensor in it, empty for the one that fits.

    `unpickle` is a person's yes to a file of torch's own kind.
    """

    path: str
    name: str = ""
    transposed: bool = False
    unpickle: bool = False


class Initialize(msgspec.Struct, frozen=True, tag=True, tag_field="change"):
    """Draws the numbers anew: by a scheme of `catalog.initializers` or, with "", as the layers do themselves.

    The seed is set once, before the first parameter; with "" it is the one that the network is built from.
    """

    scheme: str
    seed: int
    args: Mapping[str, ArgValue] = {}


Change = SetNumbers | LoadNumbers | Initialize
"""What can be done with parameters by hand."""


class ChangeParameters(msgspec.Struct, frozen=True, tag=True):
    """Change parameters by hand; answered by `ParametersChanged`.

    With `keep` the whole network's weights are stored in `runs`; without it this is a look at what would be,
    and of several that wait only the last one counts.
    """

    request_id: int
    project: Project
    keys: tuple[ParameterKey, ...]
    change: Change
    base: str | None = None
    runs: str | None = None
    keep: bool = False


class Figures(msgspec.Struct, frozen=True):
    """The finite numbers of several parameters together; None where there are none."""

    minimum: float | None = None
    mean: float | None = None
    maximum: float | None = None
    spread: float | None = None


class ParametersChanged(msgspec.Struct, frozen=True, tag=True):
    """What became of parameters; arrays: histograms float64 (bins,) before and after, from `low` to `high`.

    `code` is what a program would write, `worked` are the numbers of a scheme, `names` the tensors of a file
    with their shapes. `loss` before and after is known with `keep`, over the rows of `ParametersListed`.
    """

    request_id: int
    keys: tuple[ParameterKey, ...]
    before: Figures
    after: Figures
    low: float = 0.0
    high: float = 1.0
    code: str = ""
    worked: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    sha256: str = ""
    loss: float | None = None
    loss_after: float | None = None


ParameterRequest = ListParameters | ReadParameter | ChangeParameters
"""What the process of the parameters is asked."""

ParameterEvent = ParametersListed | ParameterRead | ParametersChanged
"""What it answers."""
