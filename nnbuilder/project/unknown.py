"""What a project holds that this version does not know: kept on save, and told as problems."""

from collections.abc import Iterator, Mapping
from typing import Any

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS, spec_of
from nnbuilder.graph.graph import LOSS, Node
from nnbuilder.graph.plain import within
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig

_OBJECTS = ("graph", "data", "data.source", "data.split", "training", "training.optimizer_args")
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
        yield Problem("error", "unknown-layer", why, node=node.id, path=within(place, "type"))
    for key in node.extra:
        if key != "args":
            yield _unknown_key(within(place, key), key, node)
    loss = node.args.get("loss") if node.type == LOSS else None
    if isinstance(loss, str) and loss not in LOSSES:
        why = f"This version does not know the loss {loss}; it is kept as it is in the file."
        path = within(within(place, "args"), "loss")
        yield Problem("error", "unknown-loss", why, node=node.id, arg="loss", path=path)
    elif spec is not None and (node.args or node.extra):
        declared = {arg.name for arg in spec.args}
        for name in (*node.args, *_mapping(node.extra.get("args"))):
            if name not in declared:
                why = f"{node.type} has no argument {name}; it is kept in the file and does nothing."
                path = within(within(place, "args"), name)
                yield Problem("warning", "unknown-argument", why, node=node.id, arg=name, path=path)


def _in_training(training: TrainingConfig) -> Iterator[Problem]:
    spec = OPTIMIZERS.get(training.optimizer)
    if spec is None:
        why = f"This version does not know the optimizer {training.optimizer}; choose another one."
        yield Problem("error", "unknown-optimizer", why, path="training.optimizer")
        return
    declared = {arg.name for arg in spec.args}
    for name in training.optimizer_args:
        if name not in declared:
            why = f"{training.optimizer} has no argument {name}; it is kept in the file and does nothing."
            path = within("training.optimizer_args", name)
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
