"""The declarations' own types: arguments with kinds and bounds, layers, losses, optimizers, schedulers."""

import math
from enum import Enum
from typing import Any, Literal

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import ArgValue

AUTO = "auto"
"""The value of an argument that follows the layer before it."""

SIZE_LIMIT = 2**31 - 1
"""Largest size that any argument may name."""


FLOAT_LIMIT = 1e300
"""Largest number, below the largest that a float can be."""


class ArgError(NNBuilderError):
    """A text or value does not fit an argument; the message says what is expected and what was found."""


class Required(Enum):
    """Marks an argument without a default in PyTorch."""

    REQUIRED = "required"


REQUIRED = Required.REQUIRED

Kind = Literal["int", "float", "bool", "choice", "ints", "floats", "text"]
Follows = Literal["features", "channels", "trailing", "data"]
Role = Literal["own", "inner", "output"]


_WHOLE = {"int", "ints"}
_BROKEN = {"float", "floats"}


class ArgSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One constructor argument: its kind, bounds, default and help.

    `kind` says what one number is; "int" and "float" with `lengths` take a tuple of so many as well, as
    kernel sizes do: `3` or `(3, 5)`, and the graph holds what was set. "ints" and "floats" are tuples only,
    of any length where `lengths` is empty. `parts` names the places of such a tuple, `gaps` allows None in
    some of them. `none` allows None. `choices` are the words of a choice, or words allowed beside numbers.
    Bounds are inclusive; with `above`/`below` the bound itself is excluded.

    `default` is PyTorch's; `initial` is what a newly drawn layer gets where that is missing or a trap.
    `follows` says what an "auto" value is taken from: the last dimension of the input ("features"), its
    dimension 1 ("channels"), all but the batch dimension ("trailing"), or the data set ("data"); None: never
    auto. `keyword` arguments are written with their name, because one before them is not declared.
    `role` says who takes it: the layer's own constructor, that of the layer which it repeats
    (`LayerSpec.inner`), or, for "output", nobody in PyTorch: it chooses which tensor goes on.
    """

    name: str
    kind: Kind
    help: str
    default: ArgValue | Required = REQUIRED
    initial: ArgValue = None
    none: bool = False
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False
    step: float | None = None
    choices: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    gaps: bool = False
    follows: Follows | None = None
    keyword: bool = False
    role: Role = "own"

    @property
    def start(self) -> ArgValue:
        """The value that holds where nothing was set: "auto", the default, or `initial`."""
        if self.follows is not None:
            return AUTO
        return self.initial if isinstance(self.default, Required) else self.default

    def expects(self, *, whole: bool = False) -> str:
        """What the argument takes, in words, for help and errors.

        The limit that all numbers have is told with `whole` only.
        """
        words = {
            "int": "a whole number" + self._or_tuple("(3, 5, 7, 3, 5, 7)"),
            "float": "a number" + self._or_tuple("(0.5, 0.7, 0.9)"),
            "bool": "True or False",
            "choice": "one of " + ", ".join(self.choices),
            "ints": f"{self._how_many()}whole numbers like (2, 3)",
            "floats": f"{self._how_many()}numbers like (0.9, 0.999)",
            "text": "text",
        }[self.kind]
        bounds = []
        if self.minimum is not None and self.minimum != -SIZE_LIMIT:
            bounds.append(f"{'above' if self.above else 'at least'} {_plain(self.minimum)}")
        if self.maximum is not None and (whole or self.maximum != SIZE_LIMIT):
            bounds.append(f"{'below' if self.below else 'at most'} {_plain(self.maximum)}")
        others = [] if self.kind == "choice" else list(self.choices)
        others += (["None"] if self.none else []) + (["auto"] if self.follows else [])
        return (
            words + (" " + " and ".join(bounds) if bounds else "") + "".join(f" or {word}" for word in others)
        )

    def fault(self, value: ArgValue) -> str | None:
        """Why the value does not fit, as one sentence, or None where it fits."""
        if (value is None and self.none) or (self.follows and value == AUTO):
            return None
        if self._fits(value):
            return None
        beyond = isinstance(value, int) and value > SIZE_LIMIT
        return f"{self.name} takes {self.expects(whole=beyond)}, not {shown(value)}."

    def _fits(self, value: ArgValue) -> bool:
        if isinstance(value, str):
            return value in self.choices if self.choices else self.kind == "text"
        if isinstance(value, tuple):
            return self._fits_tuple(value)
        if self.kind in _WHOLE:
            return self.kind == "int" and self._fits_int(value)
        if self.kind in _BROKEN:
            return self.kind == "float" and self._fits_float(value)
        return self.kind == "bool" and isinstance(value, bool)

    def _fits_tuple(self, value: tuple[Any, ...]) -> bool:
        fits = self._fits_int if self.kind in _WHOLE else self._fits_float
        takes = self.kind in {"ints", "floats"} or (self.kind in {"int", "float"} and bool(self.lengths))
        if not takes or not self._fits_length(value):
            return False
        return all((self.gaps and part is None) or fits(part) for part in value)

    def _or_tuple(self, example: str) -> str:
        if not self.lengths:
            return ""
        most = max(self.lengths)
        parts = ", ".join(example.strip("()").split(", ")[:most])
        return f" or {self._how_many()}like ({parts}{',' * (most == 1)})"

    def _how_many(self) -> str:
        if not self.lengths:
            return ""
        low, high = min(self.lengths), max(self.lengths)
        return f"{low} " if low == high else f"{low} to {high} "

    def _fits_length(self, value: tuple[Any, ...]) -> bool:
        return not self.lengths or len(value) in self.lengths

    def _fits_int(self, value: ArgValue) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self._within(value)

    def _fits_float(self, value: ArgValue) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        finite = isinstance(value, int) or math.isfinite(value)
        return finite and abs(value) <= FLOAT_LIMIT and self._within(value)

    def _within(self, value: float) -> bool:
        low, high = self.minimum, self.maximum
        if low is not None and (value < low or (self.above and value == low)):
            return False
        return high is None or not (value > high or (self.below and value == high))


class LayerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One torch.nn layer as it can be drawn.

    `group` is the heading of the torch.nn documentation, `summary` one line on what it is for, `keywords`
    more words to find it by. `count` are counting formulas of its parameters with argument names in braces,
    for example `({in_features} + {bias}) * {out_features}`; torch's own count decides which of them is shown.
    `inner` names the class of the layer object that PyTorch's constructor takes first, built from the
    arguments with that role. A layer with an argument of role "output" gives several tensors in PyTorch: what
    is drawn is a subclass that hands on the chosen one, with the same parameters under the same names.
    """

    name: str
    group: str
    summary: str
    args: tuple[ArgSpec, ...] = ()
    keywords: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    inner: str = ""

    def arg(self, name: str) -> ArgSpec | None:
        """The declaration of one argument, or None."""
        return next((arg for arg in self.args if arg.name == name), None)


Output = Literal["scores", "score", "margins", "probability", "log-probabilities", "values"]
Target = Literal["class index", "binary", "values"]


class LossSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One torch.nn loss: what it wants from the network (`output`) and from the data (`target`).

    One that `weighs` takes a number for each class.
    """

    name: str
    summary: str
    output: Output
    target: Target
    weighs: bool = False
    args: tuple[ArgSpec, ...] = ()


class OptimizerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One torch.optim optimizer; `fused` says that torch has a fused CPU implementation.

    One that `asks_again` computes the loss of its batch several times in each step.
    """

    name: str
    summary: str
    args: tuple[ArgSpec, ...] = ()
    fused: bool = False
    asks_again: bool = False


class SchedulerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule of torch.optim.lr_scheduler; `every` says what it counts unless it is told otherwise.

    One that `watches` looks at the validation loss, so it can only follow epochs.
    """

    name: str
    summary: str
    args: tuple[ArgSpec, ...] = ()
    every: Literal["epoch", "step"] = "epoch"
    watches: bool = False


def shown(value: ArgValue) -> str:
    """A value as Python source would write it, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        return "a number of thousands of digits"
    return text if len(text) <= 40 else text[:37] + "..."


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:g}"
