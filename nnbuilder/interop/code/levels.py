"""Lists of layers in a text brought to what is drawn: only lines of layers that changed are touched."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.interop.code.changes import TextChange
from nnbuilder.interop.code.expressions import STEP, Expressions, ordered
from nnbuilder.interop.code.lines import chunks, indent_of
from nnbuilder.interop.code.pieces import Piece, says_args
from nnbuilder.interop.code.pieces import every as every_piece
from nnbuilder.interop.code.places import Placed, every
from nnbuilder.interop.code.sequence import longest_rising
from nnbuilder.interop.code.syntax import Kind, Slots, Syntax
from nnbuilder.interop.code.values import set_args
from nnbuilder.interop.pretty import quoted
from nnbuilder.interop.python_writer import FROZEN


class OtherForm(NNBuilderError):  # noqa: N818
    """A text makes its layers in a way that cannot take a change line by line."""


def level_changes(
    syntax: Syntax, before: Sequence[Placed], after: Sequence[Piece], prefix: str
) -> list[TextChange]:
    """The changes of all lists of layers in a text, of which each speaks of the text as it is.

    Of those at one place, what ends a layer comes first and what starts one last. Raises `OtherForm`.
    """
    levels = _Levels(syntax, before, after, prefix)
    levels.bring(before, after)
    return [*levels.behind, *levels.between, *levels.before]


class _Levels:
    """Gathers the changes of one text."""

    def __init__(self, syntax: Syntax, before: Sequence[Placed], after: Sequence[Piece], prefix: str) -> None:
        self.syntax = syntax
        self.behind: list[TextChange] = []
        self.between: list[TextChange] = []
        self.before: list[TextChange] = []
        placed = {layer.id: layer for layer in every(before)}
        counts = Counter(layer.span for layer in placed.values())
        self.shared = {span for span, count in counts.items() if count > 1}
        self.wanted = {piece.id for piece in every_piece(after)}
        self.expressions = Expressions(syntax, placed, self.shared, prefix)
        self._root = before

    def bring(self, old: Sequence[Placed], new: Sequence[Piece], group: Placed | None = None) -> None:
        """Brings one level to what is drawn."""
        there = {layer.id: layer for layer in old}
        stayed: Collection[NodeId] = there
        if _names(old) != [(piece.id, piece.name) for piece in new]:
            slots = self.syntax.slots(old, group)
            if slots is None or any(layer.span in self.shared for layer in old):
                raise OtherForm
            self.expressions.learn(self._root, None)
            stayed = _Level(self, slots, old, new).bring()
        for piece in new:
            if piece.id in stayed:
                self._layer(there[piece.id], piece)

    def _layer(self, old: Placed, piece: Piece) -> None:
        """Brings one layer, and what lies in it, to what is drawn."""
        same = old.layer.type == piece.type
        if same and old.layer.frozen != piece.frozen:
            self._freeze(old, piece)
        if same and piece.type == GROUP:
            self.bring(old.layers, piece.layers, old)
            return
        if same and says_args(old.layer.args, piece):
            return
        call = self.syntax.call(old)
        if call is None or old.span in self.shared:
            raise OtherForm
        changes = set_args(self.syntax, call, old.layer, piece) if same else None
        if changes is None:
            text = self.expressions.text(piece, indent_of(self.syntax.text, old.start))
            changes = [TextChange(old.start, self.syntax.span(self.syntax.held(call))[1], text)]
        self.between += changes

    def _freeze(self, old: Placed, piece: Piece) -> None:
        """Calls `requires_grad_(False)` on a layer, or takes that away."""
        call = self.syntax.call(old)
        if call is None or old.span in self.shared:
            raise OtherForm
        end = self.syntax.span(self.syntax.held(call))[1]
        if piece.frozen:
            self.behind.append(TextChange(end, end, FROZEN))
        elif self.syntax.text[old.end : end] == FROZEN:
            self.behind.append(TextChange(old.end, end, ""))
        else:
            raise OtherForm


class _Level:
    """Brings one list to other layers, or others in another order, or under other names."""

    def __init__(self, levels: _Levels, slots: Slots, old: Sequence[Placed], new: Sequence[Piece]) -> None:
        self._levels = levels
        self._slots = slots
        self._old, self._new = old, new
        self._text = levels.syntax.text
        self._chunks = chunks(self._text, slots.items, slots.start)
        self._named = any(piece.name for piece in new)
        self._wraps = slots.kind == "calls" and self._named
        self._kind: Kind = "pairs" if self._wraps else slots.kind
        if self._wraps and not slots.of_call:
            raise OtherForm

    def bring(self) -> set[NodeId]:
        """Gathers the changes; answers which layers stay where they are."""
        index = {layer.id: place for place, layer in enumerate(self._old)}
        common = [index[piece.id] for piece in self._new if piece.id in index]
        stay = {common[place] for place in longest_rising(common)}
        if not stay:
            self._fill()
            return set()
        gone = [place for place in range(len(self._old)) if place not in stay]
        for _, run in groupby(enumerate(gone), lambda pair: pair[1] - pair[0]):
            places = [place for _, place in run]
            self._remove(places[0], places[-1])
        self._put(index, stay)
        self._wrap()
        return {self._old[place].id for place in stay}

    def _wrap(self) -> None:
        """Makes the list one of names, where it was none and names came."""
        if self._wraps:
            self._levels.between.insert(0, TextChange(self._slots.start, self._slots.start, "OrderedDict(["))
            self._levels.before.append(TextChange(self._slots.end, self._slots.end, "])"))

    def _put(self, index: dict[NodeId, int], stay: Collection[int]) -> None:
        """Puts new layers behind those that stay before them, and gives those their names."""
        runs: dict[int | None, list[tuple[int, Piece]]] = {}
        anchor: int | None = None
        for place, piece in enumerate(self._new):
            old = index.get(piece.id)
            if old is not None and old in stay:
                anchor = old
                self._name(old, _key(place, piece))
            else:
                runs.setdefault(anchor, []).append((place, piece))
        for anchor, run in runs.items():
            if anchor is None:
                self._insert_before(min(stay), run)
            else:
                self._insert_behind(anchor, run)

    def _name(self, place: int, key: str) -> None:
        """Gives a layer that stays its name, or its new index where names are written."""
        item = self._chunks[place]
        if self._wraps:
            self._levels.before.append(TextChange(item.start, item.start, f"({quoted(key)}, "))
            self._levels.behind.append(TextChange(item.end, item.end, ")"))
        elif self._slots.keys and self._slots.keys[place][1] != key:
            self._change(*self._slots.keys[place][0], quoted(key))

    def _insert_behind(self, place: int, run: Sequence[tuple[int, Piece]]) -> None:
        item = self._chunks[place]
        if not item.first or (item.comma and not item.last):
            self._change(item.end, item.end, "".join(f", {self._item(*one, item.indent)}" for one in run))
            return
        if item.comma:
            self._change(item.next, item.next, "".join(self._line(*one, item.indent) for one in run))
            return
        *others, last = run
        lines = "".join(self._line(*one, item.indent) for one in others)
        if item.last:
            self._change(item.end, item.end, ",")
            self._change(item.next, item.next, lines + self._line(*last, item.indent, ""))
        else:
            end = f"{item.indent}{self._item(*last, item.indent)}"
            self._change(item.end, item.end, f",\n{lines}{end}")

    def _insert_before(self, place: int, run: Sequence[tuple[int, Piece]]) -> None:
        item = self._chunks[place]
        if item.first:
            self._change(item.above, item.above, "".join(self._line(*one, item.indent) for one in run))
        else:
            self._change(item.start, item.start, "".join(f"{self._item(*one, item.indent)}, " for one in run))

    def _remove(self, first: int, last: int) -> None:
        """Takes layers that follow each other out, with their lines where these are their own."""
        items = self._chunks[first : last + 1]
        if all(item.whole for item in items):
            for place, item in enumerate(items, first):
                moved = self._old[place].id in self._levels.wanted
                self._change(item.above if moved else item.top, item.next, "")
            return
        start, end = items[0].start, items[-1].end
        before = self._chunks[first - 1] if first else None
        behind = self._chunks[last + 1] if last + 1 < len(self._chunks) else None
        if before is not None and (behind is None or "\n" in self._text[end : behind.start]):
            held = "#" in self._text[before.end : start]
            self._change(start if held else before.end, end, "")
        elif behind is not None:
            self._change(start, behind.start, "")

    def _fill(self) -> None:
        """Writes the whole list anew, where none of its layers stays."""
        start, end = self._slots.start, self._slots.end
        if self._chunks and all(item.whole for item in self._chunks):
            first = self._chunks[0]
            self._change(first.above, first.above, self._lines(first.indent))
            self._remove(0, len(self._chunks) - 1)
            self._wrap()
            return
        indent = indent_of(self._text, start)
        lines = self._lines(indent + STEP)
        if not lines:
            self._change(start, end, "")
        elif self._wraps:
            self._change(start, end, ordered(lines, indent))
        else:
            self._change(start, end, f"\n{lines}{indent}")

    def _item(self, place: int, piece: Piece, indent: str) -> str:
        return self._levels.expressions.item(piece, indent, self._kind, _key(place, piece))

    def _lines(self, indent: str) -> str:
        return "".join(self._line(place, piece, indent) for place, piece in enumerate(self._new))

    def _line(self, place: int, piece: Piece, indent: str, comma: str = ",") -> str:
        return self._levels.expressions.line(piece, indent, self._kind, _key(place, piece), comma)

    def _change(self, start: int, end: int, text: str) -> None:
        self._levels.between.append(TextChange(start, end, text))


def _key(place: int, piece: Piece) -> str:
    return piece.name or str(place)


def _names(layers: Sequence[Placed]) -> list[tuple[NodeId, str]]:
    return [(layer.id, layer.layer.name) for layer in layers]
