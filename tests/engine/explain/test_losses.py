"""What is written of a loss is torch's own number, for every loss of the catalogue."""

import math
import warnings
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.answer import Reading, explain_answer
from nnbuilder.engine.explain.class_losses import one_hot
from nnbuilder.engine.explain.losses import explain_loss
from nnbuilder.engine.explain.numbers import inner, shown
from nnbuilder.engine.trace import Forward, Loss, forward, measure
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
    one, others, batch = explain_loss(passed, loss, row, ("a", "b", "c"))
    assert one.agrees, one
    assert others.agrees, others
    assert batch.agrees, batch
    assert one.lines[-1].torch
    assert batch.lines[-1].torch


def test_the_words_of_a_row() -> None:
    network = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        network.get_parameter("0.weight").zero_()
        network.get_parameter("0.bias").copy_(torch.tensor([0.0, 2.0]))
    passed = forward(network, [(NodeId("n1"), "0")], torch.ones(1, 2))
    one, others, batch = explain_loss(
        passed, measure(nn.CrossEntropyLoss(), passed, torch.tensor([0])), 0, ("no", "yes")
    )
    texts = [line.text for line in one.lines]
    assert texts == [
        "target: class 0 (no), one-hot [1, 0]",
        "largest score 2: taken off each first",
        "Σ exp(score - 2) = 0.1353 + 1 = 1.135",
        "p[0] no = exp(0 - 2)/1.135 = 0.1192",
        "p[1] yes = exp(2 - 2)/1.135 = 0.8808",
        "sum of all shares = 1",
        "loss = -log(0.1192) = 2.127",
    ]
    assert one.title == "CrossEntropyLoss, row 0: 2.127"
    assert one.notes == (
        "The largest is class 1 (yes): that is the prediction.",
        "CrossEntropyLoss takes the class as its index; the one-hot row says the same.",
    )
    assert [line.text for line in others.lines] == [
        "class 0 (no) (the target) = -log(0.1192) = 2.127",
        "class 1 (yes) = -log(0.8808) = 0.1269",
    ]
    assert [line.text for line in batch.lines] == [
        "row 0: target 0 (no), says 1 (yes): wrong, loss 2.127",
        "right: 0 of 1",
        "loss = (2.127)/1 = 2.127",
    ]


def test_one_hot_of_many_is_cut_and_says_so() -> None:
    assert one_hot(1, 3) == "target: class 1, one-hot [0, 1, 0]"
    assert one_hot(0, 100).endswith("…]")


def measured(module: nn.Module, output: torch.Tensor, target: torch.Tensor) -> tuple[Forward, Loss]:
    """A pass that ended with an output, and its loss."""
    passed = Forward(output, (), output)
    return passed, measure(module, passed, target)


@pytest.mark.parametrize("unit", range(0, 30, 7))
def test_a_class_at_each_place_of_a_row(unit: int) -> None:
    torch.manual_seed(unit)
    output, target = torch.randn(4, 3, 2, 5), torch.randint(3, (4, 2, 5))
    one, others, batch = explain_loss(
        *measured(nn.CrossEntropyLoss(weight=WEIGHT), output, target), 2, ("a", "b", "c"), unit
    )
    place = unit % 10
    assert one.title.startswith(f"CrossEntropyLoss, row 2, place {place} of 10: ")
    assert one.agrees
    assert others.agrees
    assert batch.agrees
    scores, chosen = output[2].reshape(3, 10)[:, place], target[2].reshape(10)[place]
    by_hand = WEIGHT[chosen] * -torch.log_softmax(scores, 0)[chosen]
    assert next(line for line in one.lines if line.text.startswith("loss")).torch == f"{by_hand:.4g}"


def test_a_row_that_stands_for_no_class_is_left_out() -> None:
    output, target = torch.randn(4, 3), torch.tensor([0, -100, 2, 1])
    one, others, batch = explain_loss(*measured(nn.CrossEntropyLoss(), output, target), 1)
    assert one.lines[0].text == "target: -100, which stands for none: this row is left out"
    assert one.agrees
    assert others.agrees
    assert batch.agrees
    assert batch.lines[-1].text.endswith(f"/3 = {batch.lines[-1].torch}")


def test_shapes_that_are_stretched_are_said() -> None:
    output, target = torch.randn(4, 1), torch.randn(4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, others, batch = explain_loss(*measured(nn.MSELoss(), output, target), 1)
    assert one.agrees
    assert others.agrees
    assert batch.agrees
    assert "stretched output (4, 1) and target (4,) to (4, 4)" in one.notes[0]


@pytest.mark.parametrize("wanted", [0.0, 1.0])
def test_the_other_class_of_two(wanted: float) -> None:
    output = torch.tensor([[0.7], [-2.0]])
    passed, loss = measured(nn.BCEWithLogitsLoss(), output, torch.tensor([[wanted], [1.0]]))
    one, others, batch = explain_loss(passed, loss, 0, ("no", "yes"))
    assert one.lines[0].text == f"target: class {wanted:.0f} ({'yes' if wanted else 'no'}), one-hot " + (
        "[0, 1]" if wanted else "[1, 0]"
    )
    sure = torch.sigmoid(torch.tensor(0.7))
    assert [line.torch for line in others.lines] == [f"{-torch.log(1 - sure):.4g}", f"{-torch.log(sure):.4g}"]
    assert ["(the target)" in line.text for line in others.lines] == [wanted == 0, wanted == 1]
    assert batch.lines[1].text.startswith("row 1: target 1 (yes), says 0 (no): wrong, loss 2.127")
    assert batch.lines[2].text == f"right: {wanted:.0f} of 2"


def test_a_zero_has_no_sign() -> None:
    assert [shown(-0.0), inner(-0.0), shown(-0.5)] == ["0", "0", "-0.5"]


def test_other_targets_of_numbers() -> None:
    passed, loss = measured(nn.MSELoss(), torch.tensor([[2.0]]), torch.tensor([[0.5]]))
    _, others, _ = explain_loss(passed, loss, 0)
    assert [line.torch for line in others.lines] == ["2.25", "0.25", "6.25", "0"]


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan, 3e38])
@pytest.mark.parametrize("name", LOSSES)
def test_numbers_beyond_all_bounds_are_no_trouble(name: str, bad: float) -> None:
    if name == "BCELoss":
        return
    kind = LOSSES[name].target
    output = torch.tensor([[0.5, bad, 1.0]] if kind == "class index" else [[bad]])
    target = torch.tensor([0]) if kind == "class index" else torch.tensor([[1.0]])
    for worked in explain_loss(*measured(getattr(nn, name)(), output, target), 0):
        assert worked.lines
    assert explain_answer(output, 0, Reading(name)) is not None
