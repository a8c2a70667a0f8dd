"""The immutable document: graph, data, training, and which weights and source text belong to it."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.graph import ArgValue, Graph


class TrainingConfig(msgspec.Struct, frozen=True):
    """How the network is trained; the loss lives on the Loss node of the graph.

    `optimizer` is a name of the catalogue and `optimizer_args` its explicit arguments (`lr` among them).
    `seed` governs split, initialization and shuffling. `threads` are torch's, 1 by default because two
    threads on few cores collapse under any other load. Gradients are clipped before each step, each number
    at `clip_value` first and then all of them together at `clip_norm`; None leaves them as they are.

    `lr_scheduler` is a name of the catalogue or None, `lr_scheduler_args` its explicit arguments, counted in
    epochs or steps as `lr_scheduler_every` says, or as is usual for it (None). `class_weights` multiply the
    loss of each class; "balanced" gives every class the same say. `l1` is the strength of a penalty on the
    sum of all absolute weights. With `patience` training ends once so many epochs have not made the loss
    smaller by more than `min_delta`; `restore_best` ends it at the weights of the best epoch. It ends after
    `minutes`, too, where they are given.

    With `precision` "bfloat16" the forward pass of a step computes in it where torch holds that to be safe;
    weights stay as they are. `deterministic` refuses what does not give the same numbers on every run.
    `compiled` makes a whole step one graph of machine code: faster for small networks, after some seconds.
    """

    optimizer: str = "Adam"
    optimizer_args: Mapping[str, ArgValue] = {}
    batch_size: int = 16
    epochs: int = 100
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    clip_value: float | None = None
    clip_norm: float | None = None
    lr_scheduler: str | None = None
    lr_scheduler_args: Mapping[str, ArgValue] = {}
    lr_scheduler_every: Literal["epoch", "step"] | None = None
    class_weights: Literal["balanced"] | tuple[float, ...] | None = None
    l1: float = 0.0
    patience: int | None = None
    min_delta: float = 0.0
    restore_best: bool = True
    minutes: float | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    deterministic: bool = False
    compiled: bool = False

    @property
    def clips(self) -> bool:
        """Whether gradients are made smaller before a step."""
        return self.clip_value is not None or self.clip_norm is not None


class Project(msgspec.Struct, frozen=True):
    """Everything that is saved: one value, replaced by every edit.

    `weights` is null (initialized from the seed) or the SHA-256 of a stored blob. `source` is the text of
    the code panel, null until someone typed. `silenced` are the codes of advice that is not to be shown for
    this project. `extra` keeps unknown keys of a file.
    """

    graph: Graph = Graph()
    data: DataSpec = DataSpec()
    training: TrainingConfig = TrainingConfig()
    weights: str | None = None
    source: str | None = None
    extra: Mapping[str, Any] = {}
    silenced: tuple[str, ...] = ()
