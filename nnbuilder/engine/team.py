"""Several processes that train one network together, as torchrun starts them, each with its share of a batch.

All of them hold the same network and data. Rank 0 leads: it alone keeps the run and says when to stop. The
gradients are those of the whole batch, so that one process at the same batch size ends at the same weights
but for rounding, unless layers draw random numbers or normalize over the batch.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from nnbuilder.graph.errors import NNBuilderError

PATIENCE = timedelta(days=7)
"""How long the others wait for the leader, who may have been paused."""

Passed = tuple[torch.Tensor, torch.Tensor, float]
"""The output for a batch, the loss to go back from, and its value."""

Forward = Callable[[torch.Tensor, torch.Tensor], Passed]


_LOST = ("gloo", "Gloo", "NCCL", "Connection closed by peer", "Connection reset by peer")
"""Words of those that carry messages between processes."""


class TeamError(NNBuilderError):
    """The processes cannot work together; the message says why."""


class Team:
    """The processes of one training; made by `join`."""

    def __init__(self, rank: int, size: int, device: torch.device) -> None:
        self.rank = rank
        self.size = size
        self._device = device
        self._over = False

    @property
    def leads(self) -> bool:
        """Whether this process keeps the run."""
        return self.rank == 0

    @property
    def over(self) -> bool:
        """Whether the leader has dismissed this process."""
        return self._over

    def seed(self, seed: int) -> None:
        """Starts the random numbers of layers here: each process has its own, the leader's are left alone."""
        if not self.leads:
            torch.manual_seed(seed + self.rank)

    def go(self) -> bool:
        """Whether the next step is to be done: the leader says so, the others hear it."""
        flag = torch.ones(1, dtype=torch.uint8, device=self._device)
        dist.broadcast(flag, 0)
        self._over = not flag.item()
        return not self._over

    def finish(self) -> None:
        """Ends the work together: the leader dismisses the others, who hear it unless they have.

        Whoever goes first after that closes its line to the others: no harm, for nothing is left to do.
        """
        if self.leads:
            dist.broadcast(torch.zeros(1, dtype=torch.uint8, device=self._device), 0)
        elif not self._over and self.go():
            raise TeamError("The processes do not agree on where the training ends.")
        with suppress(RuntimeError):
            dist.barrier()
        dist.destroy_process_group()

    def share_bytes(self, data: bytes | None) -> bytes:
        """The leader's bytes, in every process."""
        size = torch.tensor([len(data) if data is not None else 0], device=self._device)
        dist.broadcast(size, 0)
        if not size.item():
            return b""
        block = torch.empty(int(size), dtype=torch.uint8, device=self._device)
        if data is not None:
            block.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        dist.broadcast(block, 0)
        return block.cpu().numpy().tobytes()

    def forward(
        self, model: nn.Module, loss_of: nn.Module, precision: Callable[[], torch.autocast]
    ) -> Forward:
        """How a batch goes through the network in shares; gradients become those of the whole batch."""
        trained = any(parameter.requires_grad for parameter in model.parameters())
        shared = DistributedDataParallel(model) if trained else model

        def run(x: torch.Tensor, y: torch.Tensor) -> Passed:
            mine, target = x.tensor_split(self.size)[self.rank], y.tensor_split(self.size)[self.rank]
            share = self.size * _mass(loss_of, target) / _mass(loss_of, y)
            if not len(mine):  # all must take part: with a sample that counts nothing
                mine, target, share = x[:1], y[:1], 0.0
            with precision():
                output = shared(mine)
                loss = loss_of(output, target) * share
            whole = self._gather(output.detach(), len(x))
            with torch.no_grad(), precision():
                value = loss_of(whole, y).item()
            return whole.float() if whole.dtype == torch.bfloat16 else whole, loss, value

        return run

    def _gather(self, output: torch.Tensor, rows: int) -> torch.Tensor:
        """The outputs of all shares in the order of the batch."""
        sizes = [len(part) for part in torch.empty(rows, 0).tensor_split(self.size)]
        padded = output.new_zeros((sizes[0], *output.shape[1:]))
        mine = sizes[self.rank]
        padded[:mine] = output[:mine]
        parts = [torch.empty_like(padded) for _ in sizes]
        dist.all_gather(parts, padded)
        return torch.cat([part[:size] for part, size in zip(parts, sizes, strict=True)])


def join(device: str) -> Team | None:
    """The team that torchrun has started this process for; None where it works alone.

    Raises `TeamError` where the others cannot be reached.
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    if size < 2:
        return None
    kind = torch.device(device).type
    attempt = os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")
    try:
        store, rank, size = next(iter(rendezvous("env://", rank, size, timeout=timedelta(minutes=5))))
        fresh = PrefixStore(f"nnbuilder-{attempt}", store)  # not the addresses of processes that died
        backend = "nccl" if kind == "cuda" else "gloo"
        dist.init_process_group(backend, store=fresh, rank=rank, world_size=size, timeout=PATIENCE)
    except (RuntimeError, ValueError, OSError) as error:
        why = str(error).strip().partition("\n")[0]
        raise TeamError(f"The {size} processes cannot reach each other: {why}") from error
    local = int(os.environ.get("LOCAL_RANK", "0"))
    return Team(rank, size, torch.device("cuda", local) if kind == "cuda" else torch.device("cpu"))


def lost_another(error: Exception) -> TeamError | None:
    """What an error says where another process of the team has ended; None for any other error."""
    text = str(error)
    if not any(word in text for word in _LOST):
        return None
    return TeamError("Another of the processes that train together has ended, so this one cannot go on.")


def _mass(loss_of: nn.Module, target: torch.Tensor) -> float:
    """What the mean over these rows was divided by: their number, or the sum of their classes' weights."""
    if getattr(loss_of, "reduction", "mean") == "sum":
        return 1.0
    weight = getattr(loss_of, "weight", None)
    if (
        isinstance(loss_of, nn.CrossEntropyLoss | nn.NLLLoss)
        and weight is not None
        and not target.is_floating_point()
    ):
        return float(weight[target].sum())
    return float(len(target))
