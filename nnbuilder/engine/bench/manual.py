"""What PyTorch's own documentation says of a word while it is typed: its arguments, and what each is for."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import REQUIRED
from nnbuilder.engine.bench import table
from nnbuilder.engine.bench.passes import Tracer
from nnbuilder.protocol.bench import BenchManual, BenchParameter

_LEFT_OUT = {
    *("out", "layout", "pin_memory", "device", "memory_format", "names", "self", "generator", "foreach"),
    *("capturable", "differentiable", "fused", "size_average", "reduce"),
    *("copy", "order", "subok", "ndmin", "ndmax", "like"),
}
"""Parameters that a line has no use for."""

MAX_HELP = 200
"""The most letters that are said of one argument."""

_SIGNATURE = re.compile(
    r"^(?:\.\. function:: )?(?:\w+\.)*(?P<name>\w+)\((?P<inside>.*?)\)\s*(?:->.*)?$", re.MULTILINE
)
_ARGUMENT = re.compile(
    r"^(?P<space> +)(?P<name>\*?\w+)(?: ?\([^\n]*?\))? ?: ?(?P<text>.*(?:\n(?P=space) +\S.*)*)", re.MULTILINE
)
_ROLE = re.compile(r":\w+:`~?([^`<]*?)(?: <[^`]*>)?`")
_MATH = re.compile(r":math:`[^`]*\\[^`]*`")
_MARKS = re.compile(r"``?([^`]*)``?|\\|\*\*")

OWN = {
    "object": "a list of numbers",
    "dtype": "the kind of its numbers, for example torch.float32",
    "rows": 'rows of the data as text ("data:0:8"), a list as text, or a tensor',
    "targets": "what is right for these rows; empty: the data's own",
    "train": "True: in train mode, with dropout",
    "file": "a .npy or .npz file, in quotes",
    "fname": "a .csv, .tsv or .txt file, in quotes",
    "delimiter": 'what stands between two numbers, for example ","',
    "skiprows": "how many lines to leave out at the top",
    "skip_header": "how many lines to leave out at the top",
    "usecols": "the numbers of the columns to take, from 0",
    "max_rows": "how many rows to take at most",
}
"""Help for the arguments of words that PyTorch does not have."""


def manual_of(typed: str) -> BenchManual | None:
    """The help for a word as it is typed ("torch.cat", "F.relu", "cat", ".sum"); None where it is unknown."""
    if typed.startswith("."):
        name = typed[1:]
        return _of(typed, table.METHODS[name], method=True) if name in table.METHODS else None
    if typed == "trace":
        return _of(typed, Tracer.__call__, method=True)
    root, _, rest = typed.partition(".")
    full = f"{table.ROOTS[root]}.{rest}" if rest and root in table.ROOTS else typed
    path = table.function_of(full)
    work = None if path is None else table.FUNCTIONS.get(path)
    return None if work is None else _of(typed, work, method=False)


def _of(typed: str, work: Callable[..., Any], *, method: bool) -> BenchManual | None:
    text, name = _text(work), typed.rpartition(".")[2]
    texts = [text, *map(_text, _twins(name))]
    found = _parameters(work, name, text)
    if not found and not method:
        found = next((made for twin in _twins(name) if (made := _parameters(twin, name, _text(twin)))), [])
    helps = _helps(name, texts)
    left_out = _LEFT_OUT | {"input"} if method else _LEFT_OUT
    parameters = tuple(
        BenchParameter(own, default, helps.get(own.lstrip("*"), OWN.get(own, "")))
        for own, default in found
        if own not in left_out
    )
    while parameters and parameters[-1].name == "*":
        parameters = parameters[:-1]
    summary = next((said for one in texts if (said := _summary(name, one))), "")
    return BenchManual(typed, parameters, summary)


def _twins(name: str) -> list[Callable[..., Any]]:
    """The functions of the same name, which say more where one only refers to them."""
    return [work for home in (torch, functional) if callable(work := getattr(home, name, None))]


def _text(work: Callable[..., Any]) -> str:
    return inspect.getdoc(work) or ""


def _parameters(work: Callable[..., Any], name: str, text: str) -> list[tuple[str, str]]:
    """Names with their defaults as they are written; of several forms the one with the most arguments."""
    try:
        found = _inspected(work)
        spec = LAYERS.get(name)
        if spec is not None and found[0][0].startswith("*"):
            own = [arg for arg in spec.args if arg.role == "own"]
            return [(arg.name, "" if arg.default is REQUIRED else repr(arg.default)) for arg in own]
        return found
    except (TypeError, ValueError):
        forms = [_split(one["inside"]) for one in _SIGNATURE.finditer(text) if one["name"] == name]
    return max(forms, key=len, default=[])


def _inspected(work: Callable[..., Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in inspect.signature(work).parameters.values():
        if one.kind == one.KEYWORD_ONLY and not any(name.startswith("*") for name, _ in found):
            found.append(("*", ""))
        if one.name.startswith("_") or one.kind == one.VAR_KEYWORD:
            continue
        stars = "*" if one.kind == one.VAR_POSITIONAL else ""
        found.append((stars + one.name, _written(one.default)))
    return found


def _written(default: object) -> str:
    if default is inspect.Parameter.empty:
        return ""
    return default.__name__ if isinstance(default, type) else repr(default)


def _split(inside: str) -> list[tuple[str, str]]:
    parts: list[str] = [""]
    depth = 0
    for letter in inside:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    pairs = [part.strip().partition("=") for part in parts if part.strip()]
    return [(name.split(":")[0].strip(), default.strip()) for name, _, default in pairs]


def _helps(name: str, texts: list[str]) -> dict[str, str]:
    """What each argument is for: the catalogue's words, else PyTorch's, of the function for a method."""
    spec = LAYERS.get(name) or LOSSES.get(name) or OPTIMIZERS.get(name)
    found = {} if spec is None else {arg.name: arg.help for arg in spec.args}
    found |= {"dtype": OWN["dtype"]}
    for one in texts:
        for match in _ARGUMENT.finditer(one):
            found.setdefault(match["name"].lstrip("*"), _clean(match["text"]))
    return found


def _summary(name: str, text: str) -> str:
    """The first sentence that is no signature."""
    for part in re.split(r"\n\s*\n", text):
        plain = _clean(part)
        if (
            plain
            and not _SIGNATURE.match(part.strip())
            and not plain.startswith(("See ", "Alias for ", f"{name}("))
        ):
            return plain.partition(". ")[0].partition("; raises")[0].rstrip(".") + "."
    return ""


def _clean(text: str) -> str:
    plain = _MARKS.sub(r"\1", _ROLE.sub(r"\1", _MATH.sub("…", text)))
    words = " ".join(plain.split())
    return words if len(words) <= MAX_HELP else words[: MAX_HELP - 1] + "…"
