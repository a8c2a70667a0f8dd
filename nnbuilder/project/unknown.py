"""What a project holds that this version does not know: kept on save, and told as problems."""

import difflib
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from nnbuilder.catalog.optimizers import EXCLUDED_OPTIMIZERS
from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, SCHEDULERS, new_node, spec_of
from nnbuilder.catalog.schedulers import EXCLUDED_SCHEDULERS
from nnbuilder.graph.edits import ResetArg, SetArg, SetType
from nnbuilder.graph.graph import LOSS, Node
from nnbuilder.graph.plain import within
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig

_OBJECTS = (
    "graph",
    "data",
    "data.source",
    "data.split",
    "training",
    "training.optimizer_args",
    "training.lr_scheduler_args",
)
"""Places that this version knows as objects; unknown keys may lie deeper in them."""


def unknown_problems(project: Project) -> tuple[Problem, ...]:
    """One problem for each layer, argument, loss, optimizer and key that this version does not know."""
    return tuple(_all(project))


def _all(project: Project) -> Iterator[Problem]:
    for node in project.graph.nodes.values():
        yield from unknown_in_node(node)
    for note in project.graph.notes.values():
        place = within("graph.notes", note.id)
        yield from (_unknown_key(within(place, key), key) for key in note.extra)
    yield from _in_training(project.training)
    yield from _keys(project.extra, "")


def unknown_in_node(node: Node) -> Iterator[Problem]:
    """What is unknown about one node."""
    place = within("graph.nodes", node.id)
    spec = spec_of(node)
    if spec is None:
        why = f"This version does not know the layer {node.type}; it is kept as it is in the file."
        fixes = tuple(_meant(node))
        yield Problem("error", "unknown-layer", why, node=node.id, path=within(place, "type"), fixes=fixes)
    for key in node.extra:
        if key != "args":
            yield _unknown_key(within(place, key), key, node)
    loss = node.args.get("loss") if node.type == LOSS else None
    if isinstance(loss, str) and loss not in LOSSES:
        why = f"This version does not know the loss {loss}; it is kept as it is in the file."
        path = within(within(place, "args"), "loss")
        near = difflib.get_close_matches(loss, LOSSES, n=1)
        fixes = tuple(Fix(f"Use {name}", (SetArg(node.id, "loss", name),)) for name in near)
        yield Problem("error", "unknown-loss", why, node=node.id, arg="loss", path=path, fixes=fixes)
    elif spec is not None and (node.args or node.extra):
        declared = {arg.name for arg in spec.args}
        for name in (*node.args, *_mapping(node.extra.get("args"))):
            if name not in declared:
                why = f"{node.type} has no argument {name}; it is kept in the file and does nothing."
                path = within(within(place, "args"), name)
                fixes = (Fix(f"Remove {name}", (ResetArg(node.id, name),)),) if name in node.args else ()
                yield Problem(
                    "warning", "unknown-argument", why, node=node.id, arg=name, path=path, fixes=fixes
                )


def _meant(node: Node) -> Iterator[Fix]:
    """The layer with the most similar name, with the arguments that it takes as well."""
    name = node.type.removeprefix("Lazy").casefold()
    names = {known.casefold(): known for known in LAYERS}
    for near in difflib.get_close_matches(name, names, n=1, cutoff=0.75):
        spec = LAYERS[names[near]]
        args = {
            key: value for key, value in node.args.items() if (arg := spec.arg(key)) and not arg.fault(value)
        }
        yield Fix(
            f"Use {spec.name}", (SetType(node.id, spec.name, {**new_node(spec.name, node.id).args, **args}),)
        )


def _in_training(training: TrainingConfig) -> Iterator[Problem]:
    yield from _in_optimizer(training)
    if training.lr_scheduler is not None:
        yield from _in_scheduler(training, training.lr_scheduler)


def _in_scheduler(training: TrainingConfig, name: str) -> Iterator[Problem]:
    spec = SCHEDULERS.get(name)
    if spec is None:
        why = f"This version does not know the scheduler {name}; choose another one."
        if name in EXCLUDED_SCHEDULERS:
            why = f"{name} {EXCLUDED_SCHEDULERS[name]}; choose another one."
        yield Problem("error", "unknown-scheduler", why, path="training.lr_scheduler")
        return
    yield from _unused(name, {arg.name for arg in spec.args}, training.lr_scheduler_args, "lr_scheduler_args")


def _in_optimizer(training: TrainingConfig) -> Iterator[Problem]:
    spec = OPTIMIZERS.get(training.optimizer)
    if spec is None:
        why = f"This version does not know the optimizer {training.optimizer}; choose another one."
        if training.optimizer in EXCLUDED_OPTIMIZERS:
            why = f"{training.optimizer} {EXCLUDED_OPTIMIZERS[training.optimizer]}; choose another one."
        yield Problem("error", "unknown-optimizer", why, path="training.optimizer")
        return
    declared = {arg.name for arg in spec.args}
    yield from _unused(training.optimizer, declared, training.optimizer_args, "optimizer_args")


def _unused(owner: str, declared: Container[str], args: Iterable[str], field: str) -> Iterator[Problem]:
    for name in args:
        if name not in declared:
            why = f"{owner} has no argument {name}; it is kept in the file and does nothing."
            path = within(f"training.{field}", name)
            yield Problem("warning", "unknown-argument", why, arg=name, path=path)


def _keys(extra: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for key, value in extra.items():
        place = within(path, key)
        if place in _OBJECTS and isinstance(value, dict):
            yield from _keys(value, place)
        else:
            yield _unknown_key(place, key)


def _unknown_key(path: str, key: str, node: Node | None = None) -> Problem:
    why = f"This version does not know the key {key}; it is kept in the file."
    return Problem("note", "unknown-key", why, node=None if node is None else node.id, path=path)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
