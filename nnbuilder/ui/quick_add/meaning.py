"""What a typed text means: layers of the catalogue by `catalog.quick`, and the ends of the network."""

import re

import msgspec

from nnbuilder.catalog.parse import parse_arg
from nnbuilder.catalog.quick import Suggestion, quick
from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS, LOSS_SPEC, LOSSES, new_node
from nnbuilder.catalog.spec import ArgError, shown
from nnbuilder.graph.graph import INPUT, LOSS, Node, NodeId

_SEPARATOR = re.compile(r"[,;\n→]|->")
_SHAPE = r"(?P<shape>(?:[\s:]*(?:\d[\d*x×]*|\([^)]*\)))?)"
_INPUT = re.compile(rf"\s*input{_SHAPE}\s*(?:[,;\n→]|->|$)", re.IGNORECASE)
_LEAST = 2


class Meaning(msgspec.Struct, frozen=True):
    """Layers to add, the last of them described by `summary`; `preview` tells all in words."""

    layers: tuple[Node, ...]
    preview: str
    summary: str


class Meanings(msgspec.Struct, frozen=True):
    """What a text may mean, best first, or the sentence that says why it means nothing."""

    found: tuple[Meaning, ...] = ()
    fault: str = ""


def meanings(text: str, missing: tuple[str, ...] = ()) -> Meanings:
    """Reads a text; `missing` names the ends that the network still lacks, which are offered then."""
    try:
        start, rest = _split_input(text)
        rest, end = _split_loss(rest)
    except ArgError as error:
        return Meanings(fault=str(error))
    if (start or end) and not rest.strip(" ,;→->\n"):
        return Meanings((_with_ends(start, Suggestion(()), end),))
    answer = quick(rest)
    offered = [] if start or end else _offered(rest, missing)
    found = [_with_ends(start, suggestion, end) for suggestion in answer.suggestions]
    if not found and not offered:
        return Meanings(fault=answer.faults[0].message if answer.faults else "")
    return Meanings((*offered, *found))


def last_part(text: str) -> int:
    """Where the last layer of a text starts."""
    ends = [match.end() for match in _SEPARATOR.finditer(text)]
    start = ends[-1] if ends else 0
    return start + len(text[start:]) - len(text[start:].lstrip())


def _split_input(text: str) -> tuple[Node | None, str]:
    """The Input that a text begins with, and the rest."""
    match = _INPUT.match(text)
    if match is None:
        return None, text
    node, shape = new_node(INPUT, NodeId("")), match["shape"].strip(" ,:")
    spec = INPUT_SPEC.arg("shape")
    if shape and spec is not None:
        sizes = ", ".join(re.split("[x×]", shape)) if re.fullmatch(r"\d+(?:[x×]\d+)+", shape) else shape
        node = msgspec.structs.replace(node, args={**node.args, "shape": parse_arg(spec, sizes)})
    return node, text[match.end() :]


def _split_loss(text: str) -> tuple[str, Node | None]:
    """What stands before the Loss that a text ends with, and the Loss."""
    start = last_part(text)
    word = text[start:].strip().removesuffix("()").removeprefix("nn.").casefold()
    node = new_node(LOSS, NodeId(""))
    if word == "loss":
        return text[:start], node
    chosen = next((name for name in LOSSES if word and word in {name.casefold(), _short(name)}), None)
    if chosen is None:
        return text, None
    return text[:start], msgspec.structs.replace(node, args={**node.args, "loss": chosen})


def _short(loss: str) -> str:
    return loss.casefold().removesuffix("loss")


def _offered(text: str, missing: tuple[str, ...]) -> list[Meaning]:
    """The ends that the network lacks, where the text is the beginning of their name or empty."""
    word = text.strip().casefold()
    fits = [end for end in missing if not word or (len(word) >= _LEAST and end.casefold().startswith(word))]
    return [_with_ends(new_node(end, NodeId("")), Suggestion(()), None) for end in fits]


def _with_ends(start: Node | None, inner: Suggestion, end: Node | None) -> Meaning:
    layers = tuple(node for node in (start, *inner.nodes(), end) if node is not None)
    parts = [*([_shown(start)] if start else []), *(layer.preview() for layer in inner.layers)]
    parts += [_shown(end)] if end else []
    last = layers[-1].type
    spec = {INPUT: INPUT_SPEC, LOSS: LOSS_SPEC}.get(last) or LAYERS[last]
    return Meaning(layers, " → ".join(parts), spec.summary)


def _shown(end: Node) -> str:
    values = ", ".join(value if isinstance(value, str) else shown(value) for value in end.args.values())
    return f"{end.type} {values}".strip()
