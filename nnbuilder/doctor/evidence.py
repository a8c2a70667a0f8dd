"""What the rules get to know beside project and analysis: measured by the engine, plain numbers here."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from nnbuilder.graph.graph import NodeId


class Trait(msgspec.Struct, frozen=True):
    """How a layer without samples to remember treats numbers, as torch showed it on a grid of them.

    `low` and `high` bound what comes out, -inf and inf where nothing does. `elementwise`: each number is
    treated by itself. `sums` "one": along some dimension of a sample the outputs sum to one, "log": their
    exponentials do. `constant`: always the same comes out, whatever goes in.
    """

    low: float
    high: float
    elementwise: bool
    sums: Literal["", "one", "log"] = ""
    constant: bool = False

    @property
    def bounded(self) -> bool:
        """Whether the outputs have an end on both sides, as those of sigmoid and tanh."""
        return self.low > float("-inf") and self.high < float("inf")

    @property
    def probability(self) -> bool:
        """Whether every output lies between 0 and 1."""
        return self.low >= 0 and self.high <= 1


class Targets(msgspec.Struct, frozen=True):
    """The targets of the training part as the loss gets them; `shape` is one sample's, () for an index.

    `whole`: whole numbers only. `shares`: no number is negative and those of each sample sum to one;
    `hot`: they are moreover all 0 but a single 1.
    """

    dtype: str
    shape: tuple[int, ...]
    low: float
    high: float
    whole: bool = False
    shares: bool = False
    hot: bool = False


class Facts(msgspec.Struct, frozen=True):
    """The training part as it goes into the network, feature by feature.

    `center` is the largest absolute mean, `narrow` and `wide` the smallest and largest standard deviation of
    features that are not constant, each with the feature's name. `hot` are columns of 0 and 1 that together
    with the target hold exactly one 1 in each row, `copies` those from which the target can be read off,
    `counted` those that count all rows.
    """

    center: tuple[float, str] = (0.0, "")
    narrow: tuple[float, str] = (1.0, "")
    wide: tuple[float, str] = (1.0, "")
    targets: Targets | None = None
    hot: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


class LayerTrial(msgspec.Struct, frozen=True):
    """One layer during the first batch; the shares are None where it does not treat numbers one by one.

    `dead`: share of its numbers whose slope is 0 for every sample. `flat`: share whose slope is below a
    twentieth of its largest. `gradient`: norm of the gradient of all its parameters, None without any.
    """

    dead: float | None = None
    flat: float | None = None
    gradient: float | None = None


class Trial(msgspec.Struct, frozen=True):
    """One real forward and backward pass over the first batch, from the weights that training starts from.

    `loss` is None where it is not a finite number.
    """

    rows: int
    loss: float | None
    layers: Mapping[NodeId, LayerTrial]


class Evidence(msgspec.Struct, frozen=True):
    """All that was measured; `skipped` says why no batch was tried, empty where nothing stood in the way."""

    facts: Facts | None = None
    trial: Trial | None = None
    skipped: str = ""
