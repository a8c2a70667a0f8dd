"""Holds every operation of torch's within limits before it runs, by asking torch on `meta` for its result."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.flop_counter import flop_registry

from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.infer import TORCH_ERRORS

MAX_NUMBERS = 20_000_000
"""The most numbers in one tensor."""

MAX_LINE_NUMBERS = 100_000_000
"""The most numbers that all operations of one line may make."""

MAX_WORK = 50_000_000_000
"""The most multiplications and additions in one operation."""

SECONDS = 5.0
"""How long a line may compute; what others do on a busy machine does not count."""


_RESHAPING = {"aten::squeeze_", "aten::unsqueeze_", "aten::t_", "aten::transpose_"}
"""Operations in place of shapes alone, which torch does to what it has just made; no line can name them."""


class Guard:
    """Sees each operation under autograd's, with those of backward passes; raises `BenchError` beforehand.

    `changed` says that one of them has changed a tensor in place.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._end = time.process_time() + seconds
        self._seconds = seconds
        self._made = 0
        self.changed = False

    def check_time(self) -> None:
        """Raises where the time of this line is over."""
        if time.process_time() > self._end:
            raise BenchError(f"This takes longer than {self._seconds:g} seconds: it was stopped.")

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Every operation within is weighed first."""

        def dispatch(
            _mode: object,
            func: Any,
            _types: Iterable[type],
            args: tuple[Any, ...] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> Any:
            named = dict(kwargs or {})
            self.check_time()
            self._weigh(func, args, named)
            schema = func._schema  # noqa: SLF001
            self.changed = self.changed or (bool(schema.is_mutable) and schema.name not in _RESHAPING)
            return func(*args, **named)

        mode = type("Watching", (TorchDispatchMode,), {"__torch_dispatch__": dispatch})
        with mode():
            yield

    def _weigh(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Asks for the sizes of what comes out; where `meta` cannot say, the operation itself will."""
        given, named = tree_map(_weightless, args), tree_map(_weightless, kwargs)
        if any(argument.name == "device" for argument in func._schema.arguments):  # noqa: SLF001
            named["device"] = torch.device("meta")
        try:
            made = func(*given, **named)
        except (*TORCH_ERRORS, AttributeError):
            self._fall_back(args, kwargs)
            return
        sizes = [leaf.numel() for leaf in tree_leaves(made) if isinstance(leaf, torch.Tensor)]
        self._count(max(sizes, default=0), sum(sizes))
        work = flop_registry.get(getattr(func, "overloadpacket", None))
        if work is not None and (count := int(work(*given, **named, out_val=made))) > MAX_WORK:
            raise BenchError(
                f"This needs {count:,} multiplications and additions; the bench does up to {MAX_WORK:,}."
            )

    def _fall_back(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Where only the values tell the size, as with a mask: no more than what goes in."""
        leaves = tree_leaves((args, kwargs))
        sizes = [leaf.numel() for leaf in leaves if isinstance(leaf, torch.Tensor)]
        self._count(max(sizes, default=0), sum(sizes))

    def _count(self, largest: int, together: int) -> None:
        if largest > MAX_NUMBERS:
            raise BenchError(
                f"That would be a tensor of {largest:,} numbers ({_bytes(largest)} or more); "
                f"the bench holds up to {MAX_NUMBERS:,} in one."
            )
        self._made += together
        if self._made > MAX_LINE_NUMBERS:
            raise BenchError(f"This line makes more than {MAX_LINE_NUMBERS:,} numbers: it was stopped.")


def _weightless(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return value


def _bytes(numbers: int) -> str:
    size = numbers * 4
    power = min(int(math.log(max(size, 1), 1024)), 5)
    return f"{size / 1024**power:.3g} {('bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB')[power]}"
