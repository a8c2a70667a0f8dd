"""What the process of the tensor bench is asked, and what it answers."""

from typing import Literal

import msgspec

from nnbuilder.project.project import Project


class UseProject(msgspec.Struct, frozen=True, tag=True):
    """From now on `model`, `loss_function`, `X` and `y` are of this project; nothing is answered.

    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    """

    project: Project
    base: str | None = None
    runs: str | None = None


class BenchLine(msgspec.Struct, frozen=True, tag=True):
    """Work out one line; answered by `BenchAnswer`, unless it only `replays` what was typed before."""

    number: int
    text: str
    replays: bool = False


class ListBench(msgspec.Struct, frozen=True, tag=True):
    """Say what is named on the bench; answered by a `BenchAnswer` without a value."""

    number: int


class AskManual(msgspec.Struct, frozen=True, tag=True):
    """Say what arguments a word takes, as it is typed; answered by a `BenchManual`."""

    word: str


class BenchParameter(msgspec.Struct, frozen=True):
    """An argument of a word: its name, its default as Python writes it or "", and what it is for."""

    name: str
    default: str = ""
    help: str = ""


class BenchPreparing(msgspec.Struct, frozen=True, tag=True):
    """A line waits for what the project gives: the network is being built or the data are being loaded.

    `name` is what the line needs, "" once it is there.
    """

    name: str = ""


class BenchManual(msgspec.Struct, frozen=True, tag=True):
    """What a word takes and does; without both where it is unknown."""

    word: str
    parameters: tuple[BenchParameter, ...] = ()
    summary: str = ""


class AskNetwork(msgspec.Struct, frozen=True, tag=True):
    """Say which layers and parameters the project's network has; answered by a `BenchNetwork`."""


class BenchLayer(msgspec.Struct, frozen=True):
    """A layer of the network: its name in it, its class in torch.nn, and the names of its parameters."""

    name: str
    layer: str
    parameters: tuple[str, ...] = ()


class BenchNetwork(msgspec.Struct, frozen=True, tag=True):
    """The layers that compute, in their order; none where the network cannot be built, with the reason."""

    layers: tuple[BenchLayer, ...] = ()
    message: str = ""


class BenchValue(msgspec.Struct, frozen=True):
    """What is known of a value: `kind` is Tensor, int, Linear or the like; `text` is what PyTorch prints.

    `shape` is None for what has none; `strides` count numbers, `numel` all of them.
    """

    kind: str
    name: str = ""
    text: str = ""
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    device: str = ""
    numel: int = 0
    strides: tuple[int, ...] = ()
    requires_grad: bool = False


class BenchLesson(msgspec.Struct, frozen=True):
    """What an operation teaches, in a sentence; `stretched` are the result's dimensions that were repeated.

    They are counted from 0, for the left and for the right operand.
    """

    kind: Literal["product", "broadcast"]
    sentence: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    shape: tuple[int, ...]
    stretched: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())


class BenchAnswer(msgspec.Struct, frozen=True, tag=True):
    """What became of a line, and all that is named on the bench afterwards.

    Where `value` is a tensor the first array holds its numbers, the leading part where they are too many;
    with `operands` two more hold the left and the right side of a product. A refused line has a `message`
    instead, PyTorch's text where it spoke, the place (`line` from 1, letters `start` to `end` from 0) and
    perhaps a line to use `instead`. `lasting` says that lines after it may depend on it.
    """

    number: int
    value: BenchValue | None = None
    names: tuple[BenchValue, ...] = ()
    notes: tuple[str, ...] = ()
    lesson: BenchLesson | None = None
    operands: bool = False
    message: str = ""
    torch: str = ""
    line: int = 1
    start: int = 0
    end: int = 0
    instead: str = ""
    lasting: bool = False

    @property
    def refused(self) -> bool:
        """Whether the line was not worked out."""
        return bool(self.message)
