"""Where `nnbuilder import` gets a network from: a text of any kind, or the names in a file of weights."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.runs.weights import PICKLED, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nnbuilder.graph.graph import ArgValue
    from nnbuilder.interop.reading import Asked, Reading

_MOST_BYTES = 64 * 2**20
"""More than this is not even looked at."""


def read(source: str, settings: tuple[str, ...], network: str, *, unpickle: bool) -> "Reading":
    """The network in a file or in standard input; raises `CommandError` where there is nothing to read."""
    again = _reader(source, network, unpickle=unpickle)
    reading = again({})
    given = dict(map(_setting, settings))
    unknown = [name for name in given if name not in {asked.name for asked in reading.asked}]
    if unknown:
        known = ", ".join(asked.name for asked in reading.asked) or "nothing"
        raise stop(Exit.USAGE, "usage", f"--set {unknown[0]}: the text asks for {known}.")
    if network and network not in {one.name for one in reading.networks}:
        known = ", ".join(one.name for one in reading.networks) or "none with a name"
        raise stop(Exit.USAGE, "usage", f"--network {network}: the text holds {known}.")
    answers = {
        asked.name: _answer(asked, given[asked.name]) for asked in reading.asked if asked.name in given
    }
    return again(answers) if answers else reading


def _reader(source: str, network: str, *, unpickle: bool) -> "Callable[[Mapping[str, ArgValue]], Reading]":
    if Path(source).suffix.lower() in SUFFIXES:
        return _reader_of_weights(Path(source), unpickle=unpickle)
    from nnbuilder.interop.read_text import read_text

    text = _text(source)
    return lambda answers: read_text(text, answers, network)


def _reader_of_weights(path: Path, *, unpickle: bool) -> "Callable[[Mapping[str, ArgValue]], Reading]":
    from nnbuilder.engine.foreign import ForeignError, read_foreign
    from nnbuilder.interop.state.state_reader import read_state

    if path.suffix.lower() in PICKLED and not unpickle:
        text = f"{path} is a pickle: --unpickle reads its tensors, and runs nothing that is in it."
        raise stop(Exit.USAGE, "pickle", text)
    try:
        found = read_foreign(path, unpickle=unpickle)
    except ForeignError as error:
        raise stop(Exit.PROJECT, "source", str(error)) from error
    shapes = {name: tuple(tensor.shape) for name, tensor in found.tensors.items()}
    return lambda answers: read_state(shapes, answers, ordered=found.ordered)


def _text(source: str) -> str:
    """What a file or standard input holds."""
    try:
        if source == "-":
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise stop(Exit.PROJECT, "source", f"{source} cannot be read: {error.strerror or error}.") from error
    name = "standard input" if source == "-" else source
    if len(data) > _MOST_BYTES:
        raise stop(Exit.PROJECT, "source", f"{name} holds more than {_MOST_BYTES // 2**20} MB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = f"{name} is no UTF-8 text: line {line} holds the byte {data[error.start]:#04x}."
        raise stop(Exit.PROJECT, "source", text) from error


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise stop(Exit.USAGE, "usage", f"--set takes NAME=VALUE like hidden=64, not {text!r}.")
    return name.strip(), value.strip()


def _answer(asked: "Asked", text: str) -> "ArgValue":
    """The value that was typed, checked by what it is for."""
    from nnbuilder.catalog.parse import arithmetic, parse_arg
    from nnbuilder.catalog.registry import LAYERS
    from nnbuilder.catalog.spec import ArgError

    layer = LAYERS.get(asked.layer)
    spec = layer.arg(asked.arg) if layer is not None else None
    try:
        return arithmetic(text) if spec is None else parse_arg(spec, text)
    except ArgError as error:
        raise stop(Exit.USAGE, "usage", f"--set {asked.name}: {error}") from error
