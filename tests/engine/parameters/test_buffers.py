"""Buffers stand beside the parameters, marked as such: no gradient, no count, and numbers to be set."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.engine.parameters.schemes import ChangeError
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameter_counts import layer_line, of_layer, total_line
from nnbuilder.protocol.parameters import (
    Change,
    Initialize,
    LoadNumbers,
    ParameterKey,
    ParametersChanged,
    SetNumbers,
)
from tests.engine.parameters.test_desk import changed, listed
from tests.engine.samples import make_project

PROJECT = make_project(seed=7)
NORM = NodeId("n2")
MEAN, VARIANCE, COUNT = (
    ParameterKey(NORM, name) for name in ("running_mean", "running_var", "num_batches_tracked")
)


def by_hand() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))


def kept(
    runs: Path, change: Change, *keys: ParameterKey
) -> tuple[ParametersChanged, dict[str, torch.Tensor]]:
    """What was told of a change, and the stored tensors of the normalization."""
    answer = changed(keys, change, runs, PROJECT)
    return answer, dict(read_weights(runs, answer.sha256)[NORM])


def test_the_table_is_the_state_dict() -> None:
    rows = listed(PROJECT).parameters
    network = by_hand()
    assert [row.full for row in rows] == list(network.state_dict())
    assert [row.full for row in rows if row.buffer] == [name for name, _ in network.named_buffers()]
    for row, (_, one) in zip(rows, network.state_dict().items(), strict=True):
        assert (row.shape, row.dtype) == (tuple(one.shape), str(one.dtype).removeprefix("torch."))
        assert (row.minimum, row.maximum) == (one.double().min(), one.double().max())
    assert all(row.gradient is None and not row.requires_grad for row in rows if row.buffer)
    assert all(row.gradient is not None for row in rows if not row.buffer)


def test_they_are_told_of_and_not_counted() -> None:
    rows = listed(PROJECT).parameters
    total = sum(one.numel() for one in by_hand().parameters())
    assert total_line(rows).endswith(f" = {total} parameters in 6 tensors; 17 numbers in 3 buffers")
    assert layer_line(None, of_layer(rows, NORM)).endswith("8 + 8 = 16; 17 numbers in 3 buffers")
    alone = tuple(row for row in of_layer(rows, NORM) if row.buffer)
    assert layer_line(None, alone) == "1 BatchNorm1d: no parameters; 17 numbers in 3 buffers"


def test_their_numbers_are_set_by_hand(tmp_path: Path) -> None:
    answer, after = kept(tmp_path, SetNumbers(2.5, 3), MEAN)
    wanted = torch.zeros(8)
    wanted[3] = 2.5
    assert torch.equal(after["running_mean"], wanted)
    assert (answer.loss, answer.loss_after) == (None, None)
    answer, after = kept(tmp_path, SetNumbers(12.0, 0), COUNT)
    assert answer.code == "nn.init.constant_(model[1].num_batches_tracked, 12.0)"
    assert torch.equal(after["num_batches_tracked"], torch.tensor(12))


@pytest.mark.parametrize("value", [0.5, float("nan"), float("inf"), 1e300])
def test_a_count_is_a_whole_number(value: float) -> None:
    with pytest.raises(ChangeError, match=r"1\.num_batches_tracked takes whole numbers"):
        changed((COUNT,), SetNumbers(value), None, PROJECT)


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf])
def test_a_count_of_a_file_is_a_whole_number(tmp_path: Path, value: float) -> None:
    np.save(tmp_path / "n.npy", np.array(value))
    with pytest.raises(ChangeError, match="takes whole numbers"):
        changed((COUNT,), LoadNumbers(str(tmp_path / "n.npy")), None, PROJECT)


def test_the_layers_own_default_resets_them(tmp_path: Path) -> None:
    _, after = kept(tmp_path, Initialize("", 7), MEAN, VARIANCE)
    assert torch.equal(after["running_mean"], torch.zeros(8))
    assert torch.equal(after["running_var"], torch.ones(8))


def test_schemes_leave_them_and_say_so(tmp_path: Path) -> None:
    answer, after = kept(tmp_path, Initialize("ones_", 7), ParameterKey(NORM, "bias"), MEAN, VARIANCE)
    assert torch.equal(after["bias"], torch.ones(8))
    assert torch.equal(after["running_mean"], torch.zeros(8))
    assert answer.notes == (
        "1.running_mean and 1 more stay as before: schemes are for parameters, not for buffers.",
    )
    with pytest.raises(ChangeError, match=r"1\.running_var is a buffer: only the layer's own default"):
        changed((VARIANCE,), Initialize("ones_", 7), None, PROJECT)
