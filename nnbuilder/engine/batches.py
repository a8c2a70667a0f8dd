"""Batches in the order of one permutation per epoch: the recipe that the exported script repeats.

    shuffle = torch.Generator().manual_seed(seed)
    for epoch in range(epochs):
        order = torch.randperm(len(x), generator=shuffle)
        for rows in order.split(batch_size):          # the last batch may be short
            ... x[rows], y[rows] ...

Here a block of many batches is gathered at once and cut, which gives the same values for less time.
"""

from collections.abc import Iterator

import torch

BLOCK_BATCHES = 64
BLOCK_BYTES = 16 * 2**20

Batch = tuple[torch.Tensor, torch.Tensor]


def count_batches(rows: int, batch_size: int) -> int:
    """How many batches one pass over the rows takes."""
    return -(-rows // batch_size)


def batches(
    x: torch.Tensor, y: torch.Tensor, order: torch.Tensor, batch_size: int, start: int = 0
) -> Iterator[Batch]:
    """Batches of x (rows, ...) and y (rows, ...) by `order` int64 (rows,), from batch number `start` on."""
    per_row = max(1, x[:1].nbytes + y[:1].nbytes)
    whole = max(1, min(BLOCK_BATCHES, BLOCK_BYTES // (per_row * batch_size)))
    rest = order[start * batch_size :].to(x.device)
    for block in pieces(rest, batch_size * whole) if len(rest) else ():
        rows, targets = x.index_select(0, block), y.index_select(0, block)
        yield from zip(pieces(rows, batch_size), pieces(targets, batch_size), strict=True)


def pieces(tensor: torch.Tensor, size: int) -> tuple[torch.Tensor, ...]:
    """Views of so many rows each, the last one of what is left; a third cheaper than `Tensor.split`."""
    views: tuple[torch.Tensor, ...] = tensor.unsafe_split(size)
    return views
