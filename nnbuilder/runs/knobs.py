"""All that a sweep can vary of a project, declared like arguments: of layers, loss, training and data."""

import difflib
from collections.abc import Iterator
from typing import Any

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.data.spec import ToyData
from nnbuilder.graph.edits import SetArgs
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Node, NodeId
from nnbuilder.project import bounds
from nnbuilder.project.edits import SetData, SetTraining, Several
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import changed_faults

_OPTIMIZER = ArgSpec(
    name="optimizer",
    kind="choice",
    help="Which rule changes the weights.",
    default="Adam",
    choices=tuple(registry.OPTIMIZERS),
)
_SCHEDULER = ArgSpec(
    name="lr_scheduler",
    kind="choice",
    help="How the learning rate changes while the network is trained.",
    default=None,
    none=True,
    choices=tuple(registry.SCHEDULERS),
)
_STANDARDIZE = ArgSpec(
    name="standardize",
    kind="bool",
    help="Whether each feature is brought to mean 0 and deviation 1.",
    default=True,
)


class KnobError(NNBuilderError):
    """There is no such thing to vary, or it does not take this value; one sentence."""


class Knob(msgspec.Struct, frozen=True):
    """One thing that can be varied: `path` is how it is typed, `title` how people call it."""

    path: str
    title: str
    group: str
    spec: ArgSpec
    value: ArgValue


def knobs(project: Project) -> tuple[Knob, ...]:
    """All knobs of a project: training first, then the layers as drawn, then the data."""
    return (*_of_training(project), *_of_layers(project), *_of_data(project))


def find_knob(project: Project, path: str) -> Knob:
    """The knob of a path, of a name that only one knob has, or of a layer by its name."""
    known = knobs(project)
    wanted = _plain_path(project, path.strip())
    for knob in known:
        if knob.path == wanted:
            return knob
    named = [knob for knob in known if knob.spec.name == wanted]
    if len(named) == 1 or (named and named[0].group in {"Training", "Optimizer"}):
        return named[0]
    if named:
        places = " or ".join(knob.path for knob in named[:4])
        raise KnobError(f"{path} can mean several things: say {places}.")
    close = difflib.get_close_matches(wanted, [knob.path for knob in known], n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(k.path for k in known[:12])}, …"
    raise KnobError(f"There is no {path} that could be varied. {hint}")


def set_knob(project: Project, knob: Knob, value: ArgValue) -> Project:
    """The project with another value there; raises `KnobError` where it does not fit."""
    if (fault := knob.spec.fault(value)) is not None:
        raise KnobError(f"{knob.path}: {fault}")
    after = _changed(project, knob.path.split("."), value)
    for found in changed_faults(project, after):
        raise KnobError(f"{knob.path}: {found.message}")
    return after


def edit_between(before: Project, after: Project, title: str) -> Several:
    """The edit that brings all that knobs can change from one project to the other, as one undo step."""
    edits: list[SetArgs | SetTraining | SetData] = []
    for key, node in after.graph.nodes.items():
        if node.args != before.graph.nodes[key].args:
            edits.append(SetArgs(key, node.args))
    if after.training != before.training:
        edits.append(SetTraining(after.training))
    if after.data != before.data:
        edits.append(SetData(after.data))
    return Several(title, tuple(edits))


def _changed(project: Project, keys: list[str], value: Any) -> Project:
    replace = msgspec.structs.replace
    data = project.data
    match keys:
        case ["training", *rest]:
            return replace(project, training=_trained(project.training, rest, value))
        case ["data", "split", name]:
            return replace(project, data=replace(data, split=replace(data.split, **{name: value})))
        case ["data", "source", name]:
            return replace(project, data=replace(data, source=replace(data.source, **{name: value})))
        case ["data", name]:
            return replace(project, data=replace(data, **{name: value}))
    node = project.graph.nodes[NodeId(keys[0])]
    args = {**_kept_by_loss(node, keys[1], value), keys[1]: value}
    nodes = {**project.graph.nodes, node.id: replace(node, args=args)}
    return replace(project, graph=replace(project.graph, nodes=nodes))


def _trained(training: TrainingConfig, keys: list[str], value: Any) -> TrainingConfig:
    """The training with another value; arguments stay with an optimizer or schedule that takes them."""
    replace = msgspec.structs.replace
    match keys:
        case ["optimizer"]:
            return replace(training, optimizer=value, optimizer_args=_kept(training, value))
        case ["lr_scheduler"] if value != training.lr_scheduler:
            return replace(training, lr_scheduler=value, lr_scheduler_args={}, lr_scheduler_every=None)
        case ["optimizer", name]:
            return replace(training, optimizer_args={**training.optimizer_args, name: value})
        case ["lr_scheduler", name]:
            return replace(training, lr_scheduler_args={**training.lr_scheduler_args, name: value})
    return replace(training, **{keys[0]: value})


def _kept_by_loss(node: Node, name: str, value: ArgValue) -> dict[str, ArgValue]:
    """What stays of a node's arguments: another loss keeps those that fit it as well."""
    spec = registry.LOSSES.get(str(value)) if (node.type, name) == (LOSS, "loss") else None
    if spec is None:
        return dict(node.args)
    taken = {arg.name: arg for arg in spec.args}
    return {key: old for key, old in node.args.items() if key in taken and taken[key].fault(old) is None}


def _kept(training: TrainingConfig, optimizer: str) -> dict[str, ArgValue]:
    """The explicit arguments that another optimizer takes as well."""
    taken = {arg.name: arg for arg in registry.OPTIMIZERS[optimizer].args}
    given = training.optimizer_args
    return {
        name: value for name, value in given.items() if name in taken and taken[name].fault(value) is None
    }


def _of_training(project: Project) -> Iterator[Knob]:
    training = project.training
    yield Knob("training.optimizer", "optimizer", "Optimizer", _OPTIMIZER, training.optimizer)
    optimizer = registry.OPTIMIZERS.get(training.optimizer)
    for spec in optimizer.args if optimizer else ():
        value = training.optimizer_args.get(spec.name, spec.start)
        yield Knob(f"training.optimizer.{spec.name}", spec.name, "Optimizer", spec, value)
    yield Knob("training.lr_scheduler", "lr_scheduler", "Schedule", _SCHEDULER, training.lr_scheduler)
    scheduler = registry.SCHEDULERS.get(training.lr_scheduler or "")
    for spec in scheduler.args if scheduler else ():
        value = training.lr_scheduler_args.get(spec.name, spec.start)
        yield Knob(f"training.lr_scheduler.{spec.name}", f"schedule {spec.name}", "Schedule", spec, value)
    for spec in bounds.TRAINING:
        if spec.name != "threads":
            yield Knob(f"training.{spec.name}", spec.name, "Training", spec, getattr(training, spec.name))


def _of_layers(project: Project) -> Iterator[Knob]:
    for node in project.graph.nodes.values():
        spec = registry.spec_of(node) if node.type not in {INPUT, GROUP} else None
        for arg in spec.args if spec else ():
            value = node.args.get(arg.name, arg.start)
            yield Knob(f"{node.id}.{arg.name}", f"{_called(node)} {arg.name}", _called(node), arg, value)


def _of_data(project: Project) -> Iterator[Knob]:
    data = project.data
    yield Knob("data.standardize", "standardize", "Data", _STANDARDIZE, data.standardize)
    for spec in bounds.SPLIT:
        value = getattr(data.split, spec.name)
        yield Knob(f"data.split.{spec.name}", f"{spec.name} share", "Data", spec, value)
    if isinstance(data.source, ToyData):
        for spec in bounds.TOY:
            value = getattr(data.source, spec.name)
            yield Knob(f"data.source.{spec.name}", f"data {spec.name}", "Data", spec, value)


def _called(node: Node) -> str:
    return node.name or f"{node.id} {node.type}"


def _plain_path(project: Project, path: str) -> str:
    """The path as knobs have it: `graph.nodes.n2.args.bias` and `head.bias` are both `n2.bias`."""
    keys = path.split(".")
    if keys[:2] == ["graph", "nodes"] and len(keys) == 5 and keys[3] == "args":
        return f"{keys[2]}.{keys[4]}"
    if keys[:2] == ["training", "optimizer_args"]:
        return ".".join(["training", "optimizer", *keys[2:]])
    if len(keys) == 2:
        named = [node.id for node in project.graph.nodes.values() if node.name == keys[0]]
        if len(named) == 1:
            return f"{named[0]}.{keys[1]}"
    return path
