"""Projects as readable text, and back without trust: the words of the `.nnb` file."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.codec import GRAPH_KEYS, graph_to_plain, read_graph
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.plain import Fault, Faults, merged, read_mapping
from nnbuilder.project.fields import read_struct
from nnbuilder.project.migrations import FORMAT, migrate
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import project_faults
from nnbuilder.project.strict_json import decode_text, parse_json
from nnbuilder.project.unknown import unknown_problems

VERSION = "nnbuilder"
"""The key that says that a file is a project, and of which format."""

_KEYS = (VERSION, "graph", "data", "training", "weights", "source", "silenced")
_TRAINING = ("optimizer", "optimizer_args", "batch_size", "epochs", "seed", "threads", "device")
"""What every project says of its training."""

_OPEN_LEVELS = {"graph": 3}
"""How deep a value is spread over lines, below the top; 2 where nothing else is said."""


class ProjectFileError(NNBuilderError):
    """A file that is no project for this version; `problems` names everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        first = problems[0]
        place = f"{first.path}: " if first.path and first.path not in first.message else ""
        super().__init__(f"{place}{first.message}{more}")


class Loaded(msgspec.Struct, frozen=True):
    """A project from a file, what this version did not know in it, and the SHA-256 of the file's bytes."""

    project: Project
    problems: tuple[Problem, ...] = ()
    sha256: str = ""


def dump_project(project: Project) -> str:
    """The text of a project: one line for each node, stable order, a newline at the end."""
    plain = {
        VERSION: FORMAT,
        "graph": graph_to_plain(project.graph),
        "data": _data(project.data),
        "training": _training(project.training),
        "weights": project.weights,
        "source": project.source,
    }
    if project.silenced:
        plain["silenced"] = list(project.silenced)
    lines = [
        f"  {_json(key)}: {_spread(value, _OPEN_LEVELS.get(key, 2), '  ')}"
        for key, value in merged(plain, dict(project.extra)).items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _data(data: DataSpec) -> dict[str, Any]:
    """The data's fields; those that few projects need stand in their files alone."""
    plain: dict[str, Any] = msgspec.to_builtins(data)
    if not plain["source"].get("left_out", True):
        del plain["source"]["left_out"]
    if not data.reconstruct:
        del plain["reconstruct"]
    return plain


def _training(training: TrainingConfig) -> dict[str, Any]:
    """The fields of the training; those that few projects need stand in their files alone."""
    plain: dict[str, Any] = msgspec.to_builtins(training)
    usual: dict[str, Any] = msgspec.to_builtins(TrainingConfig())
    return {key: value for key, value in plain.items() if key in _TRAINING or value != usual[key]}


def parse_project(text: str | bytes) -> Loaded:
    """The project of a text; raises `ProjectFileError` with everything that is wrong."""
    faults = Faults()
    decoded = decode_text(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    if isinstance(decoded, Fault):
        faults.add(decoded)
    plain = parse_json(faults, decoded) if isinstance(decoded, str) else None
    if isinstance(decoded, Fault) or (plain is None and faults.all()):
        raise refused(faults.all())
    project = _read(faults, _current(faults, plain))
    for fault in project_faults(project):
        faults.add(fault)
    if found := faults.all():
        raise refused(found)
    return Loaded(project, unknown_problems(project))


def refused(faults: Iterable[Fault]) -> ProjectFileError:
    """The error that names these faults."""
    return ProjectFileError(
        tuple(
            Problem(
                "error",
                f"file-{fault.code}",
                fault.message,
                path=fault.path,
                node=fault.node,
                arg=fault.arg,
                line=fault.line,
            )
            for fault in faults
        )
    )


def _current(faults: Faults, plain: Any) -> dict[str, Any]:
    """The values in today's format; raises where they are of no format that we know."""
    found = read_mapping(faults, plain, "The file")
    version = found.get(VERSION)
    if not isinstance(plain, dict) or VERSION not in found:
        message = f'The file is no NNBuilder project: it has no key "{VERSION}" at its top.'
        raise refused([Fault(VERSION, message, "no-project")])
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        message = f"The file is from a newer NNBuilder: its format is {version}, the newest read is {FORMAT}."
        raise refused([Fault(VERSION, message, "newer")])
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        faults.expected(VERSION, f"a whole number from 1 to {FORMAT}", version)
        raise refused(faults.all())
    return migrate(found)


def _read(faults: Faults, plain: dict[str, Any]) -> Project:
    extra = {key: value for key, value in plain.items() if key not in _KEYS}
    if "graph" not in plain:
        faults.missing("graph")
    graph = plain.get("graph", {"nodes": {}, "edges": []})
    if isinstance(graph, dict):
        beside = {key: value for key, value in graph.items() if key not in GRAPH_KEYS}
        extra |= {"graph": beside} if beside else {}
    data, beside = read_struct(faults, DataSpec, plain.get("data", {}), "data")
    extra |= {"data": beside} if beside else {}
    training, beside = read_struct(faults, TrainingConfig, plain.get("training", {}), "training")
    extra |= {"training": beside} if beside else {}
    return Project(
        graph=read_graph(faults, graph, "graph"),
        data=data or DataSpec(),
        training=training or TrainingConfig(),
        weights=_optional_text(faults, plain.get("weights"), "weights"),
        source=_optional_text(faults, plain.get("source"), "source"),
        extra=extra,
        silenced=_codes(faults, plain.get("silenced", [])),
    )


def _codes(faults: Faults, value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(code, str) for code in value):
        return tuple(dict.fromkeys(value))
    faults.expected("silenced", "a list of codes", value)
    return ()


def _optional_text(faults: Faults, value: Any, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    faults.expected(path, "text or null", value)
    return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _spread(value: Any, levels: int, indent: str) -> str:
    """A value with its outer levels one item to a line, and what is deeper on one line."""
    if levels <= 1 or not value or not isinstance(value, dict | list | tuple):
        return _json(value)
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{_json(key)}: {_spread(below, levels - 1, inner)}" for key, below in value.items()]
    else:
        items = [_spread(below, levels - 1, inner) for below in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n{inner}" + f",\n{inner}".join(items) + f"\n{indent}{right}"
