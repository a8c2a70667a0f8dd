"""What may be written at the caret: layers of the catalogue, arguments of a call, values of an argument."""

import re
from collections.abc import Sequence

import msgspec

from nnbuilder.catalog.registry import GROUP_SPEC
from nnbuilder.catalog.search import search
from nnbuilder.catalog.spec import ArgSpec, LayerSpec, Required, shown
from nnbuilder.graph.graph import GROUP
from nnbuilder.ui.code.signature import Signature, signature_of
from nnbuilder.ui.code.syntax import Call, Spot, spot_at

_WORD = re.compile(r"[^\W\d][\w.]*\Z")
_ALIAS = re.compile(
    r"^\s*(?:from\s+torch\s+import\s+nn(?:\s+as\s+(\w+))?|import\s+torch\.nn\s+as\s+(\w+))",
    re.MULTILINE,
)
_LEAST = 2
"""Letters after which a word without `nn.` is taken for the beginning of a layer."""


class Suggestion(msgspec.Struct, frozen=True):
    """One thing that may be written: `insert` replaces what was typed, the caret goes `back` from its end."""

    text: str
    detail: str
    insert: str
    back: int = 0
    hint: str = ""
    group: str = ""


class Offer(msgspec.Struct, frozen=True):
    """Suggestions, best first, and where what was typed of them starts."""

    start: int
    suggestions: tuple[Suggestion, ...]


def offer_at(text: str, caret: int, *, asked: bool = False) -> Offer | None:
    """What may be written at a caret; more where somebody `asked` for it than while typing goes on."""
    spot = spot_at(text, caret)
    if spot.comment:
        return None
    if spot.quote:
        return _quoted(text, caret, spot)
    word = _word_before(text, caret)
    start = caret - len(word)
    module = module_name(text)
    if (dotted := _after_module(word, module)) is not None:
        return _offer(caret - len(dotted), _layers(dotted, "", _is_called(text, caret)))
    if "." in word:
        return None
    call = spot.calls[0] if spot.direct and spot.calls else None
    signature = signature_of(call.last_name) if call else None
    if call is not None and signature is not None:
        if not _begins(text, start):
            return None
        return _offer(start, _of_call(call, signature, word, asked=asked))
    if not asked and (len(word) < _LEAST or not spot.calls or not _begins(text, start)):
        return None
    return _offer(start, _layers(word, f"{module}.", _is_called(text, caret)))


def module_name(text: str) -> str:
    """What a text calls `torch.nn`."""
    match = _ALIAS.search(text)
    return (match[1] or match[2] or "nn") if match else "nn"


def _offer(start: int, found: Sequence[Suggestion]) -> Offer | None:
    return Offer(start, tuple(found)) if found else None


def _word_before(text: str, caret: int) -> str:
    match = _WORD.search(text, max(caret - 200, 0), caret)
    return match[0] if match else ""


def _after_module(word: str, module: str) -> str | None:
    """What is typed of a layer's name behind `nn.`; None without it."""
    return next(
        (word.removeprefix(head) for head in (f"{module}.", "torch.nn.") if word.startswith(head)), None
    )


def _begins(text: str, start: int) -> bool:
    """Whether an entry of a list begins at a place."""
    return text[:start].rstrip()[-1:] in {"(", "[", ",", "="}


def _is_called(text: str, caret: int) -> bool:
    return text[caret : caret + 1] == "("


def _layers(typed: str, module: str, called: bool) -> list[Suggestion]:
    """The layers that what was typed may become."""
    found = [*search(typed)]
    if GROUP.casefold().startswith(typed.casefold()):
        found.insert(0 if typed else len(found), GROUP_SPEC)
    return [_layer(spec, module, called) for spec in found]


def _layer(spec: LayerSpec, module: str, called: bool) -> Suggestion:
    name = GROUP if spec is GROUP_SPEC else spec.name
    own = [arg for arg in spec.args if arg.role == "own"]
    wanted = spec is GROUP_SPEC or bool(spec.inner) or any(_worth_typing(arg) for arg in own[:2])
    insert = f"{module}{name}" + ("" if called else "()")
    return Suggestion(f"{module}{name}", spec.summary, insert, int(wanted and not called), group=spec.group)


def _worth_typing(arg: ArgSpec) -> bool:
    """Whether the caret stops at this argument: it must be given, or is a number that people choose."""
    return isinstance(arg.default, Required) or arg.kind in {"int", "float", "ints", "floats"}


def _of_call(call: Call, signature: Signature, word: str, *, asked: bool) -> list[Suggestion]:
    """The values of an argument that is named, or the names of those that are left."""
    current = signature.current(call)
    if call.keyword:
        return _values(current, word) if current is not None else []
    if not word and not asked:
        return []
    left = signature.left(call)
    return [
        Suggestion(f"{arg.name}=", arg.help, f"{arg.name}=", 0, _default(arg)) for arg in _fitting(left, word)
    ]


def _fitting(args: Sequence[ArgSpec], word: str) -> list[ArgSpec]:
    """The arguments whose names begin with what was typed, then those that hold it."""
    low = word.casefold()
    first = [arg for arg in args if arg.name.startswith(low)]
    return first + [arg for arg in args if low in arg.name and arg not in first]


def _values(arg: ArgSpec, word: str) -> list[Suggestion]:
    """The words that an argument takes."""
    written = [f'"{choice}"' for choice in arg.choices]
    written += ["True", "False"] if arg.kind == "bool" else []
    written += ["None"] if arg.none and written else []
    usual = "" if isinstance(arg.default, Required) else shown(arg.default).replace("'", '"')
    return [
        Suggestion(value, "PyTorch's default" if value == usual else "", value)
        for value in written
        if value.strip('"').casefold().startswith(word.casefold())
    ]


def _quoted(text: str, caret: int, spot: Spot) -> Offer | None:
    """The words of an argument whose string has been begun."""
    call = spot.calls[0] if spot.direct and spot.calls else None
    signature = signature_of(call.last_name) if call else None
    arg = signature.current(call) if call and signature else None
    if arg is None or not arg.choices or len(spot.quote) != 1:
        return None
    typed = text[text.rfind(spot.quote, 0, caret) + 1 : caret]
    closed = text[caret : caret + 1] == spot.quote
    end = "" if closed else spot.quote
    found = [
        Suggestion(word, "PyTorch's default" if word == arg.default else "", f"{word}{end}")
        for word in arg.choices
        if word.casefold().startswith(typed.casefold())
    ]
    return _offer(caret - len(typed), found)


def _default(arg: ArgSpec) -> str:
    return "" if isinstance(arg.default, Required) else shown(arg.default)
