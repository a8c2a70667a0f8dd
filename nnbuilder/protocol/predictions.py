"""Live reports of what a network predicts: over the plane, along a line, class by class.

All places and values are in the data's own units, standardization undone. "Held out" points are those of the
validation part; of many points, some are sent. Which of these reports a run can give depends on its data; the
others never come.
"""

from typing import Literal

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.live import LiveReport

PartName = Literal["train", "validation"]

Plane = tuple[float, float, float, float]
"""A rectangle of two features: left, bottom, right and top."""


class Boundary(LiveReport, frozen=True, tag=True):
    """What is predicted all over the plane of two features, with the data on it.

    Arrays: values float32 (rows, columns) from the bottom up, sure float32 of the same shape, points float32
    (n, 2), targets float32 (n,), held_out int32 (n,) of 0 and 1. With `classes`, values and targets are
    indices into them and `sure` is the probability of that class, 1 where the network gives none; without,
    values and targets are numbers and `sure` is 1.
    """

    features: tuple[str, str]
    plane: Plane
    classes: tuple[str, ...] = ()
    target: str = ""


class Neurons(LiveReport, frozen=True, tag=True):
    """How each neuron of each layer responds all over the plane of two features.

    Arrays: for each of `layers` uint8 (neurons, rows, columns) from the bottom up, then for each float32
    (neurons,) their largest responses. Byte 128 is a response of 0, 1 and 255 are that largest one with its
    sign, 0 is one that is not finite. Of a layer with more than `MOST_NEURONS`, or with fewer in a very deep
    network, the first come; `sizes` are the numbers of all.
    """

    features: tuple[str, str]
    plane: Plane
    layers: tuple[NodeId, ...]
    sizes: tuple[int, ...]


MOST_NEURONS = 64
"""Neurons of a layer whose responses are sent."""


class Fit(LiveReport, frozen=True, tag=True):
    """The curve that is predicted along one feature, with the data.

    Arrays: x float32 (m,), curve float32 (m,), points float32 (n, 2) with the targets as second column,
    held_out int32 (n,) of 0 and 1.
    """

    feature: str
    target: str


class Targets(LiveReport, frozen=True, tag=True):
    """What is predicted against what is right, for values.

    Arrays: targets float32 (n,), predictions float32 (n,), held_out int32 (n,) of 0 and 1.
    """

    target: str


class Confusion(LiveReport, frozen=True, tag=True):
    """How many samples of each class (rows) were taken for each class (columns).

    Arrays: one float32 (classes, classes) for each of `parts`. `counted` are the samples of each part that
    were looked at; `of` are all there are.
    """

    classes: tuple[str, ...]
    parts: tuple[PartName, ...]
    counted: tuple[int, ...]
    of: tuple[int, ...]


PredictionReport = Boundary | Neurons | Fit | Targets | Confusion
