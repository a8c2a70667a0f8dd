"""Every layer with random arguments: what is said of it is what a CPU does with it.

The full count runs under NNB_SOAK=1; here each layer gets a seeded slice of it.
"""

import warnings

import msgspec
import pytest
import torch
from hypothesis import event, given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO, LayerSpec
from nnbuilder.engine import effort
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.effort import Held, estimate
from nnbuilder.engine.infer import DTYPES, TORCH_ERRORS, batch_beside, infer, message_of
from nnbuilder.engine.modules import construct
from nnbuilder.engine.watch import TooMuch, Watch
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue, Node
from tests.conftest import SOAK
from tests.engine.layer_strategies import inputs, nodes

EXAMPLES = 200 if SOAK else 25
"""Random argument sets for each layer."""

HOLDABLE = 2**26
"""Bytes that a layer may make to be really run here."""

specs = pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)

Args = dict[str, ArgValue]


class Really(msgspec.Struct, frozen=True):
    """What a CPU made of a layer with real weights: type or text, and how many scalars they hold."""

    output: TensorType | None
    error: str | None
    parameters: int = 0


def really(spec: LayerSpec, args: Args, kind: TensorType, batch: int) -> Really:
    """Runs a layer for real."""
    shape = (batch, *(size or 0 for size in kind.shape[1:]))
    count = 0
    try:
        layer = construct(spec, args, "cpu")
        count = sum(weight.numel() for weight in layer.parameters())
        y = layer(torch.zeros(shape, dtype=DTYPES[kind.dtype]))
    except TORCH_ERRORS as error:
        return Really(None, message_of(error), count)
    first = None if y.shape[:1] == (batch,) else y.shape[0] if y.dim() else 0
    sizes = (first, *y.shape[1:]) if y.dim() else ()
    return Really(TensorType(sizes, str(y.dtype).removeprefix("torch.")), None, count)


def holdable(spec: LayerSpec, args: Args, kind: TensorType) -> bool:
    """Whether a layer can be run here at all; what `meta` refuses, a CPU refuses before it computes."""
    shape = (2, *(size or 0 for size in kind.shape[1:]))
    try:
        layer = construct(spec, args, "meta", blank=True)
        if sum(weight.numel() for weight in layer.parameters()) * 4 > HOLDABLE:
            return False
        with Watch() as watch:
            layer(torch.empty(shape, dtype=DTYPES[kind.dtype], device="meta"))
    except TooMuch:
        return False
    except TORCH_ERRORS:
        return True
    return bool(watch.bytes <= HOLDABLE and max(watch.flops, watch.windows) <= 2**30)


def sizes_of(kind: TensorType) -> tuple[int, ...]:
    """The dimensions behind the batch."""
    return tuple(size for size in kind.shape[1:] if size is not None)


def agrees(spec: LayerSpec, node: Node, kind: TensorType) -> None:
    """Holds that what is said of a layer is what a CPU does with it."""
    args = resolve_args(spec, node, kind)
    if AUTO in args.values():
        return
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        outcome = infer(spec, args, kind)
        if not holdable(spec, args, kind):
            event("too large to run")
            return
        found = really(spec, args, kind, batch_beside(sizes_of(kind), args))
    event("runs" if found.output else "refused")
    assert Really(outcome.output, outcome.error, outcome.parameters) == found
    assert outcome.refusal is None
    if found.output is not None:
        _within_estimate(spec, args, kind, found)


def _within_estimate(spec: LayerSpec, args: Args, kind: TensorType, found: Really) -> None:
    """Holds that nothing takes more memory than what decides whether a layer is run at once."""
    assert found.output is not None
    batch = batch_beside(sizes_of(kind), args)
    came, left = (
        torch.Size(batch if size is None else size for size in one.shape).numel()
        for one in (kind, found.output)
    )
    dtype = DTYPES[kind.dtype]
    took = 4 * found.parameters + (came + left) * dtype.itemsize
    held = Held(found.parameters)
    assert estimate(spec, args, (batch, *sizes_of(kind)), dtype, held) >= took


@specs
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_is_said_of_a_layer_is_what_a_cpu_does(spec: LayerSpec, data: st.DataObject) -> None:
    node = data.draw(nodes(spec))
    agrees(spec, node, data.draw(inputs(spec, st.integers(1, 9))))


@specs
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_large_layers_are_judged_like_small_ones(spec: LayerSpec, data: st.DataObject) -> None:
    node = data.draw(nodes(spec))
    kind = data.draw(inputs(spec, st.integers(1, 9)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(effort, "SMALL_BYTES", -1)
        agrees(spec, node, kind)
