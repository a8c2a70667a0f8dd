"""Every class of torch.nn is declared, or it is said why it cannot be drawn."""

import inspect
from typing import Any

import pytest
import torch
from torch import nn

from nnbuilder.catalog.excluded import EXCLUDED
from nnbuilder.catalog.optimizers import EXCLUDED_OPTIMIZERS, OPTIMIZERS
from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.catalog.schedulers import EXCLUDED_SCHEDULERS, SCHEDULERS

NOT_EVERYWHERE = {"LinearCrossEntropyLoss", "NLLLoss2d"}
"""Excluded classes that only some of the supported versions of torch have."""


def classes() -> set[str]:
    """All public classes of torch.nn that are modules."""
    return {
        name
        for name, value in vars(nn).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and not name.startswith("_")
    }


def test_every_class_is_declared_or_excluded_for_a_reason() -> None:
    unexplained = classes() - set(EXCLUDED) - set(LAYERS) - set(LOSSES)
    assert unexplained == set()


def test_no_class_is_both_declared_and_excluded() -> None:
    assert not set(EXCLUDED) & (set(LAYERS) | set(LOSSES))


def test_every_excluded_class_is_one_of_torchs() -> None:
    assert set(EXCLUDED) - classes() <= NOT_EVERYWHERE


@pytest.mark.parametrize("name", EXCLUDED)
def test_a_reason_ends_a_sentence_that_begins_with_the_name(name: str) -> None:
    reason = EXCLUDED[name]
    assert reason.split()[0] in {"holds", "finds", "takes", "needs", "is", "works"}
    assert not reason.endswith(".")


@pytest.mark.parametrize("name", sorted(name for name in classes() if name.startswith("Lazy")))
def test_a_lazy_class_is_a_declared_one_whose_first_argument_follows(name: str) -> None:
    spec = LAYERS[name.removeprefix("Lazy")]
    lazy = inspect.signature(getattr(nn, name)).parameters
    assert spec.args[0].follows is not None
    assert spec.args[0].name not in lazy
    assert {arg.name for arg in spec.args[1:]} <= set(lazy)


def test_every_optimizer_is_declared_or_excluded() -> None:
    found = {
        name
        for name, value in vars(torch.optim).items()
        if isinstance(value, type) and issubclass(value, torch.optim.Optimizer) and name != "Optimizer"
    }
    assert found == set(OPTIMIZERS) | set(EXCLUDED_OPTIMIZERS)
    assert not set(OPTIMIZERS) & set(EXCLUDED_OPTIMIZERS)


def test_every_scheduler_is_declared_or_excluded() -> None:
    module = torch.optim.lr_scheduler
    found = {
        name
        for name in module.__all__
        if isinstance(getattr(module, name), type) and not name.startswith("_") and name != "LRScheduler"
    }
    assert found == set(SCHEDULERS) | set(EXCLUDED_SCHEDULERS)
    assert not set(SCHEDULERS) & set(EXCLUDED_SCHEDULERS)


def test_an_excluded_scheduler_needs_what_a_project_does_not_hold() -> None:
    for name in EXCLUDED_SCHEDULERS:
        taken = inspect.signature(getattr(torch.optim.lr_scheduler, name)).parameters
        assert {"lr_lambda", "schedulers"} & set(taken)


def test_torch_says_why_an_optimizer_is_excluded() -> None:
    model = nn.Linear(2, 1)
    model(torch.ones(1, 2)).sum().backward()
    step: Any = None
    with pytest.raises(ValueError, match="2D parameters"):
        torch.optim.Muon(model.parameters())
    step = torch.optim.SparseAdam(model.parameters()).step
    with pytest.raises(RuntimeError, match="dense gradients"):
        step()
