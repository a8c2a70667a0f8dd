"""What a layer costs to train, measured: the tensors that torch keeps of it for the backward pass.

A forward pass with gradients tells torch's autograd to keep tensors; each is caught as it is packed away and
counted by the memory that it lies in, so that views count once and weights do not count at all. Two batches
of different size tell what grows with the batch. As in `engine.infer`, small layers run on the CPU and large
ones on `meta`, where nothing is computed; long sequences and high stacks are measured short and low, twice.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine.build import BuildError, build_optimizer
from nnbuilder.engine.effort import held_by
from nnbuilder.engine.infer import DTYPES, FEW_LAYERS, FEW_STEPS, TORCH_ERRORS, light
from nnbuilder.engine.modules import construct
from nnbuilder.engine.walk import CACHE_LIMIT, Key, Step
from nnbuilder.graph.analysis import Footprint, TensorType
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.project import TrainingConfig

BATCHES = (2, 3)
"""Samples in the two passes: enough for batch statistics."""

STEPS = (64, 128)
"""How long a sequence is cut for small recurrent layers, twice: so long that round sizes hardly matter."""

_FEW, _MORE = 3, 11
"""Scalars in the two parameters that an optimizer is given."""


class _Kept(msgspec.Struct, frozen=True):
    """What one pass kept: its input, its output, and the bytes of everything else."""

    input: bool
    output: bool
    view: bool
    others: int


class Costs:
    """Measures each layer once and remembers."""

    def __init__(self) -> None:
        self._known: dict[tuple[Key, bool], Footprint | None] = {}
        self._steps: dict[NodeId, tuple[Step, Step]] = {}

    def added(self, step: Step) -> Step:
        """A step of the walk with its footprint, and the names of the arguments that were chosen."""
        node = step.analysis.id
        known = self._steps.get(node)
        if known is None or known[0] is not step:
            if len(self._steps) >= CACHE_LIMIT:
                self._steps.clear()
            known = self._steps[node] = (step, self._looked_at(step))
        return known[1]

    def _looked_at(self, step: Step) -> Step:
        layer = step.analysis
        spec = LAYERS.get(layer.layer)
        if spec is None:
            return step
        chosen = tuple(arg.name for arg in spec.args if layer.args.get(arg.name) != arg.default)
        found = None
        if layer.input is not None and layer.output is not None:
            frozen = layer.trainable < layer.parameters
            found = self._footprint(spec, layer.args, layer.input, frozen=frozen)
        analysis = msgspec.structs.replace(layer, chosen=chosen, footprint=found)
        return msgspec.structs.replace(step, analysis=analysis)

    def _footprint(
        self, spec: LayerSpec, args: Mapping[str, ArgValue], fed: TensorType, *, frozen: bool
    ) -> Footprint | None:
        key = ((spec.name, tuple(args.items()), fed), frozen)
        if key not in self._known:
            if len(self._known) >= CACHE_LIMIT:
                self._known.clear()
            self._known[key] = footprint(spec, args, fed, frozen=frozen)
        return self._known[key]


def footprint(
    spec: LayerSpec, args: Mapping[str, ArgValue], fed: TensorType, *, frozen: bool = False
) -> Footprint | None:
    """Measures a layer that is known to run; None where torch refuses to run it with gradients.

    A `frozen` one has none of its own, and hands on those of the layers before it.
    """
    layers, steps = args.get("num_layers"), fed.shape[1] if len(fed.shape) > 2 else None
    if isinstance(layers, int) and layers > max(FEW_LAYERS):
        one, two = (footprint(spec, {**args, "num_layers": few}, fed, frozen=frozen) for few in FEW_LAYERS)
        return _continued(one, two, (layers - FEW_LAYERS[0]) / (FEW_LAYERS[1] - FEW_LAYERS[0]))
    if spec.group == "Recurrent" and steps is not None:
        module = construct(spec, args, "meta", blank=True)
        low, high = STEPS if _small(spec, args, _cut(spec, fed), module) else FEW_STEPS
        if steps > high:
            shorter = (TensorType((fed.shape[0], few, *fed.shape[2:]), fed.dtype) for few in (low, high))
            one, two = (_footprint(spec, args, few, frozen=frozen) for few in shorter)
            return _continued(one, two, (steps - low) / (high - low))
    return _footprint(spec, args, fed, frozen=frozen)


def _cut(spec: LayerSpec, fed: TensorType) -> TensorType:
    """The input type with so few steps of a sequence that recurrent layers tell their cost at once."""
    if spec.group != "Recurrent" or len(fed.shape) < 3:
        return fed
    steps = min(fed.shape[1] or 1, max(FEW_STEPS))
    return TensorType((fed.shape[0], steps, *fed.shape[2:]), fed.dtype)


def _small(spec: LayerSpec, args: Mapping[str, ArgValue], fed: TensorType, module: nn.Module) -> bool:
    """Whether there is so little to compute that the CPU runs the layer."""
    shape = tuple(BATCHES[-1] if size is None else size for size in fed.shape)
    return light(spec, args, shape, DTYPES[fed.dtype], held_by(module))


def _continued(first: Footprint | None, second: Footprint | None, times: float) -> Footprint | None:
    """What grows evenly, so many times as far as from the first to the second."""
    if first is None or second is None:
        return None
    pairs = zip(msgspec.structs.astuple(first), msgspec.structs.astuple(second), strict=True)
    return Footprint(
        *(one if isinstance(one, bool) else one + round((two - one) * times) for one, two in pairs)
    )


def _footprint(
    spec: LayerSpec, args: Mapping[str, ArgValue], fed: TensorType, *, frozen: bool
) -> Footprint | None:
    seeded = torch.get_rng_state()
    try:
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = construct(spec, args, "meta", blank=True)
            held = _held(module.requires_grad_(requires_grad=not frozen))
            small = _small(spec, args, _cut(spec, fed), module)
            if small:
                module = construct(spec, args, "cpu", blank=True)
                for buffer in module.buffers():
                    buffer.zero_()  # as in `infer`
            module.requires_grad_(requires_grad=not frozen)
            return _measured(module, held, fed, "cpu" if small else "meta")
    except TORCH_ERRORS:
        return None
    finally:
        torch.set_rng_state(seeded)


def optimizer_state(training: TrainingConfig) -> OptimizerState | None:
    """What the optimizer keeps, seen after it has really stepped; None where torch refuses it.

    Adafactor keeps less than this for matrices: it is counted as for biases, at its most.
    """
    try:
        few, more = (_state_bytes(training, count) for count in (_FEW, _MORE))
    except (BuildError, *TORCH_ERRORS):
        return None
    per_scalar = (more - few) // (_MORE - _FEW)
    return OptimizerState(per_scalar, few - _FEW * per_scalar)


def _state_bytes(training: TrainingConfig, count: int) -> int:
    parameter = nn.Parameter(torch.zeros(count))
    optimizer = build_optimizer(training, [parameter])
    parameter.grad = torch.ones(count)
    optimizer.step(lambda: 0.0)
    kept = sum(part.nbytes for part in optimizer.state[parameter].values() if isinstance(part, torch.Tensor))
    history = optimizer.param_groups[0].get("history_size", 0)  # of LBFGS: pairs of vectors, at its most
    return kept + 2 * int(history) * parameter.nbytes


def _held(module: nn.Module) -> Footprint:
    trained = [weight for weight in module.parameters() if weight.requires_grad]
    return Footprint(
        weights=_total(module.parameters()),
        gradients=_total(trained),
        tensors=len(trained),
        buffers=_total(module.buffers()),
        saved=_total(module.state_dict().values()),
    )


def _total(tensors: Iterable[torch.Tensor]) -> int:
    return sum(tensor.nbytes for tensor in tensors)


def _measured(module: nn.Module, held: Footprint, fed: TensorType, device: str) -> Footprint:
    """Runs a layer on two batches, the second only where it keeps something of its own."""
    small, large = BATCHES
    first = _pass(module, fed, small, device)
    each = fixed = 0
    if first.others:
        each = max(_pass(module, fed, large, device).others - first.others, 0) // (large - small)
        fixed = first.others - small * each
    return msgspec.structs.replace(
        held,
        keeps_input=first.input,
        keeps_output=first.output,
        view=first.view,
        each=each,
        fixed=max(fixed, 0),
    )


def _pass(module: nn.Module, fed: TensorType, batch: int, device: str) -> _Kept:
    """One forward pass, and what autograd kept of it."""
    kept: list[torch.Tensor] = []
    x = _input(fed, batch, device)
    with torch.autograd.graph.saved_tensors_hooks(_catch(kept), lambda tensor: tensor):
        y = module(x)
    mine = {_place(tensor) for tensor in (*module.parameters(), *module.buffers())}
    pieces = {_place(tensor): tensor.untyped_storage().nbytes() for tensor in kept}
    fed_at, given_at = _place(x), _place(y)
    others = sum(size for place, size in pieces.items() if place not in mine | {fed_at, given_at})
    if given_at in pieces and given_at != fed_at:
        others += max(pieces[given_at] - y.nbytes, 0)  # the output is a part of what is kept
    return _Kept(fed_at in pieces, given_at in pieces, fed_at == given_at, others)


def _input(fed: TensorType, batch: int, device: str) -> torch.Tensor:
    """Zeros with gradients, where they can have them: not a leaf, which no layer may change in place."""
    sizes = [batch if size is None else size for size in fed.shape]
    zeros = torch.zeros(sizes, dtype=DTYPES[fed.dtype], device=device)
    return zeros.requires_grad_().clone() if zeros.is_floating_point() else zeros


def _catch(kept: list[torch.Tensor]) -> Callable[[torch.Tensor], torch.Tensor]:
    def catch(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor.detach())
        return tensor

    return catch


def _place(tensor: torch.Tensor) -> int:
    """What tells one piece of memory from another; on `meta` all of them have the address 0."""
    return int(tensor.untyped_storage()._cdata)  # noqa: SLF001  (nothing public tells them apart)
