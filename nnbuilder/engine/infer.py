"""What one layer makes of an input, asked of the real torch module without computing more than is needed.

Small layers run on the CPU with uninitialized weights and a zero input: verdict, text and shape are then the
CPU's own. Larger ones run on `meta`, which needs no memory. What `meta` refuses is replayed on CPU tensors of
stride 0 for the text that a CPU would give; what it accepts, on a batch of no samples, because `meta`
overlooks wrong dtypes and dimensions. Torch's global random numbers stay as they were.
"""

import itertools
import math
import warnings
from collections.abc import Mapping
from typing import Any

import msgspec
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from nnbuilder.catalog.parse import arithmetic
from nnbuilder.catalog.spec import ArgError, ArgSpec, LayerSpec
from nnbuilder.engine.modules import construct
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue

PROBE_BATCH = 2
"""Samples in a trial run: enough for batch statistics."""

OTHER_BATCHES = (3, 5, 7, 11, 13, 17, 19, 23, 29)
"""Taken instead where an argument names that very number, so that nothing fits a batch by accident."""

SMALL_BYTES = 4 * 2**20
"""Up to this many bytes of weights, input and output a layer is tried on the CPU."""

NO_VERDICT = ("more than one element of the written-to tensor", "can't allocate memory")
"""How a CPU complains about the stride-0 tensors themselves or its own memory, and not about the layer."""

NO_META_VERDICT = "on meta tensors"
"""How `meta` complains about itself: BatchNorm without momentum asks a tensor for its value when training."""

REAL_NUMBERS = 2**24
"""Up to this many numbers a replay gets a real input, on which every kernel works."""

TORCH_ERRORS = (
    RuntimeError,
    ValueError,
    TypeError,
    LookupError,
    AssertionError,
    ArithmeticError,
    MemoryError,
)
"""What torch raises for arguments and inputs that it refuses."""

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "int64": torch.int64,
}
"""The dtypes that an Input can have."""


Shape = tuple[int, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What torch said: an output type, or PyTorch's text of why not; and what the layer holds."""

    output: TensorType | None = None
    error: str | None = None
    parameters: int = 0
    trainable: int = 0
    buffers: int = 0
    formula: str = ""
    flops: int | None = None


def infer(spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType) -> Outcome:
    """Tries a layer on an input type; every failure of torch is an outcome, none is raised.

    The batch dimension `None` stands for any number of samples; a number there is taken as it is.
    """
    seeded = torch.get_rng_state()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = construct(spec, args, "meta", blank=True)
            batch = kind.shape[0] or _batch_beside(args)
            held = _held(spec, args, module)
            shape, dtype = (batch, *_sizes(kind)), DTYPES[kind.dtype]
            if _bytes(shape, dtype, held) > SMALL_BYTES:
                return _run_large(module, shape, dtype, held)
            return _run_small(construct(spec, args, "cpu", blank=True), shape, dtype, held)
    except TORCH_ERRORS as error:
        return Outcome(error=message_of(error))
    finally:
        torch.set_rng_state(seeded)


def _held(spec: LayerSpec, args: Mapping[str, ArgValue], module: nn.Module) -> Outcome:
    """What a layer holds, before it is known what it makes."""
    weights = list(module.parameters())
    held = Outcome(
        parameters=sum(weight.numel() for weight in weights),
        trainable=sum(weight.numel() for weight in weights if weight.requires_grad),
        buffers=sum(buffer.numel() for buffer in module.buffers()),
    )
    return msgspec.structs.replace(held, formula=counting_formula(spec, args, held.parameters))


def _sizes(kind: TensorType) -> Shape:
    """The dimensions behind the batch."""
    return tuple(size for size in kind.shape[1:] if size is not None)


def _batch_beside(args: Mapping[str, ArgValue]) -> int:
    """A number of samples that is none of the sizes in a tuple argument such as LayerNorm's."""
    named = {size for value in args.values() if isinstance(value, tuple) for size in value}
    return next(size for size in (PROBE_BATCH, *OTHER_BATCHES) if size not in named)


def message_of(error: BaseException) -> str:
    """PyTorch's own text, without what it appends about its source."""
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error).strip()
    return text or type(error).__name__


def counting_formula(spec: LayerSpec, args: Mapping[str, ArgValue], parameters: int) -> str:
    """The declaration's formula with this layer's numbers; empty where torch's own count differs."""
    if not parameters:
        return ""
    known = {arg.name: _plain(arg, args[arg.name]) for arg in spec.args}
    for count in spec.count:
        text = count.format_map(known)
        try:
            if arithmetic(text) == parameters:
                return text.replace(" / 1 ", " ")
        except ArgError:
            continue
    return ""


def _plain(arg: ArgSpec, value: ArgValue) -> str:
    """A value in a formula: a tuple is its product, and so is one number that stands for several places."""
    if isinstance(value, int) and len(arg.parts) > 1:
        value = (value,) * len(arg.parts)
    if isinstance(value, tuple):
        product = " * ".join(map(str, value))
        return product if len(value) == 1 else f"({product})"
    return str(int(value)) if isinstance(value, bool) else str(value)


def _run_small(module: nn.Module, shape: Shape, dtype: torch.dtype, held: Outcome) -> Outcome:
    """Has the CPU run the layer, which costs least where there is little to compute.

    Nothing of it is on `meta`, whose first use loads the half of torch that compiles, for half a second.
    """
    for buffer in module.buffers():
        buffer.zero_()  # counters among them: what lay in memory may make them divide by zero
    return _forward(module, torch.zeros(shape, dtype=dtype), held)


def _run_large(module: nn.Module, shape: Shape, dtype: torch.dtype, held: Outcome) -> Outcome:
    """Runs the layer on `meta`, and has the CPU's verdict all the same."""
    large = torch.empty(shape, dtype=dtype, device="meta")
    outcome = _forward(module, large, held)
    if outcome.error is not None and NO_META_VERDICT in outcome.error:
        outcome = _forward(module.eval(), large, held)
    if outcome.error is not None:
        quick = held.parameters and dtype is torch.float32  # sizes that do not fit are told before any work
        samples = shape[0] if quick or large.numel() <= REAL_NUMBERS else 0
        text = _replayed(module, _zeros((samples, *shape[1:]), dtype))
        return msgspec.structs.replace(outcome, error=text or outcome.error)
    text = _overlooked(module.eval(), shape, dtype)
    return msgspec.structs.replace(outcome, error=text, output=None) if text else outcome


def _overlooked(module: nn.Module, shape: Shape, dtype: torch.dtype) -> str | None:
    """What a CPU finds wrong that `meta` accepted, for next to no work.

    A batch of no samples costs nothing and tells wrong dimensions. Dtypes need samples: without any, some
    kernels are never chosen; layers with large weights refuse other dtypes before they compute. Fed the dtype
    of their own they would copy those weights, gigabytes of them, so they are not asked.
    """
    if dtype is torch.float32 and sum(weight.numel() for weight in module.parameters()) > REAL_NUMBERS:
        return None
    sampled = dtype is not torch.float32 and torch.Size(shape).numel() <= REAL_NUMBERS
    return _replayed(module, torch.zeros(shape if sampled else (0, *shape[1:]), dtype=dtype))


def _zeros(shape: Shape, dtype: torch.dtype) -> torch.Tensor:
    """Zeros, all of them one number in memory where they are many."""
    if torch.Size(shape).numel() <= REAL_NUMBERS:
        return torch.zeros(shape, dtype=dtype)
    return torch.zeros((), dtype=dtype).expand(shape)


def _bytes(shape: Shape, dtype: torch.dtype, held: Outcome) -> int:
    """No less than weights, input and output take: a row gives at most one number per parameter."""
    numbers = math.prod(shape)
    rows = numbers // shape[-1]
    output = max(numbers, rows * held.parameters)
    return 4 * (held.parameters + held.buffers) + dtype.itemsize * (numbers + output)


def _forward(module: nn.Module, x: torch.Tensor, held: Outcome) -> Outcome:
    counter = FlopCounter()
    try:
        if held.parameters:
            with counter:
                y = module(x)
        else:
            y = module(x)
    except TORCH_ERRORS as error:
        return msgspec.structs.replace(held, error=message_of(error))
    sizes = tuple(int(size) for size in y.shape)
    kept = sizes[:1] == tuple(x.shape[:1])
    return msgspec.structs.replace(
        held,
        output=TensorType((None, *sizes[1:]) if kept else sizes, str(y.dtype).removeprefix("torch.")),
        flops=counter.total // x.shape[0],
    )


def _replayed(module: nn.Module, x: torch.Tensor) -> str | None:
    """The text with which a CPU refuses, from weights that hold one number each; None without a verdict."""
    tensors = itertools.chain(module.named_parameters(), module.named_buffers())
    plain = {name: torch.zeros((), dtype=old.dtype).expand(old.shape) for name, old in tensors}
    try:
        torch.func.functional_call(module, plain, (x,))
    except TORCH_ERRORS as error:
        text = message_of(error)
        return None if any(words in text for words in NO_VERDICT) else text
    return None


def _dispatch(
    self: Any, func: Any, _types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
) -> Any:
    """Runs one operation and adds up torch's own formula for it, if it has one."""
    out = func(*args, **(kwargs or {}))
    formula = flop_registry.get(func.overloadpacket)
    if formula is not None:
        self.total += formula(*args, **(kwargs or {}), out_val=out)
    return out


_COUNTING = {
    "total": 0,
    "__torch_dispatch__": _dispatch,
    "_should_skip_dynamo": classmethod(lambda _cls: False),  # to be told to skip it, the compiler is loaded
}

FlopCounter: Any = type("FlopCounter", (TorchDispatchMode,), _COUNTING)
"""What torch's FlopCounterMode counts, at half its cost (made by `type`: torch's base class is untyped)."""
