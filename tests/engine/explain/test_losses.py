"""What is written of a loss is torch's own number, for every loss of the catalogue."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.losses import explain_loss, one_hot
from nnbuilder.engine.trace import forward, measure
from nnbuilder.graph.graph import NodeId

WEIGHT = torch.tensor([0.5, 2.0, 1.5])

CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    *((name, {}) for name in LOSSES),
    ("CrossEntropyLoss", {"weight": WEIGHT}),
    ("CrossEntropyLoss", {"label_smoothing": 0.2}),
    ("CrossEntropyLoss", {"label_smoothing": 0.2, "weight": WEIGHT}),
    ("NLLLoss", {"weight": WEIGHT}),
    ("MultiMarginLoss", {"weight": WEIGHT, "p": 2, "margin": 0.7}),
    ("BCEWithLogitsLoss", {"weight": torch.tensor([0.5]), "pos_weight": torch.tensor([3.0])}),
    ("SmoothL1Loss", {"beta": 0.3}),
    ("HuberLoss", {"delta": 0.4}),
)


@pytest.mark.parametrize(("name", "args"), CASES)
@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 5),
    row=st.integers(0, 6),
    scale=st.sampled_from([0.1, 1, 30]),
)
def test_the_arithmetic_is_torchs(
    name: str, args: dict[str, Any], seed: int, rows: int, row: int, scale: float
) -> None:
    torch.manual_seed(seed)
    kind = LOSSES[name].target
    head: list[nn.Module] = [nn.Sigmoid()] if name == "BCELoss" else []
    head += [nn.LogSoftmax(dim=1)] if name == "NLLLoss" else []
    network = nn.Sequential(nn.Linear(4, 3 if kind == "class index" else 1), *head)
    passed = forward(
        network, [(NodeId(key), key) for key, _ in network.named_children()], scale * torch.randn(rows, 4)
    )
    targets = {
        "class index": torch.randint(3, (rows,)),
        "binary": torch.randint(2, (rows, 1)).float(),
        "values": torch.randn(rows, 1),
    }
    loss = measure(getattr(nn, name)(**args), passed, targets[kind])
    one, batch = explain_loss(passed, loss, row, ("a", "b", "c"))
    assert one.agrees, one
    assert batch.agrees, batch
    assert one.lines[-1].torch
    assert batch.lines[-1].torch


def test_the_words_of_a_row() -> None:
    network = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        network.get_parameter("0.weight").zero_()
        network.get_parameter("0.bias").copy_(torch.tensor([0.0, 2.0]))
    passed = forward(network, [(NodeId("n1"), "0")], torch.ones(1, 2))
    one, batch = explain_loss(
        passed, measure(nn.CrossEntropyLoss(), passed, torch.tensor([0])), 0, ("no", "yes")
    )
    texts = [line.text for line in one.lines]
    assert texts[0] == "p[0] no: score 0, share 0.1192"
    assert texts[-2:] == ["target: class 0 (no), one-hot [1, 0]", "loss = -log(0.1192) = 2.127"]
    assert one.notes == ("The largest is class 1 (yes): that is the prediction.",)
    assert batch.lines[0].text == "loss = (2.127)/1 = 2.127"


def test_one_hot_of_many_is_cut_and_says_so() -> None:
    assert one_hot(1, 3) == "target: class 1, one-hot [0, 1, 0]"
    assert one_hot(0, 100).endswith("…]")
