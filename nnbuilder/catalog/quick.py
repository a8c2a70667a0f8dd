"""The language of quick-add: `linear 64`, `dropout .3`, `conv2d 32 k3 s2`, `linear 64, relu, linear 10`.

A layer is a name, as short as it is clear, and values behind it: bare ones in order, `name=value`, letters
with a number for the argument that begins with them, or PyTorch's own `nn.Linear(64, 32)`. Sizes that follow
the layer before are skipped by bare values unless there are enough of them for all that PyTorch asks for.
What the arguments are and may be comes from the declarations, so every layer of the catalogue understands it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.parse import parse_arg
from nnbuilder.catalog.quick_names import Found, argument, find
from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO, ArgError, ArgSpec, LayerSpec, Required, shown
from nnbuilder.graph.graph import ArgValue, Node, NodeId

MAX_TEXT = 2_000
MAX_LAYERS = 200

_VALUE = r"""(?:\([^()]*\)|\[[^\[\]]*\]|'[^']*'|"[^"]*"|[^\s()\[\]'"])+|\S"""
_TOKEN = re.compile(rf"(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>{_VALUE})|(?P<bare>{_VALUE})")
_SEPARATOR = re.compile(r"[,;\n→]|->")
_CONTINUES = re.compile(r"\s*(?:[-+.(\[]?[\d.]|[A-Za-z_]\w*\s*=)")
_CALL = re.compile(r"\s*(?P<name>[A-Za-z_][\w.]*)\((?P<inside>.*?)\)?\s*$", re.DOTALL)
_SHORTCUT = re.compile(r"(?P<name>[A-Za-z_]+)[:-]?(?P<value>[-+.(\[\d].*)$", re.DOTALL)
_GLUED = re.compile(r"(?P<name>[A-Za-z_]+)(?P<value>[\d.]+)$")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{2,}$")
_DIGITS = re.compile(r"\d")
_SIZES = re.compile(r"\d+(?:[x×]\d+)+$")
_CONSTANTS = {"auto", "none", "true", "false"}


class QuickLayer(msgspec.Struct, frozen=True):
    """One layer to add, with its explicit arguments."""

    type: str
    args: Mapping[str, ArgValue] = {}

    def preview(self) -> str:
        """The layer as it will be, for example `Linear(out_features=64)`."""
        return f"{self.type}({', '.join(f'{name}={shown(value)}' for name, value in self.args.items())})"


class Suggestion(msgspec.Struct, frozen=True):
    """All that one press of Enter would add."""

    layers: tuple[QuickLayer, ...]

    @property
    def preview(self) -> str:
        """The layers in words, in order."""
        return " → ".join(layer.preview() for layer in self.layers)

    def nodes(self) -> tuple[Node, ...]:
        """The layers as nodes; ids and places are the caller's to choose."""
        return tuple(
            Node(NodeId(f"quick{index}"), layer.type, layer.args) for index, layer in enumerate(self.layers)
        )


class QuickFault(msgspec.Struct, frozen=True):
    """Why a part of the text is not understood; `position` counts characters from 0."""

    position: int
    message: str


class Answer(msgspec.Struct, frozen=True):
    """Suggestions, best first, or the faults that leave none."""

    suggestions: tuple[Suggestion, ...] = ()
    faults: tuple[QuickFault, ...] = ()


class _Part(msgspec.Struct, frozen=True):
    """The text of one layer and where it starts."""

    start: int
    text: str


class _Token(msgspec.Struct, frozen=True):
    """One value, with the name that stands before its `=`, and where it starts."""

    start: int
    text: str
    name: str = ""


class _Misread(Exception):  # noqa: N818
    """A part is not understood; holds the fault."""

    def __init__(self, position: int, message: str) -> None:
        self.fault = QuickFault(position, message)
        super().__init__(message)


def quick(text: str, most: int = 8) -> Answer:
    """What a text may mean, at most so many suggestions; total over any text."""
    if len(text) > MAX_TEXT:
        return Answer(faults=(QuickFault(MAX_TEXT, f"At most {MAX_TEXT:,} characters are read here."),))
    parts = list(_parts(text))
    if not parts:
        return Answer(tuple(Suggestion((_layer(spec, {}),)) for spec in LAYERS.values())[:most])
    if len(parts) > MAX_LAYERS:
        position = parts[MAX_LAYERS].start
        return Answer(faults=(QuickFault(position, f"At most {MAX_LAYERS} layers are added at once."),))
    before: list[QuickLayer] = []
    faults: list[QuickFault] = []
    for part in parts[:-1]:
        try:
            before.append(_meanings(part)[0])
        except _Misread as error:
            faults.append(error.fault)
    try:
        last = _meanings(parts[-1])
    except _Misread as error:
        faults.append(error.fault)
    if faults:
        return Answer(faults=tuple(faults))
    return Answer(tuple(Suggestion((*before, layer)) for layer in last[:most]))


def _parts(text: str) -> Iterator[_Part]:
    """The text of each layer; a number or `name=` behind a comma still belongs to the layer before it."""
    pieces = [piece for piece in _pieces(text) if piece.text.strip()]
    current: _Part | None = None
    for piece in pieces:
        if current is not None and _CONTINUES.match(piece.text):
            end = piece.start + len(piece.text)
            inner = text[current.start + len(current.text) : piece.start]
            blank = " " * len(inner)
            current = _Part(current.start, current.text + blank + text[piece.start : end])
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def _pieces(text: str) -> Iterator[_Part]:
    """The text between separators that stand outside brackets."""
    start, depth, index = 0, 0, 0
    while index < len(text):
        if text[index] in "([":
            depth += 1
        elif text[index] in ")]":
            depth = max(depth - 1, 0)
        elif depth == 0 and (separator := _SEPARATOR.match(text, index)):
            yield _Part(start, text[start:index])
            start = index = separator.end()
            continue
        index += 1
    yield _Part(start, text[start:])


def _meanings(part: _Part) -> list[QuickLayer]:
    """What one part may mean, best first and at least one; raises `_Misread`."""
    call = _CALL.match(part.text)
    if call is not None:
        start = part.start + call.start("inside")
        inner = [_Part(start + piece.start, piece.text) for piece in _pieces(call["inside"])]
        tokens = [token for piece in inner for token in _tokens(piece)]
        return _fitting(find(call["name"]), tokens, part)
    tokens = _tokens(part)
    found = find(tokens[0].text)
    if found.guessed and (glued := _glued(tokens)):
        return _fitting(*glued, part)
    try:
        return _fitting(found, tokens[1:], part)
    except _Misread:
        for purpose, rest in _purposes(tokens):
            if not found.exact or found.specs[0] in purpose.specs:
                return _fitting(purpose, rest, part)
        raise


def _fitting(found: Found, tokens: Sequence[_Token], part: _Part) -> list[QuickLayer]:
    """The layers that take these values; the first fault where none does."""
    specs = found.specs
    if found.guessed and tokens:
        typed = _DIGITS.findall(part.text.split()[0])
        specs = tuple(spec for spec in specs if _DIGITS.findall(spec.name) == typed)
    if not specs:
        first = part.start + len(part.text) - len(part.text.lstrip())
        guess = f" Did you mean {found.specs[0].name}?" if found.specs else ""
        raise _Misread(first, f"There is no layer “{part.text.split()[0][:40]}”.{guess}")
    good: list[QuickLayer] = []
    fault: _Misread | None = None
    for spec in specs[:1] if found.exact and tokens else specs:
        try:
            good.append(_layer(spec, _arguments(spec, tokens)))
        except _Misread as error:
            fault = fault or error
    if not good and fault is not None:
        raise fault
    return good


def _purposes(tokens: Sequence[_Token]) -> Iterator[tuple[Found, Sequence[_Token]]]:
    """Layers for several words that describe one, the most words first: `flatten image`."""
    phrase = _phrase(tokens)
    for count in range(len(phrase), 1, -1):
        found = find(" ".join(phrase[:count]))
        if found.specs and not found.guessed:
            yield found, tokens[count:]


def _phrase(tokens: Sequence[_Token]) -> list[str]:
    """The words at the front that may together name a layer by its purpose."""
    phrase: list[str] = []
    for token in tokens[:5]:
        if token.name or not _WORD.match(token.text):
            break
        phrase.append(token.text)
    return phrase


def _glued(tokens: Sequence[_Token]) -> tuple[Found, list[_Token]] | None:
    """A name with its first value behind it without a space: `linear64`, `dropout.3`."""
    split = _GLUED.match(tokens[0].text)
    if split is None or tokens[0].name:
        return None
    found = find(split["name"])
    if not found.specs or found.guessed:
        return None
    return found, [_Token(tokens[0].start + split.start("value"), split["value"]), *tokens[1:]]


def _tokens(part: _Part) -> list[_Token]:
    return [
        _Token(part.start + match.start(), match["value"], match["name"])
        if match["name"]
        else _Token(part.start + match.start(), match["bare"])
        for match in _TOKEN.finditer(part.text)
    ]


def _layer(spec: LayerSpec, args: Mapping[str, ArgValue]) -> QuickLayer:
    """A layer as it would be drawn, with these arguments instead of the usual first ones."""
    first = new_node(spec.name, NodeId("quick")).args
    optional = {arg.name for arg in spec.args if arg.none}
    if optional.intersection(args):  # one of them instead of the other: a size, not a factor
        first = {name: value for name, value in first.items() if name not in optional}
    known = {**first, **args}
    known = {name: value for name, value in known.items() if value != AUTO}
    return QuickLayer(spec.name, {arg.name: known[arg.name] for arg in spec.args if arg.name in known})


def _arguments(spec: LayerSpec, tokens: Sequence[_Token]) -> dict[str, ArgValue]:
    """The arguments that the tokens give; raises `_Misread`."""
    args: dict[str, ArgValue] = {}
    bare: list[_Token] = []
    for token in tokens:
        arg, text = _addressed(spec, token)
        if arg is None:
            bare.append(token)
        elif arg.name in args:
            raise _Misread(token.start, f"{spec.name} gets {arg.name} twice.")
        else:
            args[arg.name] = _value(arg, text, token.start)
    order = [arg for arg in _order(spec, len(bare)) if arg.name not in args]
    for index, token in enumerate(bare):
        if index >= len(order):
            raise _Misread(token.start, f"{spec.name} takes no further value: “{token.text[:40]}”.")
        args[order[index].name] = _value(order[index], token.text, token.start)
    return args


def _addressed(spec: LayerSpec, token: _Token) -> tuple[ArgSpec | None, str]:
    """The argument that a token names, and the text of its value; None for a bare value."""
    if token.name:
        return _known(spec, token.name, token.start), token.text
    if token.text[0] in "-+.([" or token.text[0].isdigit() or token.text.casefold() in _CONSTANTS:
        return None, token.text
    word = token.text.strip("'\"")
    for arg in spec.args:
        if word in arg.choices:
            return arg, word
    if (split := _SHORTCUT.match(token.text)) is not None:
        return _known(spec, split["name"], token.start), split["value"]
    flag = word.casefold().removeprefix("no-").removeprefix("no")
    for name, value in ((word, "True"), (flag, "False")):
        switch = argument(spec, name) if len(name) > 2 else None
        if switch is not None and switch.kind == "bool":
            return switch, value
    return _known(spec, word, token.start, value=True), word


def _known(spec: LayerSpec, word: str, start: int, *, value: bool = False) -> ArgSpec:
    """The argument of this name; raises where there is none, or where a value is wanted behind it."""
    arg = argument(spec, word)
    if arg is None:
        names = ", ".join(arg.name for arg in spec.args) or "none"
        raise _Misread(start, f"{spec.name} has no argument “{word[:40]}”; its arguments: {names}.")
    if value:
        raise _Misread(start, f"{arg.name} needs a value: {arg.name}={_example(arg)}.")
    return arg


def _example(arg: ArgSpec) -> str:
    start = arg.initial if arg.initial is not None else arg.start
    return str(start)


def _order(spec: LayerSpec, count: int) -> list[ArgSpec]:
    """The arguments that bare values stand for: in PyTorch's order where it gets all that it asks for."""
    asked = [arg for arg in spec.args if isinstance(arg.default, Required)]
    free = [arg for arg in asked if arg.follows is None]
    if count >= len(asked) or not free:
        return list(spec.args)
    return free + [arg for arg in spec.args if arg not in asked]


def _value(arg: ArgSpec, text: str, start: int) -> ArgValue:
    text = text.strip("'\"") if arg.choices else text
    if (arg.lengths or arg.kind in {"ints", "floats"}) and _SIZES.match(text):
        text = ", ".join(re.split("[x×]", text))
    try:
        return parse_arg(arg, text)
    except ArgError as error:
        raise _Misread(start, str(error)) from error
