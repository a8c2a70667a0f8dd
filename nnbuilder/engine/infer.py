"""What one layer makes of an input, asked of the real torch module without computing more than is needed.

Small layers run on the CPU with uninitialized weights and a zero input: verdict, text and shape are then the
CPU's own. Where that cannot be told from the sizes, they run on `meta` first, which needs no memory and tells
what the CPU would make. Larger ones run on `meta` alone. What `meta` refuses is replayed on CPU tensors of
stride 0 for the text that a CPU would give; what it accepts, on a batch of no samples, because `meta`
overlooks wrong dtypes and dimensions. Recurrent layers do the same with each step of a sequence, and stacked
ones the same again: two short and low ones tell what long and high ones make. Torch's global random numbers
stay as they were.
"""

import contextlib
import itertools
import math
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.engine import effort
from nnbuilder.engine.effort import Cost, Held, estimate, held_by
from nnbuilder.engine.formula import counting_formula
from nnbuilder.engine.modules import construct
from nnbuilder.engine.twins import WEIGHTS, lean, twins
from nnbuilder.engine.watch import TooMuch, Watch
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue

BATCHES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
"""Samples in a trial run, enough for batch statistics: the first that no size or argument is."""

FEW_STEPS = (3, 4)
"""How long a sequence is cut for recurrent layers, twice, to see what grows with it."""

FEW_LAYERS = (2, 3)
"""How many equal layers on top of each other are tried instead of more of them."""

NO_VERDICT = ("more than one element of the written-to tensor", "can't allocate memory")
"""How a CPU complains about the stride-0 tensors themselves or its own memory, and not about the layer."""

NO_EMPTY_VERDICT = (
    " 0 batch",
    "0 dim batch",
    "length zero",
    "larger than 0",
    "size [0]",
    "non-negative",
    "[1, 0,",
)
"""How a CPU complains about a batch of no samples, where a layer takes samples for channels or steps."""

_SOURCE = "\nException raised from "
"""What torch begins a list of its own functions with."""

NO_META_VERDICT = "on meta tensors"
"""How `meta` complains about itself: BatchNorm without momentum asks a tensor for its value when training."""

NO_REPLAY = "calculation overflowed"
"""How `meta` says that no memory could hold a result: a CPU would try."""

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
    """What torch said: an output type, or PyTorch's text of why not; and what the layer holds.

    `refusal` is our own sentence where torch could not be asked.
    """

    output: TensorType | None = None
    error: str | None = None
    refusal: str | None = None
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
            return _Trial(spec, args, DTYPES[kind.dtype]).outcome(kind)
    except TORCH_ERRORS as error:
        return Outcome(error=message_of(error))
    except TooMuch:
        return Outcome(refusal=f"{spec.name} would take too long here: it works step by step, on too many.")
    finally:
        torch.set_rng_state(seeded)


def message_of(error: BaseException) -> str:
    """PyTorch's own text, without what it appends about its source."""
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    return text.partition(_SOURCE)[0].strip() or type(error).__name__


class _Trial:
    """One layer with its arguments; `module` is on `meta`."""

    def __init__(self, spec: LayerSpec, args: Mapping[str, ArgValue], dtype: torch.dtype) -> None:
        self.spec, self.args, self.dtype = spec, args, dtype
        self.module = construct(spec, args, "meta", blank=True)
        self.counts = held_by(self.module)
        self.held = Outcome(
            parameters=self.counts.parameters,
            trainable=sum(weight.numel() for weight in self.module.parameters() if weight.requires_grad),
            buffers=self.counts.buffers,
            formula=counting_formula(spec, args, self.counts.parameters),
        )

    def outcome(self, kind: TensorType) -> Outcome:
        """What the layer makes of an input type."""
        sizes = tuple(size for size in kind.shape[1:] if size is not None)
        shape = (kind.shape[0] or batch_beside(sizes, self.args), *sizes)
        return self._of(shape)

    def _of(self, shape: Shape) -> Outcome:
        layers = self.args.get("num_layers")
        if isinstance(layers, int) and layers > max(FEW_LAYERS):
            return self._repeated(shape, layers)
        if isinstance(self.module, nn.RNNBase) and len(shape) == 3 and shape[1] > max(FEW_STEPS):
            return self._stretched(shape)
        small = estimate(self.spec, self.args, shape, self.dtype, self.counts) <= effort.SMALL_BYTES
        return self._run_small(shape) if small else self._run_large(shape)

    def _repeated(self, shape: Shape, layers: int) -> Outcome:
        """The outcome for many equal layers on top of each other: what few of them make."""
        fewer = ({**self.args, "num_layers": few} for few in FEW_LAYERS)
        one, two = (_Trial(self.spec, args, self.dtype)._of(shape) for args in fewer)  # noqa: SLF001
        return msgspec.structs.replace(
            self.held,
            output=one.output,
            error=one.error,
            flops=_continued(one.flops, two.flops, layers - FEW_LAYERS[0]),
        )

    def _stretched(self, shape: Shape) -> Outcome:
        """The outcome for a long sequence: what grows with the steps of two short ones has its length."""
        batch, steps, *rest = shape
        one, two = (self._of((batch, few, *rest)) for few in FEW_STEPS)
        if one.output is None or two.output is None:
            return one
        pairs = zip(one.output.shape, two.output.shape, strict=True)
        sizes = tuple(less if less == more else steps for less, more in pairs)
        return msgspec.structs.replace(
            one,
            output=TensorType(sizes, one.output.dtype),
            flops=_continued(one.flops, two.flops, steps - FEW_STEPS[0]),
        )

    def _run_small(self, shape: Shape) -> Outcome:
        """Has the CPU run the layer, which costs least where there is little to compute.

        Nothing of it is on `meta`, whose first use loads the half of torch that compiles, for half a second.
        """
        module = construct(self.spec, self.args, "cpu", blank=True)
        for buffer in module.buffers():
            buffer.zero_()  # counters among them: what lay in memory may make them divide by zero
        watched = bool(self.held.parameters) or isinstance(module, nn.CrossMapLRN2d)
        with _unpacked(module, self.dtype):
            return self._forward(module, torch.zeros(shape, dtype=self.dtype), Watch() if watched else None)

    def _run_large(self, shape: Shape) -> Outcome:
        """Runs the layer on `meta`, and has the CPU's verdict all the same."""
        large, watch = torch.empty(shape, dtype=self.dtype, device="meta"), Watch()
        outcome = self._forward(self.module, large, watch)
        if outcome.error is not None and NO_META_VERDICT in outcome.error:
            outcome = self._forward(self.module.eval(), large, watch)
        cost = self._cost(shape, watch)
        if outcome.error is not None and NO_REPLAY in outcome.error:
            return outcome
        if outcome.error is not None and cost.bearable:
            return self._run_small(shape)
        if outcome.error is not None:
            return msgspec.structs.replace(
                outcome, error=self._refusal(shape, cost, outcome.error) or outcome.error
            )
        if cost.small:
            return self._run_small(shape)
        text = None if _wide(self.module, outcome, shape) else self._overlooked(shape, cost)
        return msgspec.structs.replace(outcome, error=text, output=None) if text else outcome

    def cost(self, shape: Shape) -> Cost:
        """What a run on the CPU would cost."""
        large, watch = torch.empty(shape, dtype=self.dtype, device="meta"), Watch()
        with watch:
            self.module(large)
        return self._cost(shape, watch)

    def _cost(self, shape: Shape, watch: Any) -> Cost:
        held = 4 * (self.held.parameters + self.held.buffers) + math.prod(shape) * self.dtype.itemsize
        return Cost(held, watch.bytes, held + watch.bytes, max(watch.flops, watch.windows))

    @property
    def _heavy(self) -> bool:
        """Whether it costs too much memory to copy what the layer holds."""
        return self.held.parameters + self.held.buffers > REAL_NUMBERS

    @property
    def _convolves(self) -> bool:
        """Whether it is a convolution, transposed or not."""
        return isinstance(self.module, nn.modules.conv._ConvNd)  # noqa: SLF001

    def _leaner(self, shape: Shape) -> str | None:
        """The text with which a CPU refuses a convolution with as few filters as its groups allow.

        A text that tells the size of the weights is asked for again with all of them, none of which is copied
        before that.
        """
        args = lean(self.args)
        text = None if args is None else _Trial(self.spec, args, self.dtype)._of(shape).error  # noqa: SLF001
        return self._replayed(shape, sure=True) if text is not None and WEIGHTS in text else text

    def _alike(self, rank: int, off: int = 0) -> str | None:
        """What small layers of its kind say of an input of this dtype, whatever their sizes are."""
        texts = {
            _Trial(self.spec, args, self.dtype)._run_small(shape).error  # noqa: SLF001
            for args, shape in twins(self.spec, self.args, rank, off)
        }
        return texts.pop() if len(texts) == 1 else None

    def _refusal(self, shape: Shape, cost: Cost, words: str) -> str | None:
        """The CPU's words for what `meta` refused in these, at this cost."""
        text = self._leaner(shape) if self._convolves else None
        if text is None and self._heavy and self.dtype is not torch.float32:
            text = self._alike(len(shape), off=1)  # a wrong dtype may be told before anything else
        if text is not None:
            return text
        little = cost.made <= effort.REAL_BYTES and cost.work <= effort.SMALL_WORK
        late = self._convolves and "channel" not in words
        # with these, torch refuses what does not fit before it copies weights that hold one number each
        uncopied = self.dtype is torch.float32 or isinstance(self.module, nn.Linear)
        if late or (self._heavy and not (little and uncopied)):
            return None
        first = isinstance(self.module, nn.Linear | nn.LayerNorm | nn.RMSNorm)
        quick = self.dtype is torch.float32 and (self._convolves or first)
        samples = shape[0] if little and (quick or math.prod(shape) <= REAL_NUMBERS) else 0
        return self._replayed((samples, *shape[1:]))

    def _overlooked(self, shape: Shape, cost: Cost) -> str | None:
        """What a CPU finds wrong that `meta` accepted, for next to no work.

        A batch of no samples costs nothing and tells wrong dimensions. Dtypes need samples: without any, some
        kernels are never chosen; layers with large weights refuse other dtypes before they compute. Fed the
        dtype of their own they would copy those weights, gigabytes of them, so they are not asked.
        """
        if cost.bearable and self.dtype is not torch.float32:
            return self._run_small(shape).error
        if self._heavy and self._convolves:
            return self._leaner(shape)
        if self._heavy:
            return None if self.dtype is torch.float32 else self._alike(len(shape))
        text = self._replayed((0, *shape[1:]))
        if text is None:
            return self._transposed(shape)
        if cost.bearable or WEIGHTS in text:
            return self._replayed(shape, sure=WEIGHTS in text)
        return None if any(words in text for words in NO_EMPTY_VERDICT) else text

    def _transposed(self, shape: Shape) -> str | None:
        """What only shows while a transposed convolution computes, seen on the smallest one of its kind."""
        if not isinstance(self.module, nn.modules.conv._ConvTransposeNd):  # noqa: SLF001
            return None
        if 0 in self.module(torch.empty(shape, dtype=self.dtype, device="meta")).shape[1:]:
            return self._replayed(shape, sure=True)  # no pixel comes out: the CPU makes nothing
        small = dict.fromkeys(("in_channels", "out_channels", "kernel_size", "groups"), 1)
        twin = construct(self.spec, {**self.args, **small, "padding": 0}, "cpu", blank=True)
        try:
            twin(torch.zeros((1,) * (2 + len(self.module.kernel_size)), dtype=self.dtype))
        except TORCH_ERRORS as error:
            return message_of(error)
        return None

    def _replayed(self, shape: Shape, *, sure: bool = False) -> str | None:
        """The text with which a CPU refuses, with weights of one number each; None without a verdict.

        Without samples a layer may still make much: padding adds to any dimension. `meta` tells, unless it is
        `sure` that the CPU refuses before it makes anything.
        """
        if not sure and self._made(shape) > effort.REAL_BYTES:
            return None
        tensors = itertools.chain(self.module.named_parameters(), self.module.named_buffers())
        plain = {name: torch.zeros((), dtype=old.dtype).expand(old.shape) for name, old in tensors}
        try:
            watch = Watch() if isinstance(self.module, nn.CrossMapLRN2d) else contextlib.nullcontext()
            with watch, _unpacked(self.module, self.dtype):
                torch.func.functional_call(self.module, plain, (_zeros(shape, self.dtype),))
        except TORCH_ERRORS as error:
            text = message_of(error)
            return None if any(words in text for words in NO_VERDICT) else text
        return None

    def _made(self, shape: Shape) -> int:
        """How many bytes the layer makes of an input, as far as it comes on `meta`."""
        large = torch.empty(shape, dtype=self.dtype, device="meta")
        with contextlib.suppress(*TORCH_ERRORS), Watch() as watch:
            self.module(large)
        return int(watch.bytes)

    def _forward(self, module: nn.Module, x: torch.Tensor, watch: Any) -> Outcome:
        try:
            with watch or contextlib.nullcontext():
                y = module(x)
        except TORCH_ERRORS as error:
            return msgspec.structs.replace(self.held, error=message_of(error))
        sizes = tuple(int(size) for size in y.shape)
        kept = sizes[:1] == tuple(x.shape[:1])
        return msgspec.structs.replace(
            self.held,
            output=TensorType((None, *sizes[1:]) if kept else sizes, str(y.dtype).removeprefix("torch.")),
            flops=watch.flops // x.shape[0] if watch else 0,
        )


def light(
    spec: LayerSpec, args: Mapping[str, ArgValue], shape: Shape, dtype: torch.dtype, held: Held
) -> bool:
    """Whether a CPU runs a layer that holds so much on such an input with little memory in no time."""
    if estimate(spec, args, shape, dtype, held) <= effort.SMALL_BYTES:
        return True
    with contextlib.suppress(TooMuch, *TORCH_ERRORS), torch.no_grad():
        return _Trial(spec, args, dtype).cost(shape).small
    return False


def batch_beside(sizes: Shape, args: Mapping[str, ArgValue]) -> int:
    """A number of samples that is nothing else's, so that nothing fits or keeps a batch by accident."""
    named = {part for value in args.values() for part in (value if isinstance(value, tuple) else (value,))}
    return next(
        size for size in itertools.chain(BATCHES, itertools.count(31)) if size not in named.union(sizes)
    )


def _wide(module: nn.Module, outcome: Outcome, shape: Shape) -> bool:
    """Whether a layer makes dimensions so long that a CPU would make long tables of places first.

    Upsampling makes them even where its output is no longer than its input.
    """
    sizes = [size for size in outcome.output.shape if size is not None] if outcome.output else []
    given = () if isinstance(module, nn.Upsample) else shape
    return max(sizes, default=0) > max((REAL_NUMBERS, *given))


def _continued(first: int | None, second: int | None, steps: int) -> int | None:
    """What a number that grows evenly is after so many steps."""
    return None if first is None or second is None else first + (second - first) * steps


def _unpacked(module: nn.Module, dtype: torch.dtype) -> AbstractContextManager[None]:
    """Has torch compute a recurrent layer by operations whose work it can count, instead of as a whole.

    As a whole, its weights would be copied first, each row filled up to many times its length.
    """
    if isinstance(module, nn.RNNBase) and dtype is torch.float32:
        flags: AbstractContextManager[None] = torch.backends.mkldnn.flags(enabled=False)
        return flags
    return contextlib.nullcontext()


def _zeros(shape: Shape, dtype: torch.dtype) -> torch.Tensor:
    """Zeros, all of them one number in memory where they are many."""
    if math.prod(shape) <= REAL_NUMBERS:
        return torch.zeros(shape, dtype=dtype)
    return torch.zeros((), dtype=dtype).expand(shape)
