"""What a layer expects of its input when nothing reaches it, found by asking torch about likely shapes."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec, Required
from nnbuilder.engine.build import followed
from nnbuilder.engine.walk import Inference
from nnbuilder.graph.analysis import Need, TensorType
from nnbuilder.graph.graph import ArgValue, Node

Sizes = tuple[int, ...]

_LETTERS = {2: ("C",), 3: ("C", "L"), 4: ("C", "H", "W"), 5: ("C", "D", "H", "W")}
_SEQUENCE = ("L", "C")
"""What dimensions are called where nothing is known of them; the second where features come last."""

_COUNT = re.compile(r"[123](?=d$)")
_SIDES = (8, 72)
"""Small first, which costs least; the second is large enough for kernels, and most groups divide it."""

_VOLUME = 24
"""The largest side of a volume that is tried."""

_ROWS = frozenset({"BatchNorm1d"})
"""Layers that are named after one dimension and mostly see rows without any."""

DTYPES = ("float32", "int64", "float64")
"""What an Input can give, the usual first."""

_BATCHES = (5, 7, 11, 13, 17, 19, 23)


class Needs:
    """Asks once about each layer with its arguments."""

    def __init__(self) -> None:
        self._inference = Inference()
        self._known: dict[object, _Taken | None] = {}

    def of(self, node: Node, rank: int | None = None) -> Need | None:
        """What a layer as drawn expects; None where it takes anything, or where torch takes nothing.

        With as many dimensions as `rank` says where it takes those, else with as few as it takes.
        """
        spec = LAYERS.get(node.type)
        if spec is None or any(arg.fault(_value(arg, node)) is not None for arg in spec.args):
            return None
        key = (node.type, tuple(sorted(node.args.items(), key=lambda item: item[0])))
        if key not in self._known:
            self._known[key] = self._found(spec, node)
        taken = self._known[key]
        return None if taken is None else _named(spec, taken, rank)

    def dtype(self, spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType) -> str | None:
        """The dtype with which a layer takes the very shape that it refuses."""
        others = (TensorType(kind.shape, dtype) for dtype in DTYPES if dtype != kind.dtype)
        return next((other.dtype for other in others if self._passes(spec, args, other)), None)

    def least(self, spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType) -> int | None:
        """The smallest side with which a layer runs that refuses this input; None where no side helps."""
        low, high = min(size or 1 for size in kind.shape[2:]), _large(_SIDES[-1], len(kind.shape))
        if low >= high or not self._passes(spec, args, _with_sides(kind, high)):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self._passes(spec, args, _with_sides(kind, middle)):
                high = middle
            else:
                low = middle
        return high

    def _found(self, spec: LayerSpec, node: Node) -> "_Taken | None":
        follows = {arg.name: arg for arg in spec.args if arg.follows}
        pinned = {name: value for name in follows if (value := node.args.get(name, AUTO)) != AUTO}
        for dtype in DTYPES[:2]:
            for side in _SIDES:
                shapes = {rank: _shape(follows, pinned, rank, _large(side, rank)) for rank in _LETTERS}
                ranks = [rank for rank, sizes in shapes.items() if self._takes(spec, node, sizes, dtype)]
                if ranks:
                    return _Taken(follows, pinned, ranks, dtype)
        return None

    def _takes(self, spec: LayerSpec, node: Node, sizes: Sizes | None, dtype: str) -> bool:
        if sizes is None:
            return False
        batch = next(size for size in _BATCHES if size not in node.args.values())
        kind = TensorType((batch, *sizes), dtype)
        args = {arg.name: _value(arg, node) for arg in spec.args}
        for arg in spec.args:
            if args[arg.name] == AUTO and arg.follows:
                args[arg.name] = followed(arg, kind)
        return self._passes(spec, args, kind)

    def _passes(self, spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType) -> bool:
        if AUTO in args.values():
            return False
        output = self._inference.outcome(spec, args, kind, lambda: None).output
        return output is not None and output.shape[:1] == (None,)


class _Taken(msgspec.Struct, frozen=True):
    """The dimensions, batch among them, and the dtype with which torch runs a layer."""

    follows: Mapping[str, ArgSpec]
    pinned: Mapping[str, ArgValue]
    ranks: list[int]
    dtype: str

    @property
    def anything(self) -> bool:
        """Whether nothing is asked for at all."""
        return len(self.ranks) == len(_LETTERS) and not self.pinned and self.dtype == DTYPES[0]


def _named(spec: LayerSpec, taken: _Taken, rank: int | None) -> Need | None:
    """What is asked for in letters and numbers, with the wanted, the usual or the fewest dimensions."""
    if taken.anything:
        return None
    named = _COUNT.search(spec.name)
    usual = 3 if spec.arg("batch_first") else int(named[0]) + 2 if named else None
    if spec.name in _ROWS:
        usual = 2
    chosen = next((one for one in (rank, usual) if one in taken.ranks), None) or taken.ranks[0]
    return Need(("N", *_words(taken.follows, taken.pinned, chosen)), taken.dtype)


def _large(side: int, rank: int) -> int:
    """The side of a probe, smaller where it counts three times."""
    return min(side, _VOLUME) if rank > 4 else side


def _with_sides(kind: TensorType, side: int) -> TensorType:
    return TensorType((*kind.shape[:2], *(side for _ in kind.shape[2:])), kind.dtype)


def _value(arg: ArgSpec, node: Node) -> ArgValue:
    value = node.args.get(arg.name, arg.start)
    return arg.initial if isinstance(value, Required) else value


def _shape(
    follows: Mapping[str, ArgSpec], pinned: Mapping[str, ArgValue], rank: int, side: int
) -> Sizes | None:
    """A sample of so many dimensions that agrees with what is pinned; None where it has no room for that."""
    sizes = [side] * (rank - 1)
    for place, size in _places(follows, pinned, rank):
        if not -len(sizes) <= place < len(sizes):
            return None
        sizes[place] = size
    return tuple(sizes)


def _words(follows: Mapping[str, ArgSpec], pinned: Mapping[str, ArgValue], rank: int) -> tuple[str, ...]:
    last = any(arg.follows == "features" for arg in follows.values())
    words = list(_SEQUENCE if last and rank == 3 else _LETTERS[rank])
    for place, size in _places(follows, pinned, rank):
        words[place] = str(size)
    return tuple(words)


def _places(
    follows: Mapping[str, ArgSpec], pinned: Mapping[str, ArgValue], rank: int
) -> Iterator[tuple[int, int]]:
    """Where in a sample which size must stand: channels first, features last, whole shapes at the end."""
    for name, value in pinned.items():
        sizes = value if isinstance(value, tuple) else (value,)
        whole = tuple(size for size in sizes if isinstance(size, int))
        if follows[name].follows == "channels":
            yield from ((0, size) for size in whole)
        elif follows[name].follows == "trailing" and len(whole) != rank - 1:
            yield (-rank, 0)  # no such place: this many dimensions cannot be
        else:
            yield from ((index - len(whole), size) for index, size in enumerate(whole))
