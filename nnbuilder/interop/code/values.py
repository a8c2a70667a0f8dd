"""Arguments of one call in a text: each set by touching its own characters only."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgSpec, LayerSpec, Required
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.code.changes import TextChange
from nnbuilder.interop.code.pieces import Piece, same_value
from nnbuilder.interop.code.syntax import Syntax
from nnbuilder.interop.pretty import layout, literal
from nnbuilder.interop.reading import ReadLayer


def set_args(syntax: Syntax, call: ast.Call, before: ReadLayer, after: Piece) -> list[TextChange] | None:
    """The changes that give a call other arguments; None where the whole call has to be another one.

    That is so where another class hands on the tensor, and where a lazy layer gets a size.
    """
    spec = LAYERS[after.type]
    lazy = _called(call).startswith("Lazy")
    changed = [arg for arg in spec.args if _differs(arg, before, after)]
    if any(arg.role == "output" or (lazy and arg is spec.args[0]) for arg in changed):
        return None
    found: list[TextChange] = []
    for role, where in (("own", call), ("inner", _inner(call, spec))):
        wanted = [arg for arg in changed if arg.role == role]
        if wanted and where is None:
            return None
        if wanted and where is not None:
            places = [arg for arg in spec.args[lazy:] if arg.role == role]
            found += _Call(syntax, where, places, skip=bool(spec.inner) and role == "own").set(wanted, after)
    return found


def _differs(arg: ArgSpec, before: ReadLayer, after: Piece) -> bool:
    if arg.name in after.free and arg.name not in before.args:
        return False
    absent = arg.default
    one, two = before.args.get(arg.name, absent), after.args.get(arg.name, absent)
    if isinstance(one, Required) or isinstance(two, Required):
        return one is not two
    return not same_value(one, two)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _inner(call: ast.Call, spec: LayerSpec) -> ast.Call | None:
    """The call of the layer that another one repeats."""
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg == "encoder_layer")]
    first = given[0] if given and spec.inner else None
    return first if isinstance(first, ast.Call) else None


class _Call:
    """One call whose arguments are set; its first one is skipped where that is a layer itself."""

    def __init__(self, syntax: Syntax, call: ast.Call, args: Sequence[ArgSpec], *, skip: bool) -> None:
        self._syntax = syntax
        self._call = call
        first = int(skip and bool(call.args))
        names = [arg.name for arg in takewhile(lambda arg: not arg.keyword, args)]
        self._values: dict[str, ast.expr] = dict(zip(names, call.args[first:], strict=False))
        self._words = {word.arg: word for word in call.keywords}

    def set(self, wanted: Iterable[ArgSpec], after: Piece) -> Iterator[TextChange]:
        """The changes that set these."""
        added = []
        for arg in wanted:
            value = after.args.get(arg.name, arg.default)
            if isinstance(value, Required):
                continue
            word = self._words.get(arg.name)
            if arg.name in self._values:
                yield TextChange(*self._syntax.span(self._values[arg.name]), _text(value))
            elif word is not None:
                yield TextChange(*self._syntax.span(word.value), _text(value))
            elif arg.name in after.args:
                added.append(f"{arg.name}={_text(value)}")
        if added:
            yield self._with(added)

    def _with(self, added: Sequence[str]) -> TextChange:
        """Puts keyword arguments behind all others."""
        parts = self._parts()
        if parts:
            return TextChange(parts[-1][1], parts[-1][1], "".join(f", {word}" for word in added))
        end = self._syntax.span(self._call)[1] - 1
        return TextChange(end, end, ", ".join(added))

    def _parts(self) -> list[tuple[int, int]]:
        return sorted(
            [*map(self._syntax.span, self._call.args), *map(self._syntax.span, self._call.keywords)]
        )


def _text(value: ArgValue) -> str:
    """A value on one line; no value of a layer is long."""
    return layout(literal(value), before=-1000)
