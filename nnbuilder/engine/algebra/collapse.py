"""Several Linear layers as one: the product of their weights, held against the layers themselves.

W2 (W1 x + b1) + b2 is (W2 W1) x + (W2 b1 + b2). The product is taken in float64 and rounded once, so that
what differs from the layers is only their own rounding.
"""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.algebra.errors import AlgebraError
from nnbuilder.engine.algebra.stretches import stretches_of
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.formula import counting_formula
from nnbuilder.engine.given import DTYPES
from nnbuilder.engine.trace import TraceError, forward
from nnbuilder.engine.weights import encode_weights, put_weights, read_weights
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import orders_of
from nnbuilder.project.project import Project
from nnbuilder.protocol.algebra import NOTHING, Collapse, Collapsed, Matrix, Numbers, Stretch, Tried
from nnbuilder.runs.weights import store_weights

ROWS = 64
"""Rows that are sent through both."""

SHOWN = 64
"""Rows and columns of a matrix that are told, at most."""

ACTIVATIONS = (NOTHING, "ReLU", "LeakyReLU", "Tanh", "Sigmoid", "GELU")
"""What is tried between the layers."""

Layers = tuple[tuple[NodeId, str], ...]


def collapse(request: Collapse) -> Collapsed:
    """Looks and multiplies; raises what keeps the network from being built, and `AlgebraError`."""
    stretches = stretches_of(request.project.graph)
    if not stretches:
        return Collapsed()
    prepared, notes = _prepared(request)
    network, kind, layers = fresh_network(request.project, prepared.profile if prepared else None)
    if request.project.weights is not None and request.runs:
        modules = ((node, network.get_submodule(name)) for node, name in layers)
        notes += put_weights(modules, read_weights(Path(request.runs), request.project.weights))
    chosen = _chosen(stretches, request.nodes)
    stretch, x = stretches[chosen], _samples(prepared, kind, request.project)
    with torch.no_grad():
        chain = [_linear(network, name) for name in stretch.names]
        fed, rows = _fed(network, layers, x, stretch, prepared)
        told = _told(chain, stretch, _drawn_between(network, layers, stretch), fed)
        whole, sha256 = None, ""
        if stretch.plain:
            after = list(_after(network, layers, stretch, chain))
            whole = None if x is None else _apart(network(x), nn.Sequential(*(one for _, one in after))(x))
            if request.keep and request.runs:
                sha256 = store_weights(Path(request.runs), encode_weights(after))
    return msgspec.structs.replace(
        told, stretches=stretches, chosen=chosen, rows=rows, whole=whole, sha256=sha256, notes=notes
    )


def _chosen(stretches: Sequence[Stretch], nodes: tuple[NodeId, ...]) -> int:
    """Which of them is asked for: the one of these layers, else the first in which one of them is."""
    exact = (place for place, one in enumerate(stretches) if one.nodes == nodes)
    among = (place for place, one in enumerate(stretches) if set(one.nodes) & set(nodes))
    return next(exact, next(among, 0))


def merged(chain: Sequence[nn.Linear]) -> nn.Linear:
    """One Linear that does what these do one after the other; without a bias where none of them has one."""
    weight = chain[0].weight.double()
    bias = torch.zeros(len(weight), dtype=torch.float64) if chain[0].bias is None else chain[0].bias.double()
    for layer in chain[1:]:
        own = layer.weight.double()
        weight, bias = own @ weight, own @ bias
        bias = bias if layer.bias is None else bias + layer.bias.double()
    has_bias = any(layer.bias is not None for layer in chain)
    one = nn.Linear(weight.shape[1], weight.shape[0], bias=has_bias, dtype=chain[0].weight.dtype)
    one.weight.copy_(weight)
    if has_bias:
        one.bias.copy_(bias)
    return one


def _told(chain: list[nn.Linear], stretch: Stretch, drawn: list[nn.Module | None], fed: Tensor) -> Collapsed:
    """What is said of a stretch of layers and of the one."""
    one = merged(chain)
    _check(chain, one, stretch, fed)
    left = merged(chain[1:]).weight
    names = [_called(stretch)] if not stretch.plain else []
    tried = [_tried(name, chain, drawn, one, fed) for name in names]
    others = (name for name in ACTIVATIONS if name not in names)
    tried += [_tried(name, chain, [_made(name) for _ in drawn], one, fed) for name in others]
    return Collapsed(
        weight=_matrix(one.weight),
        bias=_numbers(one.bias) if one.bias is not None else (),
        left=_matrix(left),
        right=_matrix(chain[0].weight),
        shape=(one.out_features, one.in_features),
        inner=chain[0].out_features,
        rank=int(torch.linalg.matrix_rank(one.weight)),
        full=min(one.weight.shape),
        has_bias=one.bias is not None,
        counts=(sum(map(_count, chain)), _count(one)),
        formulas=(" + ".join(map(_formula, chain)), _formula(one)),
        outputs=_matrix(one(fed)),
        tried=tuple(tried),
    )


def _check(chain: list[nn.Linear], one: nn.Linear, stretch: Stretch, fed: Tensor) -> None:
    """Refuses numbers that nothing can be held against."""
    known: list[Tensor] = [parameter for layer in (*chain, one) for parameter in layer.parameters()]
    known += [one(fed), nn.Sequential(*chain)(fed)]
    if not all(bool(torch.isfinite(numbers).all()) for numbers in known):
        layers = " and ".join((", ".join(stretch.names[:-1]), stretch.names[-1]))
        raise AlgebraError(
            f"The layers {layers} hold or give numbers that are NaN or infinite, so nothing can be compared: "
            "re-initialize them, or undo what made them so."
        )


def _tried(
    name: str, chain: list[nn.Linear], between: Sequence[nn.Module | None], one: nn.Linear, fed: Tensor
) -> Tried:
    """The layers with these modules between them, held against the one."""
    value, changed, hidden = chain[0](fed), 0, 0
    for module, layer in zip(between, chain[1:], strict=True):
        if module is not None:
            before, value = value, module(value)
            changed += int((value != before).sum())
            hidden += value.numel()
        value = layer(value)
    differences = (value - one(fed)).abs()
    best = None if name == NOTHING else _best(fed, value)
    share = changed / hidden if hidden else 0.0
    return Tried(name, _matrix(value), float(differences.max()), float(differences.mean()), share, best)


def _best(fed: Tensor, wanted: Tensor) -> float | None:
    """How far the Linear that fits these rows best is off at most; None where too few rows hold it down."""
    if len(fed) < 2 * (fed.shape[1] + 1):
        return None
    known = torch.cat([fed.double(), torch.ones(len(fed), 1, dtype=torch.float64)], dim=1)
    solved = torch.linalg.lstsq(known, wanted.double(), driver="gelsd").solution
    return _apart(known @ solved, wanted.double())


def _linear(network: nn.Module, name: str) -> nn.Linear:
    layer = network.get_submodule(name)
    if not isinstance(layer, nn.Linear):
        raise TypeError(f"{name} is no Linear")
    return layer


def _made(name: str) -> nn.Module | None:
    found = None if name == NOTHING else getattr(nn, name)()
    return found if isinstance(found, nn.Module) else None


def _called(stretch: Stretch) -> str:
    return next(name for name in stretch.between if name)


def _drawn_between(network: nn.Module, layers: Layers, stretch: Stretch) -> list[nn.Module | None]:
    """The modules that stand between the layers of a stretch, as they are in the network."""
    order = [node for node, _ in layers]
    found: list[nn.Module | None] = []
    for (first, last), name in zip(itertools.pairwise(stretch.nodes), stretch.between, strict=True):
        inside = layers[order.index(first) + 1 : order.index(last)]
        modules = [network.get_submodule(path) for _, path in inside]
        found.append(next((one for one in modules if type(one).__name__ == name), None))
    return found


def _after(
    network: nn.Module, layers: Layers, stretch: Stretch, chain: list[nn.Linear]
) -> Iterator[tuple[NodeId, nn.Module]]:
    """The layers of the network after these became one, in the place of the last of them."""
    for node, name in layers:
        if node == stretch.nodes[-1]:
            yield node, merged(chain)
        elif node not in stretch.nodes:
            yield node, network.get_submodule(name)


def _prepared(request: Collapse) -> tuple[Prepared | None, tuple[str, ...]]:
    base = Path(request.base) if request.base else None
    try:
        return load(request.project.data, request.project.training.seed, base), ()
    except DataError as error:
        return None, (f"The data cannot be loaded: {error}",)


def _samples(prepared: Prepared | None, kind: TensorType, project: Project) -> Tensor | None:
    """The first training rows as the network takes them; None where the data are not of its kind."""
    sizes = [size for size in kind.shape[1:] if size is not None]
    if prepared is None or len(sizes) < len(kind.shape) - 1 or not orders_of(project.graph)[None].complete:
        return None
    part = torch.from_numpy(prepared.train.x[:ROWS])
    try:
        return part.reshape(len(part), *sizes).to(DTYPES[kind.dtype])
    except RuntimeError:
        return None


def _fed(
    network: nn.Module, layers: Layers, x: Tensor | None, stretch: Stretch, prepared: Prepared | None
) -> tuple[Tensor, str]:
    """What comes to the first of the layers, as rows, and where it is from in words."""
    first = _linear(network, stretch.names[0])
    if x is not None and prepared is not None:
        try:
            found = forward(network, layers, x).of(stretch.nodes[0])
        except TraceError:
            found = None
        if found is not None:
            rows = found.input.reshape(-1, first.in_features)[:ROWS]
            return rows, f"{len(rows):,} training rows of {prepared.profile.title}"
    seeded = torch.Generator().manual_seed(0)
    made = torch.randn(ROWS, first.in_features, generator=seeded, dtype=torch.float32)
    return made.to(first.weight.dtype), f"{ROWS} random rows, as there are no data for this network"


def _apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


def _count(layer: nn.Linear) -> int:
    return sum(parameter.numel() for parameter in layer.parameters())


def _formula(layer: nn.Linear) -> str:
    spec = LAYERS["Linear"]
    args = {
        "in_features": layer.in_features,
        "out_features": layer.out_features,
        "bias": layer.bias is not None,
    }
    return counting_formula(spec, args, _count(layer))


def _matrix(tensor: Tensor) -> Matrix:
    return tuple(_numbers(row) for row in tensor.detach()[:SHOWN])


def _numbers(row: Tensor) -> Numbers:
    return tuple(float(one) for one in row.detach()[:SHOWN])
