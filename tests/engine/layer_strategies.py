"""Random arguments and inputs for every layer, near what fits: most of them run, many do not."""

import math

from hypothesis import strategies as st

from nnbuilder.catalog.spec import ArgSpec, LayerSpec, Required
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, Node, NodeId
from tests.strategies import values_of

REACH = 4
"""How far above the smallest value whole numbers mostly go."""

EXTREMES = (0, 1, 2, 7, 64, 1000, 10**5, 10**6, 10**9, 2**31 - 2, 2**31 - 1)
"""Whole numbers that somebody may type, or a file may hold."""

INDEXED = frozenset({"Embedding", "EmbeddingBag"})
"""Layers that look rows up by whole numbers."""

RANKS = {"1d": (1, 2), "2d": (2, 3), "3d": (3, 4)}
"""How many dimensions behind the batch may fit a layer whose name ends so."""


def likely(arg: ArgSpec) -> st.SearchStrategy[ArgValue]:
    """Values of an argument, most of them small enough to go with others."""
    low = math.floor(max(arg.minimum if arg.minimum is not None else 0, -REACH))
    small: st.SearchStrategy[ArgValue] = st.integers(low, low + REACH)
    if arg.kind == "ints":
        return st.lists(small, min_size=1, max_size=3).map(tuple)
    if arg.kind != "int":
        return values_of(arg)
    part = small | st.none() if arg.gaps else small
    places = [st.tuples(*[part] * length) for length in arg.lengths]
    words = [st.sampled_from(arg.choices)] if arg.choices else []
    return st.one_of([small, small, *places, *words])


def extreme(arg: ArgSpec) -> st.SearchStrategy[ArgValue]:
    """Values of an argument at the ends of what it may be."""
    if arg.kind in {"bool", "choice", "text"}:
        return values_of(arg)
    numbers: list[float] = [sign * number for number in EXTREMES for sign in (1, -1)]
    if arg.kind in {"float", "floats"}:
        numbers = [*map(float, numbers), 1e-300, 1e300, 0.5]
    fitting = [number for number in numbers if _fits(arg, number)]
    one: st.SearchStrategy[ArgValue] = st.sampled_from(fitting)
    lengths = arg.lengths[:3]
    tuples = [st.tuples(*[one] * length) for length in lengths]
    return st.one_of(tuples) if arg.kind in {"ints", "floats"} else st.one_of([one, *tuples])


@st.composite
def nodes(draw: st.DrawFn, spec: LayerSpec) -> Node:
    """A layer with random arguments; what may follow mostly does, what has a default often keeps it."""
    args = {arg.name: draw(likely(arg)) for arg in spec.args if draw(_given(arg))}
    return Node(NodeId("n"), spec.name, args)


@st.composite
def hostile_nodes(draw: st.DrawFn, spec: LayerSpec) -> Node:
    """A layer one or two of whose arguments are extreme."""
    node = draw(nodes(spec))
    chosen = draw(
        st.lists(st.sampled_from(spec.args), min_size=1, max_size=2, unique_by=lambda arg: arg.name)
    )
    args = {**node.args, **{arg.name: draw(extreme(arg)) for arg in chosen}}
    return Node(node.id, node.type, args)


@st.composite
def inputs(draw: st.DrawFn, spec: LayerSpec, sizes: st.SearchStrategy[int]) -> TensorType:
    """An input type: mostly of a rank and dtype that fits the layer."""
    ranks = RANKS.get(spec.name[-2:], (2, 2) if spec.group in {"Recurrent", "Transformer"} else (1, 4))
    rank = draw(st.integers(1, 5) if draw(st.integers(0, 9)) == 0 else st.integers(*ranks))
    fitting = "int64" if spec.name in INDEXED else "float32"
    dtype = draw(st.sampled_from([fitting] * 7 + ["float32", "float64", "int64"]))
    return TensorType((None, *(draw(sizes) for _ in range(rank))), dtype)


def _given(arg: ArgSpec) -> st.SearchStrategy[bool]:
    if isinstance(arg.default, Required) and arg.follows is None:
        return st.just(True)
    return st.sampled_from([True] + [False] * (6 if arg.follows else 2))


def _fits(arg: ArgSpec, number: float) -> bool:
    return (
        arg.fault((number,) * max(arg.lengths, default=1) if arg.kind in {"ints", "floats"} else number)
        is None
    )
