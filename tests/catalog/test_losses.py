"""The tensors and bounds that each loss says it takes, given to torch."""

import pytest
import torch
from torch import nn

from nnbuilder.catalog.losses import LOSSES
from nnbuilder.catalog.spec import LossSpec

specs = pytest.mark.parametrize("spec", LOSSES.values(), ids=LOSSES)

OUTPUTS = {
    "scores": torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]]),
    "margins": torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]]),
    "log-probabilities": torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, -2.0]]).log_softmax(-1),
    "score": torch.tensor([[-3.0], [4.0]]),
    "probability": torch.tensor([[0.1], [0.9]]),
    "values": torch.tensor([[-3.0], [4.0]]),
}
TARGETS = {
    "class index": torch.tensor([2, 1]),
    "binary": torch.tensor([[0.0], [1.0]]),
    "values": torch.tensor([[-2.5], [7.0]]),
}


@specs
def test_the_loss_takes_the_output_and_target_that_it_declares(spec: LossSpec) -> None:
    loss = getattr(nn, spec.name)()(OUTPUTS[spec.output], TARGETS[spec.target])

    assert loss.shape == ()
    assert 0 <= loss < 20


@specs
def test_bounds_are_the_smallest_and_largest_that_torch_computes_with(spec: LossSpec) -> None:
    for arg in spec.args:
        for bound in (arg.minimum, arg.maximum):
            if bound is not None and arg.fault(bound) is None:
                loss = getattr(nn, spec.name)(**{arg.name: bound})
                assert loss(OUTPUTS[spec.output], TARGETS[spec.target]).isfinite()


def test_the_zero_that_huber_excludes_is_one_that_torch_refuses() -> None:
    delta = LOSSES["HuberLoss"].args[0]

    assert delta.fault(0.0) is not None
    with pytest.raises(RuntimeError, match="delta"):
        nn.HuberLoss(delta=0.0)(OUTPUTS["values"], TARGETS["values"])


def test_a_probability_outside_0_and_1_stops_bce() -> None:
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        nn.BCELoss()(OUTPUTS["score"], TARGETS["binary"])
