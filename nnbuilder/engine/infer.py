"""What one layer makes of an input, asked of the real torch module without computing more than is needed.

Small layers run on the CPU with uninitialized weights and a zero input: verdict, text and shape are then the
CPU's own. Larger ones run on `meta`, which needs no memory; when `meta` refuses, the layer is replayed on CPU
tensors of stride 0 for the text that a CPU would give.
"""

import functools
import inspect
import itertools
import warnings
from collections.abc import Mapping
from typing import Any

import msgspec
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from nnbuilder.catalog.parse import arithmetic
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue

PROBE_BATCH = 2
"""Samples in a trial run: enough for batch statistics."""

SMALL_BYTES = 4 * 2**20
"""Up to this many bytes of weights and input a layer is tried on the CPU."""

NO_VERDICT = "more than one element of the written-to tensor"
"""How a CPU complains about the stride-0 tensors themselves, and not about the layer."""

DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "int64": torch.int64,
}
"""The dtypes that an Input can have."""


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
    """Tries a layer on an input type; every failure of torch is an outcome, none is raised."""
    try:
        module = construct(spec, args, "meta")
    except (RuntimeError, ValueError, TypeError, AssertionError, ArithmeticError, MemoryError) as error:
        return Outcome(error=message_of(error))
    weights = list(module.parameters())
    held = Outcome(
        parameters=sum(weight.numel() for weight in weights),
        trainable=sum(weight.numel() for weight in weights if weight.requires_grad),
        buffers=sum(buffer.numel() for buffer in module.buffers()),
    )
    held = msgspec.structs.replace(held, formula=counting_formula(spec, args, held.parameters))
    return _run(module, kind, held)


def construct(spec: LayerSpec, args: Mapping[str, ArgValue], device: str) -> nn.Module:
    """The torch module of a declared layer, its parameters made on the device."""
    layer = getattr(nn, spec.name)
    extra = {"device": device} if _takes_device(spec.name) else {}
    module = layer(**args, **extra)
    if not isinstance(module, nn.Module):
        raise TypeError(f"torch.nn.{spec.name} is not a layer")
    return module


def message_of(error: BaseException) -> str:
    """PyTorch's own text, without what it appends about its source."""
    text = str(error).strip()
    return text or type(error).__name__


def counting_formula(spec: LayerSpec, args: Mapping[str, ArgValue], parameters: int) -> str:
    """The declaration's formula with this layer's numbers; empty where torch's own count differs."""
    if not spec.count or not parameters:
        return ""
    text = spec.count.format_map({name: _plain(value) for name, value in args.items()})
    return text if arithmetic(text) == parameters else ""


def _plain(value: ArgValue) -> str:
    if isinstance(value, tuple):
        product = " * ".join(map(str, value))
        return product if len(value) == 1 else f"({product})"
    return str(int(value)) if isinstance(value, bool) else str(value)


@functools.cache
def _takes_device(name: str) -> bool:
    return "device" in inspect.signature(getattr(nn, name)).parameters


def _run(module: nn.Module, kind: TensorType, held: Outcome) -> Outcome:
    shape = tuple(PROBE_BATCH if size is None else size for size in kind.shape)
    dtype = DTYPES[kind.dtype]
    numbers = torch.empty(shape, dtype=dtype, device="meta").numel()
    if 4 * (held.parameters + held.buffers) + dtype.itemsize * numbers <= SMALL_BYTES:
        return _forward(module.to_empty(device="cpu"), torch.zeros(shape, dtype=dtype), held)
    outcome = _forward(module, torch.empty(shape, dtype=dtype, device="meta"), held)
    if outcome.error is not None:
        text = _replayed(module, torch.zeros((), dtype=dtype).expand(shape))
        return msgspec.structs.replace(outcome, error=text or outcome.error)
    if (
        dtype is not torch.float32
    ):  # meta accepts dtypes that a CPU refuses: no samples, so no work, but a check
        text = _replayed(module, torch.zeros((0, *shape[1:]), dtype=dtype))
        return msgspec.structs.replace(outcome, error=text, output=None) if text else outcome
    return outcome


def _forward(module: nn.Module, x: torch.Tensor, held: Outcome) -> Outcome:
    counter = FlopCounter()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if held.parameters:
                with counter:
                    y = module(x)
            else:
                y = module(x)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError, ArithmeticError) as error:
        return msgspec.structs.replace(held, error=message_of(error))
    batch: int | None = None if y.ndim and y.shape[0] == x.shape[0] else int(y.shape[0]) if y.ndim else 0
    shape = (batch, *(int(size) for size in y.shape[1:])) if y.ndim else ()
    return msgspec.structs.replace(
        held,
        output=TensorType(shape, str(y.dtype).removeprefix("torch.")),
        flops=counter.total // PROBE_BATCH,
    )


def _replayed(module: nn.Module, x: torch.Tensor) -> str | None:
    """The text with which a CPU refuses, from tensors that hold one number each; None without a verdict."""
    tensors = itertools.chain(module.named_parameters(), module.named_buffers())
    plain = {name: torch.zeros((), dtype=old.dtype).expand(old.shape) for name, old in tensors}
    try:
        with torch.no_grad():
            torch.func.functional_call(module, plain, (x,))
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError, ArithmeticError) as error:
        text = message_of(error)
        return None if NO_VERDICT in text else text
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


FlopCounter: Any = type("FlopCounter", (TorchDispatchMode,), {"total": 0, "__torch_dispatch__": _dispatch})
"""What torch's FlopCounterMode counts, at half its cost (made by `type`: torch's base class is untyped)."""
