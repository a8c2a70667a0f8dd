"""Tensors for those who do not know the words yet: what can be made, of what, and the line that makes it."""

from collections.abc import Callable, Mapping

import msgspec

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue

Values = Mapping[str, ArgValue]

_DTYPES = ("float32", "float64", "int64", "bool")

_SIZE = ArgSpec(
    name="size", kind="ints", help="How many rows and columns, for example (2, 3).", initial=(2, 3), minimum=0
)
_SEED = ArgSpec(
    name="seed", kind="int", help="The same seed gives the same random numbers.", default=0, minimum=0
)
_DTYPE = ArgSpec(
    name="dtype", kind="choice", help="What kind of numbers it holds.", default="float32", choices=_DTYPES
)


def _number(name: str, sentence: str, initial: float, kind: str = "float") -> ArgSpec:
    return ArgSpec(name=name, kind="int" if kind == "int" else "float", help=sentence, initial=initial)


class Recipe(msgspec.Struct, frozen=True):
    """One way to make a tensor; `write` gives the expression, `random` asks for a seed before it."""

    name: str
    title: str
    help: str
    args: tuple[ArgSpec, ...]
    write: Callable[[Values], str]
    random: bool = False

    def start(self) -> dict[str, ArgValue]:
        """The values that a form begins with."""
        return {arg.name: arg.start for arg in self.args}

    def line(self, name: str, values: Values) -> str:
        """The line that makes it under a name."""
        seed = f"torch.manual_seed({values.get('seed', 0)}); " if self.random else ""
        return f"{seed}{name} = {self.write(values)}"


def _sizes(values: Values) -> str:
    size = values["size"]
    return ", ".join(map(str, size)) if isinstance(size, tuple) else str(size)


def _typed(values: Values, default: str = "float32") -> str:
    dtype = values.get("dtype", default)
    return "" if dtype == default else f", dtype=torch.{dtype}"


def _sized(word: str) -> Callable[[Values], str]:
    return lambda values: f"torch.{word}({_sizes(values)}{_typed(values)})"


RECIPES = (
    Recipe("zeros", "Zeros", "Every number is 0.", (_SIZE, _DTYPE), _sized("zeros")),
    Recipe("ones", "Ones", "Every number is 1.", (_SIZE, _DTYPE), _sized("ones")),
    Recipe(
        "full",
        "One number, repeated",
        "Every number is the same.",
        (_SIZE, _number("value", "The number that fills it.", 0.5)),
        lambda values: f"torch.full({values['size']}, {values['value']})",
    ),
    Recipe(
        "arange",
        "Counting in steps",
        "From the first number on, in equal steps; the end itself is left out.",
        (
            _number("start", "The first number.", 0, "int"),
            _number("end", "Where it stops, left out itself.", 10, "int"),
            _number("step", "From one number to the next.", 1, "int"),
        ),
        lambda values: f"torch.arange({values['start']}, {values['end']}, {values['step']})",
    ),
    Recipe(
        "linspace",
        "Evenly spaced numbers",
        "So many numbers from the first to the last, both included.",
        (
            _number("start", "The first number.", 0.0),
            _number("end", "The last number.", 1.0),
            _number("steps", "How many numbers.", 5, "int"),
        ),
        lambda values: f"torch.linspace({values['start']}, {values['end']}, {values['steps']})",
    ),
    Recipe(
        "rand",
        "Random from 0 to 1",
        "Each number is drawn evenly from 0 to 1.",
        (_SIZE, _SEED),
        lambda values: f"torch.rand({_sizes(values)})",
        random=True,
    ),
    Recipe(
        "randn",
        "Random around 0",
        "Drawn from the bell curve: mean 0, standard deviation 1.",
        (_SIZE, _SEED),
        lambda values: f"torch.randn({_sizes(values)})",
        random=True,
    ),
    Recipe(
        "randint",
        "Random whole numbers",
        "Each is drawn evenly; the end itself never comes.",
        (
            _number("low", "The smallest number.", 0, "int"),
            _number("high", "One more than the largest number.", 10, "int"),
            _SIZE,
            _SEED,
        ),
        lambda values: f"torch.randint({values['low']}, {values['high']}, {values['size']})",
        random=True,
    ),
    Recipe(
        "eye",
        "Identity matrix",
        "1 on the diagonal, 0 elsewhere: x @ it is x.",
        (ArgSpec(name="n", kind="int", help="How many rows, and columns.", initial=3, minimum=0), _DTYPE),
        lambda values: f"torch.eye({values['n']}{_typed(values)})",
    ),
)
"""What can be made, in the order in which people need it."""
