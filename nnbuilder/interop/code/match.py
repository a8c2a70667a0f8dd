"""Which layer of a changed text is which of the one before: the same, changed, moved, or new.

Layers of one level are matched in order, as far as they are of one type; what is left is looked for anywhere
else, so that a line that is moved, or put into a nested Sequential, stays the layer that it was.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

import msgspec

from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.code.pieces import same_value
from nnbuilder.interop.reading import ReadLayer

Path = tuple[int, ...]
"""The index of a layer in its level, behind those of the groups around it."""

Layers = Sequence[ReadLayer]

_MOST_PAIRS = 40_000
"""How many pairs of layers are compared one by one."""

_SAME, _NAMED, _TYPED = 8.0, 4.0, 2.0
"""How much a match counts: of equal layers, of one type and name, of one type."""


class Matches(msgspec.Struct, frozen=True):
    """The old path of each new one that was there before; those `in_place` follow each other as before."""

    old: Mapping[Path, Path]
    in_place: frozenset[Path]


def matches(old: Layers, new: Layers) -> Matches:
    """Which new layer is which old one."""
    return _Matcher(old, new).found()


def every(layers: Layers, around: Path = ()) -> Iterator[tuple[Path, ReadLayer]]:
    """All layers at any depth with their paths, groups before what lies in them."""
    for index, layer in enumerate(layers):
        yield (*around, index), layer
        if layer.layers:
            yield from every(layer.layers, (*around, index))


class _Matcher:
    """Matches level by level, and then what is left."""

    def __init__(self, old: Layers, new: Layers) -> None:
        self._old, self._new = dict(every(old)), dict(every(new))
        self._found: dict[Path, Path] = {}
        self._taken: set[Path] = set()
        self._in_place: set[Path] = set()
        self._gaps: list[tuple[list[Path], list[Path]]] = []
        self._level(old, new, (), ())

    def found(self) -> Matches:
        """Looks for what is left, and answers."""
        if len(self._found) < len(self._new) and len(self._taken) < len(self._old):
            self._elsewhere(_whole)
            self._elsewhere(_called)
            for old, new in self._gaps:
                self._retyped(old, new)
        return Matches(self._found, frozenset(self._in_place))

    def _level(self, old: Layers, new: Layers, over: Path, under: Path) -> None:
        """Matches two levels in order."""
        last = (-1, -1)
        for left, right in [*_aligned(old, new), (len(old), len(new))]:
            gap = (
                [(*over, index) for index in range(last[0] + 1, left)],
                [(*under, index) for index in range(last[1] + 1, right)],
            )
            if all(gap):
                self._gaps.append(gap)
            if left < len(old):
                self._in_place.add((*under, right))
                self._pair((*over, left), (*under, right))
            last = left, right

    def _pair(self, old: Path, new: Path) -> None:
        self._found[new] = old
        self._taken.add(old)
        one, two = self._old[old].layers, self._new[new].layers
        if one and two:
            self._level(one, two, old, new)

    def _elsewhere(self, key: Callable[[ReadLayer], Hashable | None]) -> None:
        """Matches what is left and looks the same, the first with the first."""
        free: dict[Hashable, list[Path]] = {}
        for path, layer in reversed(self._old.items()):
            if path not in self._taken and (word := key(layer)) is not None:
                free.setdefault(word, []).append(path)
        for path, layer in self._new.items():
            found = free.get(key(layer)) if path not in self._found else None
            while found:
                old = found.pop()
                if old not in self._taken:  # a group that was found meanwhile took it along
                    self._pair(old, path)
                    break

    def _retyped(self, old: list[Path], new: list[Path]) -> None:
        """One layer in the place of one other stays that layer, of another type."""
        left = [path for path in old if path not in self._taken]
        right = [path for path in new if path not in self._found]
        if len(left) != len(right):
            return
        for one, two in zip(left, right, strict=True):
            if GROUP not in {self._old[one].type, self._new[two].type}:
                self._in_place.add(two)
                self._pair(one, two)


def _aligned(old: Layers, new: Layers) -> list[tuple[int, int]]:
    """The indices of layers that match in order."""
    one, two = [_whole(layer) for layer in old], [_whole(layer) for layer in new]
    top = 0
    while top < min(len(one), len(two)) and one[top] == two[top]:
        top += 1
    bottom = 0
    while bottom < min(len(one), len(two)) - top and one[-1 - bottom] == two[-1 - bottom]:
        bottom += 1
    left, right = range(top, len(old) - bottom), range(top, len(new) - bottom)
    if len(left) * len(right) <= _MOST_PAIRS:
        middle = _best(old, new, left, right)
    else:
        blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
        middle = [
            (block.a + step, block.b + step)
            for block in blocks
            for step in range(block.size)
            if block.a + step in left and block.b + step in right
        ]
    ends = zip(range(left.stop, len(old)), range(right.stop, len(new)), strict=True)
    return [*((index, index) for index in range(top)), *middle, *ends]


def _best(old: Layers, new: Layers, left: range, right: range) -> list[tuple[int, int]]:
    """The matches in order that count most."""
    width = len(right) + 1
    worth = [[0.0] * width for _ in range(len(left) + 1)]
    alike = [[_worth(old[i], new[j]) for j in right] for i in left]
    for i in reversed(range(len(left))):
        here, below = worth[i], worth[i + 1]
        for j in reversed(range(len(right))):
            both = alike[i][j] + below[j + 1] if alike[i][j] else 0.0
            here[j] = max(both, below[j], here[j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if alike[i][j] and worth[i][j] == alike[i][j] + worth[i + 1][j + 1]:
            found.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif worth[i][j] == worth[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _worth(old: ReadLayer, new: ReadLayer) -> float:
    """How much it counts that one layer is the other; 0 where it cannot be."""
    if old.type != new.type:
        return 0.0
    alike = _share(old, new)
    if old.name != new.name:
        return _TYPED + alike
    return (_SAME if alike == 1.0 else _NAMED) + alike


def _share(old: ReadLayer, new: ReadLayer) -> float:
    """How much of two layers of one type is equal, from 0 to 1."""
    if old.type == GROUP:
        one, two = ([layer.type for layer in group.layers] for group in (old, new))
        return SequenceMatcher(None, one, two, autojunk=False).ratio() if old.layers != new.layers else 1.0
    names = {*old.args, *new.args}
    equal = sum(
        name in old.args and name in new.args and same_value(old.args[name], new.args[name]) for name in names
    )
    return equal / len(names) if names else 1.0


def _whole(layer: ReadLayer) -> Hashable:
    """What is equal for layers that look the same, with all that lies in them."""
    args = tuple(layer.args.items()) if len(layer.args) < 2 else tuple(sorted(layer.args.items()))
    return layer.type, layer.name, args, tuple(map(_whole, layer.layers))


def _called(layer: ReadLayer) -> Hashable | None:
    """What is equal for layers of one type and one name; None where a layer has none."""
    return (layer.type, layer.name) if layer.name else None
