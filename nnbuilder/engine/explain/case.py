"""What is explained of a layer: one number of its output, and the pass that it comes from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nnbuilder.protocol.worked import Worked


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A layer, what it was given and what it gave; `place` is where in the output the chosen number is.

    `module` is typed as anything, because each rule knows the class that it is for. `random` is the state of
    PyTorch's generator before the layer computed, for what the layer draws at random inside.
    """

    module: Any
    input: torch.Tensor
    output: torch.Tensor
    place: tuple[int, ...]
    random: torch.Tensor | None = None

    @property
    def torchs(self) -> float:
        """PyTorch's number at the place."""
        return float(self.output[self.place].item())

    @property
    def training(self) -> bool:
        """Whether the layer was in train mode."""
        return bool(self.module.training)

    @property
    def name(self) -> str:
        """The class of the layer."""
        return type(self.module).__name__

    @contextmanager
    def replaying(self) -> Iterator[None]:
        """Inside, PyTorch draws the same random numbers as in the pass; outside nothing changes."""
        with torch.random.fork_rng(devices=()), torch.no_grad():
            if self.random is not None:
                torch.set_rng_state(self.random)
            yield


Rule = Callable[[Case], Worked]


def place_of(tensor: torch.Tensor, row: int, unit: int) -> tuple[int, ...]:
    """Where in a tensor the number `unit` of a row is, counted flat and kept within what there is."""
    if not tensor.dim() or not tensor.numel():
        return ()
    row = min(max(row, 0), len(tensor) - 1)
    within = tensor[row]
    unit = min(max(unit, 0), max(within.numel() - 1, 0))
    return (row, *(int(one) for one in torch.unravel_index(torch.tensor(unit), within.shape)))


def parameter(module: nn.Module, name: str) -> torch.Tensor | None:
    """A parameter of a layer in double precision; None where it has none of this name."""
    found = dict(module.named_parameters(recurse=False)).get(name)
    return None if found is None else found.detach().double()
