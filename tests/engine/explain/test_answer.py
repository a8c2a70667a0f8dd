"""What the network answers: probabilities of PyTorch's, their sum, and the class that is taken."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.answer import Reading, explain_answer

NAMES = ("setosa", "versicolor", "virginica")


@given(
    seed=st.integers(0, 10**6), classes=st.integers(2, 30), row=st.integers(0, 5), scale=st.floats(0.1, 50)
)
def test_scores_become_shares(seed: int, classes: int, row: int, scale: float) -> None:
    torch.manual_seed(seed)
    output = scale * torch.randn(4, classes)
    worked = explain_answer(output, row, Reading("CrossEntropyLoss", NAMES))
    assert worked is not None
    assert worked.agrees
    own = torch.softmax(output[min(row, 3)], 0)
    best = int(own.argmax())
    name, short = (f" ({NAMES[best]})", f" {NAMES[best]}") if best < 3 else ("", "")
    assert worked.title == f"The answer for row {min(row, 3)}: argmax = class {best}{name}"
    assert worked.lines[-1].text == "sum of all shares = 1"
    (found,) = [line for line in worked.lines if line.text.startswith(f"p[{best}]{short} = ")]
    assert found.torch == f"{float(own[best]):.4g}"


def test_log_probabilities_and_margins() -> None:
    output = torch.log(torch.tensor([[0.2, 0.5, 0.3]]))
    worked = explain_answer(output, 0, Reading("NLLLoss", NAMES))
    assert worked is not None
    assert worked.agrees
    assert worked.lines[1].text == "p[1] versicolor = exp(-0.6931) = 0.5"
    worked = explain_answer(output, 0, Reading("MultiMarginLoss", NAMES))
    assert worked is not None
    assert worked.lines[1].text == "class 1 (versicolor): -0.6931"
    assert worked.title == "The answer for row 0: argmax = class 1 (versicolor)"


@pytest.mark.parametrize(("score", "taken"), [(0.4, "1 (yes)"), (-3.0, "0 (no)"), (-800.0, "0 (no)")])
def test_one_score_for_two_classes(score: float, taken: str) -> None:
    worked = explain_answer(torch.tensor([[score]]), 0, Reading("BCEWithLogitsLoss", ("no", "yes")))
    assert worked is not None
    assert worked.agrees
    assert worked.lines[0].torch == f"{float(torch.sigmoid(torch.tensor(score))):.4g}"
    assert worked.lines[-1].text.endswith(f"0.5: class {taken}")
    assert worked.title == f"The answer for row 0: class {taken}"


def test_a_probability_and_values() -> None:
    worked = explain_answer(torch.tensor([[0.75]]), 0, Reading("BCELoss"))
    assert worked is not None
    assert [line.text for line in worked.lines] == [
        "p of class 1 = 0.75",
        "p of class 0 = 1 - 0.75 = 0.25",
        "0.75 > 0.5: class 1",
    ]
    worked = explain_answer(torch.tensor([[3.0, -1.0]]), 0, Reading("MSELoss"))
    assert worked is not None
    assert [line.text for line in worked.lines] == ["value 0 = 3", "value 1 = -1"]
    worked = explain_answer(torch.tensor([[3.0]]), 0, Reading("L1Loss", (), 150.0, 20.0))
    assert worked is not None
    assert worked.lines[1].text == "  in the units of the data: 3·20 + 150 = 210"
    assert worked.title == "The answer for row 0: 210"


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_has_an_answer(name: str) -> None:
    output = torch.rand(3, 4, 2)
    worked = explain_answer(output, 1, Reading(name), 5)
    assert worked is not None
    assert worked.agrees
    assert explain_answer(torch.rand(3), 0, Reading(name)) is None
    assert explain_answer(torch.zeros(0, 3), 0, Reading(name)) is None
