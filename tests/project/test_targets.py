"""Which losses take which data, held against torch: the forms that we promise are forms that it takes."""

import pytest
import torch
from torch import nn

from nnbuilder.catalog.losses import LOSSES
from nnbuilder.data.spec import DataProfile, Task
from nnbuilder.project.targets import output_size, target_form

ROWS = 6


def profile(*classes: str) -> DataProfile:
    """Data with these classes, or with a number to predict where there are none."""
    task: Task = "classification" if classes else "regression"
    return DataProfile("data", task, (4,), ROWS, ROWS, 0, 0, "", classes=classes)


NUMBERS, TWO, THREE = profile(), profile("no", "yes"), profile("a", "b", "c")
CLASSES = {"CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"}
BINARY = {"BCELoss", "BCEWithLogitsLoss"}


@pytest.mark.parametrize("loss", LOSSES)
def test_each_loss_takes_the_data_that_it_is_for(loss: str) -> None:
    values = loss not in CLASSES | BINARY

    assert target_form(loss, NUMBERS) == ("values" if values else None)
    assert target_form(loss, TWO) == (None if values else "class index" if loss in CLASSES else "binary")
    assert target_form(loss, THREE) == ("class index" if loss in CLASSES else None)


@pytest.mark.parametrize("data", [NUMBERS, TWO, THREE], ids=["numbers", "two classes", "three classes"])
@pytest.mark.parametrize("loss", LOSSES)
def test_torch_takes_the_form_and_the_width_without_broadcasting(loss: str, data: DataProfile) -> None:
    form, width = target_form(loss, data), output_size(loss, data)
    if form is None or width is None:
        assert (form, width) == (None, None)
        return
    output = torch.full((ROWS, width), 0.5)
    target = torch.ones(ROWS, dtype=torch.int64) if form == "class index" else torch.ones(ROWS, 1)

    each = getattr(nn, loss)(reduction="none")(output, target)

    assert each.numel() == ROWS


def test_a_class_for_each_output() -> None:
    assert output_size("CrossEntropyLoss", TWO) == 2
    assert output_size("NLLLoss", THREE) == 3
    assert output_size("BCELoss", TWO) == 1
    assert output_size("MSELoss", NUMBERS) == 1


def test_a_loss_of_another_version_takes_nothing_that_we_know_of() -> None:
    assert target_form("FocalLoss", TWO) is None
    assert output_size("FocalLoss", TWO) is None
