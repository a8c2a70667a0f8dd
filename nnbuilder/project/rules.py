"""Which values a project may hold: by them a file or an edit is refused, and a drawing gets its problems.

The rules are about single values. Whether the drawing makes a network is for `project.check`.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS, SCHEDULERS, spec_of
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.data.spec import ArraysData, CsvData, DataSpec, FileData, ToyData
from nnbuilder.graph import limits
from nnbuilder.graph.codec import NODE_ID
from nnbuilder.graph.graph import LOSS, NOTE_COLORS, ArgValue, Graph, Node, Note
from nnbuilder.graph.plain import Fault, Faults, is_scalar, shown, within
from nnbuilder.graph.structure import edge_faults, home_faults, parent_faults, structure_faults
from nnbuilder.project import bounds
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.strict_json import faults_of_text

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z][a-z0-9-]{0,63}")
_DEVICE = re.compile(r"[a-z]{1,16}(:[0-9]{1,3})?")


def project_faults(project: Project) -> list[Fault]:
    """Every value of the project that must not be."""
    faults = Faults()
    for fault in _all(project):
        faults.add(fault)
    return faults.all()


def node_faults(node: Node) -> Iterator[Fault]:
    """What is wrong with one node by itself."""
    place = within("graph.nodes", node.id)
    if not NODE_ID.fullmatch(node.id):
        why = f"{shown(node.id)} is no id of a node: letters, digits, - and _, at most 64."
        yield Fault(place, why, node=node.id)
    if not node.type:
        yield Fault(within(place, "type"), "The type of the node is empty.", node=node.id)
    if "." in node.name:
        why = f"A layer's name cannot hold a dot, which separates nested names: {shown(node.name)}."
        yield Fault(within(place, "name"), why, node=node.id)
    yield from _text(within(place, "type"), node.type)
    yield from _text(within(place, "name"), node.name)
    for name, number in (("x", node.x), ("y", node.y)):
        if not abs(number) <= limits.COORDINATE:
            why = f"{name} takes a number within {limits.COORDINATE:g} of 0, not {number:g}."
            yield Fault(within(place, name), why, node=node.id)
    yield from arg_faults(node)


def arg_faults(node: Node) -> Iterator[Fault]:
    """Arguments that are no JSON or that the layer does not take; unknown arguments are let pass."""
    deeper = node.extra.get("args")
    if not node.args and not deeper:
        return
    place = within(within("graph.nodes", node.id), "args")
    spec = spec_of(node)
    declared = {} if spec is None else {arg.name: arg for arg in spec.args}
    for name, value in node.args.items():
        arg = None if _unknown_loss(node, name, value) else declared.get(name)
        if (why := _arg_fault(arg, value)) is not None:
            yield Fault(within(place, name), why, "bad-argument", node.id, name)
    for name, value in deeper.items() if isinstance(deeper, dict) else ():
        if (arg := declared.get(name)) is not None:
            why = f"{name} takes {arg.expects()}, not {shown(value)}."
            yield Fault(within(place, name), why, "bad-argument", node.id, name)


def training_faults(training: TrainingConfig) -> Iterator[Fault]:
    """What is wrong with the training configuration; an unknown optimizer or scheduler is let pass."""
    yield from _bounded(training, bounds.TRAINING, "training")
    if not _DEVICE.fullmatch(training.device):
        device = shown(training.device)
        yield Fault("training.device", f"device takes a name like cpu or cuda:0, not {device}.")
    yield from _text("training.optimizer", training.optimizer)
    optimizer = OPTIMIZERS.get(training.optimizer)
    declared = {arg.name: arg for arg in optimizer.args} if optimizer else {}
    for name, value in training.optimizer_args.items():
        if (why := _arg_fault(declared.get(name), value)) is not None:
            yield Fault(within("training.optimizer_args", name), why, "bad-argument", arg=name)
    if training.lr_scheduler is not None:
        yield from _scheduler_faults(training, training.lr_scheduler)


def _scheduler_faults(training: TrainingConfig, name: str) -> Iterator[Fault]:
    yield from _text("training.lr_scheduler", name)
    spec = SCHEDULERS.get(name)
    if spec is not None and spec.watches and training.lr_scheduler_every == "step":
        why = f"{name} looks at the validation loss, so it can count epochs only."
        yield Fault("training.lr_scheduler_every", why)
    declared = {arg.name: arg for arg in spec.args} if spec else {}
    for arg, value in training.lr_scheduler_args.items():
        if (why_not := _arg_fault(declared.get(arg), value)) is not None:
            yield Fault(within("training.lr_scheduler_args", arg), why_not, "bad-argument", arg=arg)


def data_faults(data: DataSpec) -> Iterator[Fault]:
    """What is wrong with the choice of data."""
    yield from _bounded(data.split, bounds.SPLIT, "data.split")
    if data.split.validation + data.split.test >= 1:
        why = "validation and test leave no rows for training: together they take less than 1."
        yield Fault("data.split.test", why)
    if isinstance(data.source, ToyData):
        yield from _bounded(data.source, bounds.TOY, "data.source")
    if isinstance(data.source, FileData) and "\0" in data.source.path:
        yield Fault("data.source.path", "The path holds a character that no path can hold.")
    if isinstance(data.source, CsvData):
        yield from _text("data.source.path", data.source.path)
        yield from _text("data.source.target", data.source.target)
        yield from _left_out_faults(data.source.left_out)
    if isinstance(data.source, ArraysData):
        for field in ("path", "x", "y"):
            yield from _text(f"data.source.{field}", getattr(data.source, field))


def _left_out_faults(names: tuple[str, ...]) -> Iterator[Fault]:
    place = "data.source.left_out"
    if len(names) > limits.LEFT_OUT:
        yield Fault(place, f"A project leaves out at most {limits.LEFT_OUT} columns.", "too-large")
    for index, name in enumerate(names[: limits.LEFT_OUT]):
        yield from _text(within(place, index), name)


def changed_faults(before: Project, after: Project) -> Iterator[Fault]:
    """Faults of those values only that differ by identity."""
    if after.graph is not before.graph:
        yield from _changed_graph_faults(before.graph, after.graph)
    if after.training is not before.training:
        yield from training_faults(after.training)
    if after.data is not before.data:
        yield from data_faults(after.data)
    if any(getattr(after, own) is not getattr(before, own) for own in ("weights", "source", "silenced")):
        yield from _own_faults(after)


def _all(project: Project) -> Iterator[Fault]:
    yield from _size_faults(project.graph)
    for node in project.graph.nodes.values():
        yield from node_faults(node)
    for note in project.graph.notes.values():
        yield from note_faults(note)
    yield from structure_faults(project.graph)
    yield from data_faults(project.data)
    yield from training_faults(project.training)
    yield from _own_faults(project)


def _changed_graph_faults(before: Graph, after: Graph) -> Iterator[Fault]:
    nodes = [node for key, node in after.nodes.items() if before.nodes.get(key) is not node]
    notes = [note for key, note in after.notes.items() if before.notes.get(key) is not note]
    yield from _size_faults(after)
    for node in nodes:
        yield from node_faults(node)
    for note in notes:
        yield from note_faults(note)
    yield from parent_faults(after, nodes)
    yield from home_faults(after, notes)
    if after.edges is not before.edges:
        yield from edge_faults(after)


def _size_faults(graph: Graph) -> Iterator[Fault]:
    if len(graph.nodes) > limits.NODES:
        why = f"A drawing holds at most {limits.NODES} nodes, not {len(graph.nodes)}."
        yield Fault("graph.nodes", why, "too-large")
    if len(graph.edges) > limits.EDGES:
        why = f"A drawing holds at most {limits.EDGES} edges, not {len(graph.edges)}."
        yield Fault("graph.edges", why, "too-large")
    if len(graph.notes) > limits.NOTES:
        why = f"A drawing holds at most {limits.NOTES} notes, not {len(graph.notes)}."
        yield Fault("graph.notes", why, "too-large")


def note_faults(note: Note) -> Iterator[Fault]:
    """What is wrong with one note by itself."""
    place = within("graph.notes", note.id)
    if not NODE_ID.fullmatch(note.id):
        yield Fault(place, f"{shown(note.id)} is no id of a note: letters, digits, - and _, at most 64.")
    yield from _text(within(place, "text"), note.text)
    if note.color not in NOTE_COLORS:
        why = f"color takes one of {', '.join(NOTE_COLORS)}, not {shown(note.color)}."
        yield Fault(within(place, "color"), why)
    for name, lowest in (("x", -limits.COORDINATE), ("y", -limits.COORDINATE), ("width", 1), ("height", 1)):
        if not lowest <= (number := getattr(note, name)) <= limits.COORDINATE:
            why = f"{name} takes a number from {lowest:g} to {limits.COORDINATE:g}, not {number:g}."
            yield Fault(within(place, name), why)


def _own_faults(project: Project) -> Iterator[Fault]:
    if project.weights is not None and not _SHA256.fullmatch(project.weights):
        why = f"weights takes null or 64 hexadecimal digits, not {shown(project.weights)}."
        yield Fault("weights", why)
    if project.source is not None:
        yield from _text("source", project.source)
    if len(project.silenced) > limits.SILENCED:
        yield Fault("silenced", f"A project silences at most {limits.SILENCED} kinds of advice.", "too-large")
    for index, code in enumerate(project.silenced):
        if not _CODE.fullmatch(code):
            why = f"A code is small letters, digits and -, at most 64, not {shown(code)}."
            yield Fault(within("silenced", str(index)), why)


def _bounded(value: msgspec.Struct, specs: tuple[ArgSpec, ...], path: str) -> Iterator[Fault]:
    for spec in specs:
        if (why := spec.fault(getattr(value, spec.name))) is not None:
            yield Fault(within(path, spec.name), why)


def _text(path: str, text: str) -> list[Fault]:
    if len(text) < 64 and text.isascii():
        return []
    faults = Faults()
    faults_of_text(faults, path, text)
    return faults.all()


def _unknown_loss(node: Node, name: str, value: ArgValue) -> bool:
    """Whether this names a loss of another version: kept, as an unknown layer is."""
    return node.type == LOSS and name == "loss" and isinstance(value, str) and value not in LOSSES


def _arg_fault(arg: ArgSpec | None, value: ArgValue) -> str | None:
    """Why an argument cannot have this value; anything of JSON may stand where nothing is declared."""
    why = _value_fault(value)
    return arg.fault(value) if why is None and arg is not None else why


def _value_fault(value: Any) -> str | None:
    """Why a value cannot be an argument at all."""
    if isinstance(value, tuple):
        return next((why for one in value if (why := _scalar_fault(one)) is not None), None)
    return _scalar_fault(value)


def _scalar_fault(value: Any) -> str | None:
    if not is_scalar(value):
        return f"An argument takes numbers, words, true, false or null, not {shown(value)}."
    if isinstance(value, float) and not math.isfinite(value):
        return f"An argument takes finite numbers, not {value}."
    if isinstance(value, int) and abs(value) > limits.INTEGER:
        return f"An argument takes whole numbers up to {limits.INTEGER}, not {shown(value)}."
    faults = _text("The text", value) if isinstance(value, str) else []
    return faults[0].message if faults else None
