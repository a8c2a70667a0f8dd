"""What differs between two runs: in the network, the data, the training and the result.

Everything is read from the frozen projects of the records, so later edits change no answer. Arguments that
were not set count with their default, so writing a default out is no difference; nor are names and places.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

import msgspec

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.catalog.registry import can_learn, spec_of
from nnbuilder.catalog.schedulers import SCHEDULERS
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Node, NodeId
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.record import RunRecord

Facts = Mapping[str, Any]

_LONG = 2000
"""Layers above which those that come very often are no landmarks: time would grow with the square."""


class Change(msgspec.Struct, frozen=True):
    """A field with another value in each run; None where one of them has none."""

    field: str
    before: Any
    after: Any


class Layer(msgspec.Struct, frozen=True):
    """A layer as it computes: its name in the state_dict, its type, and the arguments that were set.

    Training left a `frozen` one as it was.
    """

    name: str
    type: str
    args: Mapping[str, ArgValue]
    frozen: bool = False


class LayerChange(msgspec.Struct, frozen=True):
    """A layer that only one of the runs has, or that has other arguments; `before` or `after` may be None."""

    before: Layer | None
    after: Layer | None
    args: tuple[Change, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """All that differs; each part is empty where the runs agree."""

    graph: tuple[LayerChange, ...] = ()
    data: tuple[Change, ...] = ()
    training: tuple[Change, ...] = ()
    versions: tuple[Change, ...] = ()
    result: tuple[Change, ...] = ()


def compare(before: RunOverview, after: RunOverview) -> Comparison:
    """Holds one run against another."""
    one, other = before.record, after.record
    return Comparison(
        graph=compare_layers(layers_of(one.project), layers_of(other.project)),
        data=changes(_data(one), _data(other)),
        training=_training(one.project, other.project),
        versions=changes(one.versions, other.versions),
        result=changes(_result(before), _result(after)),
    )


def changes(before: Facts, after: Facts) -> tuple[Change, ...]:
    """The fields with different values, in the order of the first run and then of the second."""
    fields = dict.fromkeys((*before, *after))
    pairs = ((field, before.get(field), after.get(field)) for field in fields)
    return tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])


def layers_of(project: Project) -> tuple[Layer, ...]:
    """Input, the layers in the order in which they compute, and the loss."""
    graph = project.graph
    ends = {node.type: Layer(node.type, node.type, node.args) for node in graph.nodes.values()}
    inner = [
        Layer(name, node.type, node.args, can_learn(node.type) and graph.is_frozen(node.id))
        for node, name in flat_layers(graph, orders_of(graph))
    ]
    first, last = ([ends[kind]] if kind in ends else [] for kind in (INPUT, LOSS))
    return (*first, *inner, *last)


def compare_layers(before: Sequence[Layer], after: Sequence[Layer]) -> tuple[LayerChange, ...]:
    """The layers that came, went or have other arguments, in the order in which they compute.

    Layers are paired by what they do: first those that are equal, then in what lies between them those of
    the same type.
    """
    found: list[LayerChange] = []
    for tag, low, high, start, end in _steps(
        [_key(layer) for layer in before], [_key(layer) for layer in after]
    ):
        if tag != "equal":
            found += _by_type(before[low:high], after[start:end])
    return tuple(found)


def _by_type(before: Sequence[Layer], after: Sequence[Layer]) -> list[LayerChange]:
    """Two stretches without an equal layer."""
    found: list[LayerChange] = []
    for tag, low, high, start, end in _steps(
        [layer.type for layer in before], [layer.type for layer in after]
    ):
        if tag == "equal":
            pairs = map(_changed, before[low:high], after[start:end])
            found += (pair for pair in pairs if pair.args)
        else:
            found += (LayerChange(layer, None) for layer in before[low:high])
            found += (LayerChange(None, layer) for layer in after[start:end])
    return found


def _steps(before: list[Hashable], after: list[Hashable]) -> Iterator[tuple[str, int, int, int, int]]:
    """The way from one list to the other as difflib tells it; only the part between equal ends takes time."""
    head = sum(1 for _ in takewhile(_alike, zip(before, after, strict=False)))
    tails = zip(reversed(before[head:]), reversed(after[head:]), strict=False)
    tail = sum(1 for _ in takewhile(_alike, tails))
    one, other = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield "equal", 0, head, 0, head
    for tag, *places in SequenceMatcher(None, one, other, autojunk=len(one) > _LONG).get_opcodes():
        low, high, start, end = (place + head for place in places)
        yield tag, low, high, start, end
    if tail:
        yield "equal", len(before) - tail, len(before), len(after) - tail, len(after)


def _alike(pair: tuple[Hashable, Hashable]) -> bool:
    return pair[0] == pair[1]


def _changed(before: Layer, after: Layer) -> LayerChange:
    return LayerChange(before, after, changes(_resolved(before), _resolved(after)))


def _key(layer: Layer) -> Hashable:
    return layer.type, frozenset(_resolved(layer).items())


def _resolved(layer: Layer) -> dict[str, ArgValue]:
    """All arguments, those that were not set with their start, and whether the layer was frozen."""
    spec = spec_of(Node(NodeId(""), layer.type, layer.args))
    known = _with_starts(spec.args if spec else (), layer.args)
    return known | {"frozen": layer.frozen} if can_learn(layer.type) else known


def _with_starts(args: Sequence[ArgSpec], chosen: Mapping[str, ArgValue]) -> dict[str, ArgValue]:
    return {arg.name: arg.start for arg in args} | dict(chosen)


def _data(record: RunRecord) -> Facts:
    profile = record.data
    counts = {name: getattr(profile, name) for name in ("training", "validation", "test")}
    return {
        **_flat(msgspec.to_builtins(record.project.data)),
        **{f"{name} samples": count for name, count in counts.items()},
        "features": len(profile.features),
        "classes": len(profile.classes),
        "sha256": profile.sha256,
    }


def _training(before: Project, after: Project) -> tuple[Change, ...]:
    plain = changes(_plain_training(before), _plain_training(after))
    one, other = before.training, after.training
    if one.optimizer == other.optimizer:
        return (*plain, *changes(_optimizer_args(one), _optimizer_args(other)))
    set_somewhere = {f"optimizer.{name}" for name in (*one.optimizer_args, *other.optimizer_args)}
    args = changes(_optimizer_args(one), _optimizer_args(other))
    return (*plain, *(change for change in args if change.field in set_somewhere))


def _plain_training(project: Project) -> Facts:
    plain: dict[str, Any] = msgspec.to_builtins(project.training)
    del plain["optimizer_args"]
    scheduler = SCHEDULERS.get(project.training.lr_scheduler or "")
    chosen = plain.pop("lr_scheduler_args")
    args = _with_starts(scheduler.args, chosen) if scheduler else chosen
    return {
        **plain,
        **{f"lr_scheduler.{name}": value for name, value in args.items()},
        "initial weights": project.weights,
    }


def _optimizer_args(config: TrainingConfig) -> Facts:
    spec = OPTIMIZERS.get(config.optimizer)
    args = _with_starts(spec.args if spec else (), config.optimizer_args)
    return {f"optimizer.{name}": value for name, value in args.items()}


def _result(run: RunOverview) -> Facts:
    record = run.record
    facts: dict[str, Any] = {"status": record.status, "epochs": run.epochs, "steps": run.steps}
    if run.best is not None:
        loss, value = run.best.validation_loss, run.best.validation_metric
        facts["best epoch"] = run.best.epoch
        facts["best validation loss"] = _known(loss)
        facts[f"best validation {record.metric}"] = _known(value)
    for part, values in (("train", record.train), ("validation", record.validation)):
        facts |= {f"{part} {name}": value for name, value in values.items()}
    return {**facts, "weights_sha256": record.weights_sha256 or None}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _flat(plain: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested fields as one level with dotted names."""
    found: dict[str, Any] = {}
    for name, value in plain.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found
