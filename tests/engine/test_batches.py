"""Batches by one permutation."""

import pytest
import torch

from nnbuilder.engine import batches as module
from nnbuilder.engine.batches import batches, count_batches, pieces


@pytest.mark.parametrize("rows", [1, 15, 16, 17, 200])
@pytest.mark.parametrize("size", [1, 7, 16, 500])
def test_batches_are_the_rows_of_the_permutation(rows: int, size: int) -> None:
    x, y = torch.randn(rows, 3), torch.arange(rows)
    order = torch.randperm(rows)

    found = list(batches(x, y, order, size))

    assert len(found) == count_batches(rows, size)
    for (got_x, got_y), wanted in zip(found, torch.split(order, size), strict=True):
        assert torch.equal(got_x, x[wanted])
        assert torch.equal(got_y, y[wanted])


@pytest.mark.parametrize("start", [0, 1, 63, 64, 65, 100])
def test_batches_can_begin_anywhere(start: int) -> None:
    x, y = torch.randn(200, 2), torch.arange(200)
    order = torch.randperm(200)

    found = list(batches(x, y, order, 2, start))

    assert torch.equal(torch.cat([target for _, target in found] or [y[:0]]), y[order][2 * start :])


def test_blocks_stay_small_where_rows_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_BYTES", 1000)
    x, y = torch.randn(64, 50), torch.arange(64)
    views = [batch for batch, _ in batches(x, y, torch.arange(64), 4)]

    assert {view.untyped_storage().nbytes() for view in views} == {4 * 50 * 4}


def test_pieces_are_views() -> None:
    tensor = torch.zeros(5)
    pieces(tensor, 2)[2][0] = 1

    assert tensor.tolist() == [0, 0, 0, 0, 1]
