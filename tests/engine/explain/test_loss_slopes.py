"""How a loss begins the way back: torch's own gradient at the network's output, for every loss."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.loss_slopes import RULES, loss_slope
from nnbuilder.engine.trace import backward, forward, measure
from nnbuilder.graph.graph import NodeId

WEIGHT = torch.tensor([0.5, 2.0, 1.5])

CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    *((name, {}) for name in LOSSES),
    ("CrossEntropyLoss", {"weight": WEIGHT}),
    ("CrossEntropyLoss", {"label_smoothing": 0.2}),
    ("NLLLoss", {"weight": WEIGHT, "ignore_index": 1}),
    ("MultiMarginLoss", {"weight": WEIGHT, "p": 2, "margin": 0.7}),
    ("BCEWithLogitsLoss", {"weight": torch.tensor([0.5]), "pos_weight": torch.tensor([3.0])}),
    ("SmoothL1Loss", {"beta": 0.3}),
    ("HuberLoss", {"delta": 0.4}),
)


@pytest.mark.parametrize(("name", "args"), CASES)
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 5), scale=st.sampled_from([0.1, 1, 10]))
def test_the_slope_is_torchs(name: str, args: dict[str, Any], seed: int, rows: int, scale: float) -> None:
    torch.manual_seed(seed)
    kind = LOSSES[name].target
    head = {"BCELoss": nn.Sigmoid(), "NLLLoss": nn.LogSoftmax(dim=1)}.get(name, nn.Identity())
    network = nn.Sequential(nn.Linear(4, 3 if kind == "class index" else 1), head)
    passed = forward(network, [(NodeId(key), key) for key in "01"], scale * torch.randn(rows, 4))
    targets = {
        "class index": torch.randint(3, (rows,)),
        "binary": torch.randint(2, (rows, 1)).float(),
        "values": torch.randn(rows, 1),
    }
    targets["class index"][0] = 0  # some row counts, whatever index is left out
    loss = measure(getattr(nn, name)(**args), passed, targets[kind])
    arriving = backward(passed, loss.mean)[-1].arriving
    assert arriving is not None
    for row in range(rows):
        for unit in range(arriving.shape[1]):
            line = loss_slope(loss, passed.output.detach(), row, unit, float(arriving[row, unit]))
            assert line.torch, line
            assert line.agrees, line


def test_every_loss_of_the_catalogue_has_its_slope() -> None:
    assert set(RULES) == set(LOSSES)


def test_a_loss_in_a_form_without_a_rule_says_whose_number_it_is() -> None:
    module = nn.CrossEntropyLoss(weight=WEIGHT, label_smoothing=0.1)
    passed = forward(nn.Sequential(nn.Linear(4, 3)), [(NodeId("0"), "0")], torch.randn(2, 4))
    loss = measure(module, passed, torch.tensor([0, 2]))
    line = loss_slope(loss, passed.output.detach(), 0, 1, 0.25)
    assert line.text == "what arrives = 0.25: how the loss moves with this number, as PyTorch has it"
