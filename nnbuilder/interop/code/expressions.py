"""What is written for a layer that comes into a list: its own words and comments where the text had them."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.interop.code.changes import Span
from nnbuilder.interop.code.lines import Chunk, chunks, indent_of, reindented
from nnbuilder.interop.code.pieces import Piece, every, same_layers, says_args
from nnbuilder.interop.code.places import Placed
from nnbuilder.interop.code.syntax import Kind, Syntax
from nnbuilder.interop.pretty import Expression, layout, quoted

STEP = "    "
"""One indentation."""

_OURS = "nn."
"""What the writer writes before the name of a layer."""


class Expressions:
    """Writes layers for one text, which calls torch.nn by its own name."""

    def __init__(
        self, syntax: Syntax, before: Mapping[NodeId, Placed], shared: Collection[Span], prefix: str
    ) -> None:
        self._syntax = syntax
        self._before = before
        self._shared = shared
        self._prefix = prefix
        self._chunks: dict[NodeId, Chunk] = {}

    def learn(self, layers: Sequence[Placed], group: Placed | None) -> None:
        """Learns which comments belong to the layers of a level, and of those in it."""
        slots = self._syntax.slots(layers, group)
        if slots is not None:
            found = chunks(self._syntax.text, slots.items, slots.start)
            self._chunks |= dict(zip((layer.id for layer in layers), found, strict=False))
        for layer in layers:
            if layer.layer.type == GROUP:
                self.learn(layer.layers, layer)

    def text(self, piece: Piece, indent: str, *, width: int = 0) -> str:
        """The call of a layer; its lines behind the first one start with the indentation.

        `width` is how many columns stand before the first line beside the indentation.
        """
        old = self._before.get(piece.id)
        if old is not None and old.span not in self._shared and _is_still(old, piece):
            text = self._syntax.text
            call = self._syntax.call(old)
            end = old.end if call is None else self._syntax.span(self._syntax.held(call))[1]
            return reindented(text[old.start : end], indent_of(text, old.start), indent)
        if piece.type == GROUP and self._holds_known(piece):
            lines = (self.line(layer, indent + STEP, "calls") for layer in piece.layers)
            return f"{self._prefix}{GROUP}(\n{''.join(lines)}{indent})"
        return self._laid_out(piece.written, indent, len(indent) + width)

    def item(self, piece: Piece, indent: str, kind: Kind, key: str = "") -> str:
        """A layer as a list of this kind holds it, without its comma."""
        if kind == "calls":
            return self.text(piece, indent)
        name = quoted(key)
        if kind == "entries":
            return f"{name}: {self.text(piece, indent, width=len(name) + 2)}"
        return f"({name}, {self.text(piece, indent, width=len(name) + 3)})"

    def line(self, piece: Piece, indent: str, kind: Kind, key: str = "", comma: str = ",") -> str:
        """A layer on lines of its own, with the comments that belong to it."""
        above, note = self._comments(piece, indent)
        return f"{above}{indent}{self.item(piece, indent, kind, key)}{comma}{note}\n"

    def _comments(self, piece: Piece, indent: str) -> tuple[str, str]:
        known = self._chunks.get(piece.id)
        if known is None or not known.first:
            return "", ""
        lines = self._syntax.text[known.above : known.top].splitlines()
        above = "".join(f"{indent}{line.strip()}\n" for line in lines)
        return above, f"  {known.note}" if known.note and known.last else ""

    def _holds_known(self, group: Piece) -> bool:
        """Whether layers of the text lie in a new group, none of which has a name."""
        inside = tuple(every(group.layers))
        return any(piece.id in self._before for piece in inside) and not any(piece.name for piece in inside)

    def _laid_out(self, expression: Expression, indent: str, before: int) -> str:
        return layout(self._called(expression), len(indent), before)

    def _called(self, expression: Expression) -> Expression:
        """The expression with torch.nn under the text's own name for it."""
        if isinstance(expression, str) or self._prefix == _OURS:
            return expression
        head = expression.head
        if head.startswith(_OURS):
            head = self._prefix + head.removeprefix(_OURS)
        items = tuple(map(self._called, expression.items))
        return msgspec.structs.replace(expression, head=head, items=items)


def ordered(lines: str, indent: str) -> str:
    """Lines of pairs as the one argument of a Sequential that gives its layers names."""
    return f"OrderedDict([\n{lines}{indent}])"


def _is_still(old: Placed, piece: Piece) -> bool:
    """Whether the text of a layer still says what is drawn; its name stands elsewhere."""
    layer = old.layer
    return (
        layer.type == piece.type
        and layer.frozen == piece.frozen
        and says_args(layer.args, piece)
        and same_layers(layer.layers, piece.layers)
    )
