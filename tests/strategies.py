"""Random drawings, projects and edits for tests: valid chains, and everything else that may be drawn."""

import itertools
from collections.abc import Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, SCHEDULERS, can_learn, new_node, spec_of
from nnbuilder.catalog.spec import AUTO, ArgSpec, Required
from nnbuilder.data.spec import BUILTIN, TOYS, ArraysData, BuiltinData, CsvData, DataSpec, Split, ToyData
from nnbuilder.graph import limits
from nnbuilder.graph.edits import Group, SetDisabled, SetFrozen
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, NOTE_COLORS, ArgValue, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.order import order_of
from nnbuilder.project.project import Project, TrainingConfig

KNOWN = tuple(LAYERS)
"""The layers that may be drawn."""

N1 = NodeId("n1")
LOSS_ID = NodeId("loss")

integers = st.integers(-limits.INTEGER, limits.INTEGER)
numbers = st.floats(-1e9, 1e9, allow_nan=False)
letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, max_size=12)
scalars = st.none() | st.booleans() | integers | numbers | texts
plain_args: st.SearchStrategy[ArgValue] = scalars | st.lists(scalars, max_size=3).map(tuple)
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(texts, below, max_size=3),
    max_leaves=6,
)
coordinates = st.floats(-1e5, 1e5, allow_nan=False) | st.integers(-5000, 5000).map(float)
node_ids = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True).map(NodeId)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="."), max_size=8).map(str.strip)


codes = st.sampled_from(["softmax-before-loss", "linear-after-linear", "x"])
"""Codes of advice, of this version or another."""


def unknown_keys(*known: str) -> st.SearchStrategy[Mapping[str, Any]]:
    """Keys of another version, with anything below them; mostly none."""
    keys = texts.filter(lambda key: key not in known)
    return st.just({}) | st.dictionaries(keys, json_values, max_size=2)


def values_of(spec: ArgSpec) -> st.SearchStrategy[ArgValue]:
    """Values that an argument takes, small enough to build a layer with."""
    values = _values_of_kind(spec)
    if spec.kind in {"int", "float"} and spec.lengths:
        values |= _tuples_of(spec, values | st.none() if spec.gaps else values)
    if spec.kind != "choice" and spec.choices:
        values |= st.sampled_from(spec.choices)
    if spec.none:
        values |= st.none()
    if spec.follows is not None:
        values |= st.just(AUTO)
    return values.filter(lambda value: spec.fault(value) is None)


def _values_of_kind(spec: ArgSpec) -> st.SearchStrategy[ArgValue]:
    low = 0 if spec.minimum is None else spec.minimum
    low = max(low, -64)
    high = low + 64 if spec.maximum is None else min(spec.maximum, low + 64)
    whole = st.integers(int(low), int(high))
    broken = st.floats(low, high)
    match spec.kind:
        case "int":
            return whole
        case "float":
            return broken
        case "bool":
            return st.booleans()
        case "choice":
            return st.sampled_from(spec.choices)
        case "ints":
            return _tuples_of(spec, whole)
        case "floats":
            return _tuples_of(spec, broken)
    return texts


def _tuples_of(spec: ArgSpec, parts: st.SearchStrategy[Any]) -> st.SearchStrategy[ArgValue]:
    """Tuples of one of the lengths that an argument takes."""
    lengths = spec.lengths or (1, 2, 3)
    found: st.SearchStrategy[ArgValue] = st.one_of([st.tuples(*[parts] * size) for size in lengths])
    return found


@st.composite
def args_of(draw: st.DrawFn, specs: tuple[ArgSpec, ...]) -> dict[str, ArgValue]:
    """Explicit arguments: all that PyTorch asks for, and some of the others."""
    needed = {spec.name for spec in specs if isinstance(spec.default, Required) and spec.follows is None}
    return {spec.name: draw(values_of(spec)) for spec in specs if spec.name in needed or draw(st.booleans())}


@st.composite
def layers(draw: st.DrawFn, key: NodeId = N1, types: tuple[str, ...] = KNOWN) -> Node:
    """A node of a known layer with arguments that fit it."""
    kind = draw(st.sampled_from(types))
    args = draw(args_of(LAYERS[kind].args))
    return Node(key, kind, args, x=draw(coordinates), y=draw(coordinates), name=draw(st.just("") | names))


@st.composite
def unknown_layers(draw: st.DrawFn, key: NodeId = N1) -> Node:
    """A node that only another version knows, with arguments of any depth."""
    kind = draw(
        st.text(letters, min_size=1, max_size=12).filter(lambda word: spec_of(Node(key, word)) is None)
    )
    extra = dict(draw(unknown_keys("type", "name", "args", "x", "y", "parent", "disabled")))
    deeper = draw(st.dictionaries(texts, st.dictionaries(texts, json_values, max_size=2), max_size=1))
    args = draw(st.dictionaries(texts.filter(lambda name: name not in deeper), plain_args, max_size=2))
    if deeper:
        extra["args"] = deeper
    return Node(key, kind, args, x=draw(coordinates), y=draw(coordinates), extra=extra)


@st.composite
def losses(draw: st.DrawFn, key: NodeId = LOSS_ID) -> Node:
    """A Loss node with one of the losses."""
    name = draw(st.sampled_from(tuple(LOSSES)))
    return Node(key, LOSS, {"loss": name, **draw(args_of(LOSSES[name].args))}, x=draw(coordinates))


@st.composite
def chains(draw: st.DrawFn, most: int = 8, types: tuple[str, ...] = KNOWN) -> Graph:
    """A complete chain from Input to Loss; its layers need not fit each other."""
    count = draw(st.integers(0, most))
    inner = [draw(layers(NodeId(f"n{number}"), types)) for number in range(1, count + 1)]
    nodes = [new_node(INPUT, NodeId("input")), *(_unnamed(node) for node in inner), draw(losses())]
    edges = tuple(Edge(one.id, other.id) for one, other in itertools.pairwise(nodes))
    return Graph({node.id: node for node in nodes}, edges)


@st.composite
def nested_chains(draw: st.DrawFn, most: int = 8, types: tuple[str, ...] = KNOWN) -> Graph:
    """A complete chain with stretches of it in groups within groups; some layers are disabled or frozen."""
    graph = draw(chains(most, types))
    for number in range(draw(st.integers(0, 3))):
        level = draw(st.sampled_from([None, *(node.id for node in graph.of_type(GROUP))]))
        layers = order_of(graph, level).layers
        if not layers:
            continue
        first = draw(st.integers(0, len(layers) - 1))
        last = draw(st.integers(first, len(layers) - 1))
        name = draw(st.sampled_from(["", f"block{number}"]))
        graph = Group(layers[first : last + 1], Node(NodeId(f"g{number}"), GROUP, name=name)).apply(graph)
    inner = [key for key, node in graph.nodes.items() if node.type not in (INPUT, LOSS)]
    off = draw(st.lists(st.sampled_from(inner), max_size=1)) if inner else []
    graph = SetDisabled(tuple(off), disabled=True).apply(graph) if off else graph
    learning = [key for key in inner if can_learn(graph.nodes[key].type) and key not in off]
    still = draw(st.lists(st.sampled_from(learning), max_size=2, unique=True)) if learning else []
    return SetFrozen(tuple(still), frozen=True).apply(graph) if still else graph


@st.composite
def notes(draw: st.DrawFn, key: NodeId, parents: tuple[NodeId | None, ...] = (None,)) -> Note:
    """A note or a frame."""
    size = st.integers(1, 2000).map(float)
    return Note(
        key,
        text=draw(texts),
        x=draw(coordinates),
        y=draw(coordinates),
        width=draw(size),
        height=draw(size),
        color=draw(st.sampled_from(NOTE_COLORS)),
        frame=draw(st.booleans()),
        parent=draw(st.sampled_from(parents)),
        extra=draw(
            unknown_keys("text", "x", "y", "width", "height", "color", "frame", "parent"),
        ),
    )


@st.composite
def graphs(draw: st.DrawFn, most: int = 8) -> Graph:
    """Anything that may be drawn: any nodes, known or not, in groups or not; any edges between siblings."""
    keys = draw(st.lists(node_ids, max_size=most, unique=True))
    groups: list[NodeId] = []
    nodes: dict[NodeId, Node] = {}
    for key in keys:
        nodes[key] = draw(_anything(key, (None, *groups)))
        groups += [key] if nodes[key].type == GROUP else []
    if not keys:
        return Graph()
    levels = [level for group in (None, *groups) if (level := _level(nodes, group))]
    edges = st.sampled_from(levels).flatmap(_edge_among)
    more = draw(st.lists(node_ids.filter(lambda key: key not in nodes), max_size=2, unique=True))
    return Graph(
        nodes,
        tuple(draw(st.lists(edges, max_size=most, unique=True))),
        {key: draw(notes(key, (None, *groups))) for key in more},
    )


@st.composite
def _anything(draw: st.DrawFn, key: NodeId, parents: tuple[NodeId | None, ...]) -> Node:
    """A node of any kind in one of these groups; the ends lie at the top."""
    group = st.builds(Node, st.just(key), st.just(GROUP), x=coordinates, name=st.just("") | names)
    node = draw(layers(key) | unknown_layers(key) | group | losses(key) | st.builds(_input, st.just(key)))
    if node.type in (INPUT, LOSS):
        return node
    parent, disabled = draw(st.sampled_from(parents)), draw(st.integers(0, 4)) == 0
    return msgspec.structs.replace(node, parent=parent, disabled=disabled, frozen=draw(st.booleans()))


def _level(nodes: Mapping[NodeId, Node], group: NodeId | None) -> list[NodeId]:
    return [key for key, node in nodes.items() if node.parent == group]


def _edge_among(keys: list[NodeId]) -> st.SearchStrategy[Edge]:
    return st.builds(Edge, st.sampled_from(keys), st.sampled_from(keys))


sources = (
    st.builds(BuiltinData, st.sampled_from(BUILTIN))
    | st.builds(
        ToyData, st.sampled_from(TOYS), st.integers(10, 1000), st.floats(0, 2), st.integers(0, limits.INTEGER)
    )
    | st.builds(
        CsvData,
        texts.filter(lambda path: "\0" not in path),
        texts,
        st.sampled_from([None, "classification", "regression"]),
        st.sampled_from(["drop", "mean"]),
        st.lists(texts, max_size=3).map(tuple),
    )
    | st.builds(
        ArraysData,
        texts.filter(lambda path: "\0" not in path),
        texts,
        texts,
        st.sampled_from([None, "classification", "regression"]),
    )
)
data_specs = st.builds(
    DataSpec,
    sources,
    st.builds(Split, st.floats(0, 0.5), st.floats(0, 0.4), st.booleans()),
    st.booleans(),
    st.booleans(),
)


@st.composite
def trainings(draw: st.DrawFn) -> TrainingConfig:
    """A training configuration that holds nothing wrong."""
    name = draw(st.sampled_from(tuple(OPTIMIZERS)))
    weights = st.lists(st.floats(0.1, 9), max_size=3).map(tuple)
    scheduler = draw(st.none() | st.sampled_from(tuple(SCHEDULERS)))
    return TrainingConfig(
        optimizer=name,
        optimizer_args=draw(args_of(OPTIMIZERS[name].args)),
        batch_size=draw(st.integers(1, 512)),
        epochs=draw(st.integers(1, 1000)),
        seed=draw(st.integers(0, limits.INTEGER)),
        threads=draw(st.integers(1, 8)),
        device=draw(st.sampled_from(["cpu", "cuda", "cuda:1", "mps"])),
        clip_value=draw(st.none() | st.floats(1e-6, 1e6)),
        clip_norm=draw(st.none() | st.floats(1e-6, 1e6)),
        lr_scheduler=scheduler,
        lr_scheduler_args=draw(args_of(SCHEDULERS[scheduler].args)) if scheduler else {},
        lr_scheduler_every=draw(st.sampled_from([None, "epoch"])),
        class_weights="balanced" if draw(st.booleans()) else draw(st.none() | weights),
        l1=draw(st.sampled_from([0.0, 0.001])),
        patience=draw(st.none() | st.integers(1, 100)),
        min_delta=draw(st.floats(0, 1)),
        restore_best=draw(st.booleans()),
        minutes=draw(st.none() | st.floats(0.1, 1000)),
    )


@st.composite
def projects(draw: st.DrawFn, drawings: st.SearchStrategy[Graph] | None = None) -> Project:
    """A project that can be saved, with keys of another version here and there."""
    known_keys = ("nnbuilder", "graph", "data", "training", "weights", "source", "silenced")
    extra = dict(draw(unknown_keys(*known_keys)))
    for place, known in (
        ("data", ("source", "split", "standardize", "reconstruct")),
        ("graph", ("nodes", "edges", "notes")),
    ):
        if beside := draw(unknown_keys(*known)):
            extra[place] = beside
    return Project(
        graph=draw(graphs() if drawings is None else drawings),
        data=draw(data_specs),
        training=draw(trainings()),
        weights=draw(st.none() | st.text("0123456789abcdef", min_size=64, max_size=64)),
        source=draw(st.none() | st.text(letters, max_size=60)),
        extra=extra,
        silenced=tuple(draw(st.lists(codes, max_size=2, unique=True))),
    )


def _input(key: NodeId) -> Node:
    return new_node(INPUT, key)


def _unnamed(node: Node) -> Node:
    return Node(node.id, node.type, node.args, x=node.x, y=node.y)
