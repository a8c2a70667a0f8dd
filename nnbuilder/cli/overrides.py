"""`--set PATH=VALUE`: other values for fields of a project, checked by their declarations."""

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.catalog.parse import parse_arg
from nnbuilder.catalog.spec import ArgError, ArgSpec
from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.data.spec import ArraysData, BuiltinData, CsvData, ToyData
from nnbuilder.graph.graph import ArgValue, Node, NodeId
from nnbuilder.project import bounds
from nnbuilder.project.file import ProjectFileError, dump_project, parse_project
from nnbuilder.project.project import Project

Plain = dict[str, Any]

_SOURCES = {
    "builtin": BuiltinData.__struct_fields__,
    "toy": ToyData.__struct_fields__,
    "csv": CsvData.__struct_fields__,
    "arrays": ArraysData.__struct_fields__,
}
"""What can be set of each kind of data."""

_ARGS = {"optimizer": "optimizer_args", "lr_scheduler": "lr_scheduler_args"}
"""What holds the arguments of that which a field of the training names."""

_LEFT_OUT = ["data", "source", "left_out"]

_SHORT = {
    **{spec.name: f"training.{spec.name}" for spec in bounds.TRAINING},
    **{name: f"training.{name}" for name in ("device", "optimizer", "lr_scheduler", "lr_scheduler_every")},
    **{spec.name: f"data.split.{spec.name}" for spec in bounds.SPLIT},
    "lr": "training.optimizer.lr",
}
"""Where fields are that people name, and may name, without their place."""


class Setting(msgspec.Struct, frozen=True):
    """One field's new value as typed; `label` is the option that it was typed with."""

    path: str
    text: str
    label: str


def read_setting(text: str) -> Setting:
    """The parts of `PATH=VALUE`."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise stop(Exit.USAGE, "usage", f"--set takes PATH=VALUE like training.epochs=20, not {text!r}.")
    return Setting(path.strip(), value.strip(), f"--set {path.strip()}")


def override(project: Project, settings: Iterable[Setting]) -> Project:
    """The project with these values; raises `CommandError` where a field or its value makes no sense."""
    plain: Plain = json.loads(dump_project(project))
    plain["training"] = {**msgspec.to_builtins(project.training), **plain["training"]}
    plain["data"].setdefault("reconstruct", project.data.reconstruct)
    if isinstance(project.data.source, CsvData):
        plain["data"]["source"].setdefault("left_out", list(project.data.source.left_out))
    for setting in settings:
        _set(plain, setting)
    try:
        return parse_project(json.dumps(plain)).project
    except ProjectFileError as error:
        raise CommandError(Exit.USAGE, error.problems) from error


def _set(plain: Plain, setting: Setting) -> None:
    keys = _keys(plain, setting.path)
    holder, known = _holder(plain, keys, setting)
    name, spec = keys[-1], _spec(plain, keys)
    if spec is None and name not in known:
        raise _unknown(setting, ".".join(keys[:-1]), name, known)
    if keys == _LEFT_OUT:
        holder[name] = _names_in(setting.text)
        return
    if spec is None and isinstance(holder.get(name), dict | list):
        inside = ", ".join(holder[name]) if isinstance(holder[name], dict) else "a list"
        raise stop(Exit.USAGE, "usage", f"{setting.label} holds several values ({inside}): name one of them.")
    before = holder.get(name)
    holder[name] = _value(spec, setting)
    if keys == ["training", "lr_scheduler"] and holder[name] != before:
        holder |= {"lr_scheduler_args": {}, "lr_scheduler_every": None}
    _check_name(_names(keys), setting)
    if keys == ["data", "source", "kind"] and holder[name] != before:
        plain["data"]["source"] = {"kind": holder[name]}


def _keys(plain: Plain, path: str) -> list[str]:
    """The keys of a path; `training.optimizer.lr` is what the file calls `training.optimizer_args.lr`.

    As a sweep does, it takes `lr` and `n2.out_features` for what they can only be.
    """
    keys = _SHORT.get(path, path).split(".")
    if len(keys) == 2 and keys[0] in plain["graph"]["nodes"]:
        return ["graph", "nodes", keys[0], "args", keys[1]]
    if keys[0] == "training" and len(keys) > 2 and keys[1] in _ARGS:
        return ["training", _ARGS[keys[1]], *keys[2:]]
    return keys


def _holder(plain: Plain, keys: list[str], setting: Setting) -> tuple[Plain, list[str]]:
    """The object that holds the last key, and which keys may be set in it."""
    holder = plain
    for depth, key in enumerate(keys[:-1]):
        if depth == 3 and key == "args" and keys[:2] == ["graph", "nodes"]:
            holder.setdefault("args", {})
        below = holder.get(key)
        if not isinstance(below, dict):
            raise _unknown(setting, ".".join(keys[:depth]), key, list(holder))
        holder = below
    declared = [spec.name for spec in _declared(plain, keys)]
    fields = list(holder)
    if len(keys) == 4 and keys[:2] == ["graph", "nodes"]:
        fields = ["type", "name", "x", "y"]
    elif keys[:-1] == ["data", "source"]:
        fields = ["kind", *_SOURCES.get(str(holder.get("kind")), ())]
    return holder, declared or [key for key in fields if key != "nnbuilder"]


def _declared(plain: Plain, keys: list[str]) -> tuple[ArgSpec, ...]:
    """The declarations beside the one that a path names; none where nothing is declared."""
    match keys[:-1]:
        case ["graph", "nodes", key, "args"]:
            spec = registry.spec_of(_node(key, plain["graph"]["nodes"][key]))
            return () if spec is None else spec.args
        case ["training", "optimizer_args"]:
            optimizer = registry.OPTIMIZERS.get(str(plain["training"]["optimizer"]))
            return () if optimizer is None else optimizer.args
        case ["training", "lr_scheduler_args"]:
            scheduler = registry.SCHEDULERS.get(str(plain["training"]["lr_scheduler"]))
            return () if scheduler is None else scheduler.args
    return ()


def _spec(plain: Plain, keys: list[str]) -> ArgSpec | None:
    """How the value of a path is declared, or None."""
    specs = {
        ("training",): bounds.TRAINING,
        ("data", "split"): bounds.SPLIT,
        ("data", "source"): bounds.TOY if plain["data"]["source"].get("kind") == "toy" else (),
    }.get(tuple(keys[:-1])) or _declared(plain, keys)
    return next((spec for spec in specs if spec.name == keys[-1]), None)


def _node(key: str, plain: Mapping[str, Any]) -> Node:
    args: dict[str, ArgValue] = plain.get("args", {})
    return Node(NodeId(key), str(plain.get("type", "")), args)


def _names(keys: list[str]) -> tuple[str, ...]:
    """The names that a field without a declaration may take; none where it is free."""
    match keys:
        case ["training", "optimizer"]:
            return tuple(registry.OPTIMIZERS)
        case ["training", "lr_scheduler"]:
            return (*registry.SCHEDULERS, "null")
        case ["training", "lr_scheduler_every"]:
            return ("epoch", "step", "null")
        case ["graph", "nodes", _, "type"]:
            return tuple(registry.LAYERS)
    return ()


def _check_name(names: tuple[str, ...], setting: Setting) -> None:
    """Raises `CommandError` where a name is none of these; without names all are good."""
    if not names or setting.text in names:
        return
    close = difflib.get_close_matches(setting.text.lower(), [name.lower() for name in names], n=1)
    guess = next((name for name in names if [name.lower()] == close), "")
    hint = f"Did you mean {guess}?" if guess else f"There are {', '.join(names)}."
    text = f"{setting.label}: there is no {setting.text!r}. {hint}"
    raise stop(Exit.USAGE, "unknown-name", text, setting.path)


def _value(spec: ArgSpec | None, setting: Setting) -> Any:
    """The value that a text stands for, as JSON's."""
    if spec is not None:
        try:
            return msgspec.to_builtins(parse_arg(spec, setting.text))
        except ArgError as error:
            raise stop(Exit.USAGE, "usage", f"{setting.label}: {error}", setting.path) from error
    try:
        return json.loads(setting.text)
    except ValueError:
        return setting.text


def _names_in(text: str) -> list[str]:
    """Names with commas between them, or a list as JSON where a name itself has a comma."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return found
    return [name.strip() for name in text.split(",") if name.strip()]


def _unknown(setting: Setting, place: str, name: str, known: list[str]) -> CommandError:
    close = difflib.get_close_matches(name, known if place else [*known, *_SHORT], n=1)
    guess = _SHORT.get(name, close[0] if close else "")
    hint = f"Did you mean {guess}?" if guess else f"There are {', '.join(known[:20]) or 'none'}."
    return stop(
        Exit.USAGE,
        "unknown-field",
        f"{setting.label}: there is no {name} in {place or 'the project'}. {hint}",
        setting.path,
    )
