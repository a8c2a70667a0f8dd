"""What a template needs to know of the data, and how a sample of any shape is read as it needs it."""

import math
from collections.abc import Mapping

import msgspec

from nnbuilder.data.spec import BuiltinData, DataProfile, DataSpec, Source, ToyData


class Fit(msgspec.Struct, frozen=True):
    """The data as far as networks differ by it.

    `shape` is one sample's without the batch dimension. `classes` is 0 for regression, where `values` counts
    the numbers to be predicted. `rows` are those to train on, `words` how many different whole numbers come
    in; 0 where that is not known.
    """

    shape: tuple[int, ...]
    classes: int = 0
    values: int = 1
    rows: int = 0
    words: int = 0

    @property
    def features(self) -> int:
        """How many numbers a sample has."""
        return math.prod(self.shape)

    @property
    def outputs(self) -> int:
        """How many numbers the network gives for a sample: one for each class, or the values."""
        return self.classes or self.values

    @property
    def loss(self) -> str:
        """The loss for scores of classes, or for values."""
        return "CrossEntropyLoss" if self.classes else "MSELoss"

    @property
    def image(self) -> tuple[int, int, int]:
        """Channels, height and width: a row of numbers is read as an image as square as they allow."""
        match self.shape:
            case (channels, height, width):
                return channels, height, width
            case (height, width):
                return 1, height, width
        height = next(side for side in range(math.isqrt(self.features), 0, -1) if self.features % side == 0)
        return 1, height, self.features // height

    @property
    def sequence(self) -> tuple[int, int]:
        """Channels and steps: a row of numbers is read as one signal."""
        match self.shape:
            case (channels, steps):
                return channels, steps
            case (channels, *_, _last) if len(self.shape) > 2:
                return channels, self.features // channels
        return 1, self.features


def fit_of(profile: DataProfile) -> Fit:
    """What is known of data that were loaded."""
    return Fit(profile.shape, len(profile.classes), profile.values, profile.training)


_KNOWN: Mapping[str, Fit] = {
    "iris": Fit((4,), 3),
    "wine": Fit((13,), 3),
    "breast_cancer": Fit((30,), 2),
    "digits": Fit((64,), 10, words=17),
    "diabetes": Fit((10,)),
    **dict.fromkeys(("moons", "circles", "spiral", "xor"), Fit((2,), 2)),
    "blobs": Fit((2,), 3),
    **dict.fromkeys(("line", "sine"), Fit((1,))),
}
"""The data that ship with the program, for when they are not loaded yet."""


def known_fit(data: DataSpec) -> Fit | None:
    """What is known of data without loading them; None for files."""
    source: Source = data.source
    fit = _KNOWN[source.name] if isinstance(source, BuiltinData | ToyData) else None
    if fit is not None and data.reconstruct:
        return Fit(fit.shape, values=fit.features)
    return fit
