"""What a process of one task is asked, and what it answers: weights held against a network, files written."""

from typing import Literal

import msgspec

from nnbuilder.project.project import Project
from nnbuilder.protocol.tensor_fit import TensorFit


class FitWeights(msgspec.Struct, frozen=True, tag=True):
    """Hold a file of weights against the project's network; answered by `WeightsFitted`.

    `base` is the project file's folder for relative data paths. With `runs` given and nothing amiss the
    weights are stored there for the project. `unpickle` is a person's yes to a file of torch's own kind.
    """

    project: Project
    path: str
    base: str | None = None
    runs: str | None = None
    unpickle: bool = False


class Export(msgspec.Struct, frozen=True, tag=True):
    """Write a project or one of its runs in a format of `protocol.export_format`; answered by `Exported`.

    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    With `run`, the folder of a run, all is as it was when that was trained, and weights are of its best or
    last `checkpoint`. Before the answer come `Exporting` sentences.
    """

    project: Project
    format: str
    path: str
    base: str | None = None
    runs: str | None = None
    run: str | None = None
    checkpoint: Literal["best", "last"] = "best"


class FindRate(msgspec.Struct, frozen=True, tag=True):
    """Train a copy of the network while its rate rises from `low` to `high`; answered by `RateFound`.

    `base` is the project file's folder for relative data paths, `runs` its runs folder with stored weights.
    Before the answer come `Exporting` sentences. Nothing is kept of the training.
    """

    project: Project
    base: str | None = None
    runs: str | None = None
    low: float = 1e-6
    high: float = 10.0
    steps: int = 140


class RateFound(msgspec.Struct, frozen=True, tag=True):
    """The loss of each step by the learning rate that it was done with, and the same smoothed.

    `steepest` is the rate at which the loss fell fastest, `lowest` the one where it was least, `diverged` the
    one from which it grew beyond bounds; `suggested` is the one to train with, None where `why` says so.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smooth: tuple[float, ...]
    steepest: float | None = None
    lowest: float | None = None
    diverged: float | None = None
    suggested: float | None = None
    why: str = ""


class WeightsFitted(msgspec.Struct, frozen=True, tag=True):
    """How a file of weights fits the network, tensor by tensor in the file's order, then what it lacks.

    `notes` are sentences on what had to be done for it; `fault` says why the project has no network to
    compare with. `ordered`: the file keeps the order of definition. `sha256` names the stored weights.
    """

    rows: tuple[TensorFit, ...] = ()
    notes: tuple[str, ...] = ()
    fault: str = ""
    ordered: bool = False
    sha256: str = ""

    @property
    def complete(self) -> bool:
        """Whether every tensor of both sides fits."""
        return bool(self.rows) and all(row.fits for row in self.rows)


class Exporting(msgspec.Struct, frozen=True, tag=True):
    """What an export is doing now, in a few words."""

    doing: str


class Exported(msgspec.Struct, frozen=True, tag=True):
    """A file was written, whole; `verified` are sentences on how it was held against the network.

    `weights` says where they come from, `sha256` is theirs; both are empty where none were written.
    `difference` is the largest between its outputs and the network's, over these `batch_sizes`. `replaced`:
    there was such a file. `notes` are sentences worth knowing.
    """

    path: str
    format: str
    size: int
    verified: tuple[str, ...]
    replaced: bool = False
    weights: str = ""
    sha256: str = ""
    difference: float | None = None
    batch_sizes: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
