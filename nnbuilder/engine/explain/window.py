"""A window of numbers written out as a person would: row under row, channel after channel."""

import itertools

import torch

from nnbuilder.engine.explain.numbers import shown
from nnbuilder.protocol.worked import Line

SIDE = 7
"""Rows and columns of a window that are written out at most."""

CHANNELS = 3
"""Channels whose windows are written out at most."""


def written_out(name: str, values: torch.Tensor) -> list[Line]:
    """The numbers of a window (channels, ...) as rows; what is left out is said."""
    many = len(values) > 1
    lines: list[Line] = []
    for channel, one in enumerate(values[:CHANNELS]):
        depths = itertools.product(*(range(size) for size in one.shape[:-2]))
        for depth in itertools.islice(depths, CHANNELS):
            where = [f"channel {channel}"] if many else []
            where += [f"depth {', '.join(map(str, depth))}"] if depth else []
            lines.append(Line(f"{name}{', ' if where else ''}{', '.join(where)}:"))
            lines += [Line(f"  {row}") for row in _rows(one[depth].reshape(-1, one.shape[-1]))]
    left = len(values) - CHANNELS
    return [*lines, Line(f"… {left:,} more channels …")] if left > 0 else lines


def _rows(values: torch.Tensor) -> list[str]:
    texts = [[shown(value) for value in row[:SIDE]] for row in values[:SIDE].double().tolist()]
    width = max((len(text) for row in texts for text in row), default=0)
    more = values.shape[1] > SIDE
    rows = [" ".join(text.rjust(width) for text in row) + (" …" if more else "") for row in texts]
    return [*rows, "…"] if len(values) > SIDE else rows
