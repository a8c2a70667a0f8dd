"""The corpus of pastes: texts as people bring them, each with the network or the report that is expected.

A file of `tests/pastes` holds texts, one behind the other: a line `=== title`, the text, a line `---` and
what is expected of it. `layers` are written like calls of torch.nn, "auto" for a size that is found later,
names as keywords (`_` for none, and a name that Python keeps for itself with an underscore behind it).
`error 3: comma` expects an error in line 3 whose sentence holds that word, `error:` one anywhere; where none
is named, there is none. `either` expects an error or those layers.
"""

import ast
import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, Required
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.reading import Reading, ReadLayer

FOLDER = Path(__file__).parent / "pastes"

Shape = tuple[object, ...]
"""A layer as (name, type, arguments, layers inside), a plain value that compares."""


@dataclass(frozen=True)
class Sentence:
    """Part of a sentence that is expected, in a line (0 for anywhere)."""

    line: int
    words: str


@dataclass(frozen=True)
class Paste:
    """One text and what is expected of it."""

    title: str
    text: str
    layers: str | None = None
    asked: tuple[str, ...] = ()
    answers: dict[str, ArgValue] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    choose: str = ""
    offer: str | None = None
    errors: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    skipped: tuple[Sentence, ...] = ()
    named: bool = True
    refusable: bool = False

    def __str__(self) -> str:
        return self.title


def pastes() -> tuple[Paste, ...]:
    """All of them, in the order of the files."""
    return tuple(
        paste for path in sorted(FOLDER.glob("*.txt")) for paste in _in_file(path.read_text("utf-8"))
    )


def _in_file(text: str) -> Iterator[Paste]:
    for section in ("\n" + text).split("\n=== ")[1:]:
        title, _, rest = section.partition("\n")
        paste, _, expected = rest.rpartition("\n---\n")
        yield _paste(title, paste + "\n", expected.strip().splitlines())


def _paste(title: str, text: str, lines: Iterable[str]) -> Paste:
    told: dict[str, str] = {}
    sentences: dict[str, list[Sentence]] = {"error": [], "warning": [], "skipped": []}
    for line in lines:
        head, _, value = line.partition(":")
        kind, _, number = head.partition(" ")
        if kind in sentences:
            sentences[kind].append(Sentence(int(number or 0), value.strip()))
        else:
            told[head] = value.strip()
    either = told.pop("either", "")
    if either:
        told["layers"] = either.partition("layers ")[2]
    paste = Paste(
        title,
        text.replace("\n", "\r\n") if told.pop("crlf", "") else text,
        layers=told.pop("layers", None),
        asked=_listed(told.pop("asked", "")),
        answers=dict(map(_answer, _listed(told.pop("answers", "")))),
        networks=_listed(told.pop("networks", "")),
        choose=told.pop("choose", ""),
        offer=told.pop("offer", None),
        errors=tuple(sentences["error"]),
        warnings=tuple(sentences["warning"]),
        skipped=tuple(sentences["skipped"]),
        named=not told.pop("unnamed", ""),
        refusable=bool(either),
    )
    if told:
        raise AssertionError(f"{title}: nobody knows {', '.join(told)}")
    return paste


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text else ()


def _answer(text: str) -> tuple[str, ArgValue]:
    name, _, value = text.rpartition("=")
    answer: ArgValue = ast.literal_eval(value)
    return name, answer


def expected_layers(text: str, *, named: bool = True) -> tuple[Shape, ...]:
    """The layers that an expectation spells out."""
    return _children(_call(f"{GROUP}({text})"), named=named)


def _call(text: str) -> ast.Call:
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    return call


def _children(call: ast.Call, *, named: bool) -> tuple[Shape, ...]:
    given = [("", node) for node in call.args]
    given += [(word.arg or "", word.value) for word in call.keywords]
    return tuple(_spelled(name if named else "", node, named=named) for name, node in given)


def _spelled(name: str, node: ast.expr, *, named: bool) -> Shape:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    plain = name.removesuffix("_") if keyword.iskeyword(name.removesuffix("_")) else name
    plain = "" if plain == "_" else plain
    if node.func.id == GROUP:
        return plain, GROUP, (), _children(node, named=named)
    return plain, node.func.id, _arguments(LAYERS[node.func.id].args, node), ()


def _arguments(specs: tuple[ArgSpec, ...], call: ast.Call) -> tuple[object, ...]:
    values = {spec.name: ast.literal_eval(node) for spec, node in zip(specs, call.args, strict=False)}
    values |= {word.arg or "": ast.literal_eval(word.value) for word in call.keywords}
    unknown = values.keys() - {spec.name for spec in specs}
    assert not unknown, unknown
    return plain_arguments(specs, values)


def plain_arguments(specs: tuple[ArgSpec, ...], values: dict[str, ArgValue]) -> tuple[object, ...]:
    """The arguments that are not PyTorch's defaults; (3, 3) for a kernel is 3."""
    told = []
    for spec in specs:
        start = AUTO if isinstance(spec.default, Required) else spec.default
        value = _plain(values.get(spec.name, start))
        if value != _plain(start) or isinstance(value, bool) != isinstance(start, bool):
            told.append((spec.name, value))
    return tuple(told)


def _plain(value: ArgValue) -> ArgValue:
    if isinstance(value, tuple) and value and len(set(value)) == 1:
        first: ArgValue = value[0]
        return first
    return value


def read_layers(layers: Iterable[ReadLayer], *, named: bool = True) -> tuple[Shape, ...]:
    """Layers of a reading as an expectation spells them."""
    return tuple(
        (
            layer.name if named else "",
            layer.type,
            () if layer.type == GROUP else plain_arguments(LAYERS[layer.type].args, dict(layer.args)),
            read_layers(layer.layers, named=named),
        )
        for layer in layers
    )


def expected_offer(text: str) -> dict[str, object]:
    """What is expected to be offered for the training."""
    if text == "none":
        return {}
    told: dict[str, object] = {}
    for word in _call(f"f({text})").keywords:
        if isinstance(word.value, ast.Call) and isinstance(word.value.func, ast.Name):
            name = word.value.func.id
            specs = (LOSSES[name] if word.arg == "loss" else OPTIMIZERS[name]).args
            told[word.arg or ""] = name, _arguments(specs, word.value)
        else:
            told[word.arg or ""] = ast.literal_eval(word.value)
    return told


def read_offer(reading: Reading) -> dict[str, object]:
    """What a reading offers for the training."""
    offer = reading.offer
    told: dict[str, object] = {"batch_size": offer.batch_size, "epochs": offer.epochs}
    if offer.loss:
        told["loss"] = offer.loss, plain_arguments(LOSSES[offer.loss].args, dict(offer.loss_args))
    if offer.optimizer:
        args = plain_arguments(OPTIMIZERS[offer.optimizer].args, dict(offer.optimizer_args))
        told["optimizer"] = offer.optimizer, args
    return {key: value for key, value in told.items() if value is not None}
