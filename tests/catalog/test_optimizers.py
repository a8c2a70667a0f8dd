"""The bounds, switches and fused versions that each optimizer declares, given to torch."""

import inspect
from typing import Any

import pytest
import torch

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.catalog.spec import OptimizerSpec

specs = pytest.mark.parametrize("spec", OPTIMIZERS.values(), ids=OPTIMIZERS)


def make(name: str, **args: Any) -> torch.optim.Optimizer:
    """The optimizer of one weight that has a gradient."""
    weight = torch.nn.Parameter(torch.ones(3))
    weight.grad = torch.full((3,), 0.5)
    optimizer = getattr(torch.optim, name)([weight], **args)
    assert isinstance(optimizer, torch.optim.Optimizer)
    return optimizer


def stepped(optimizer: torch.optim.Optimizer) -> torch.Tensor:
    """The weight after one step."""
    optimizer.step(lambda: 0.0)
    weight = optimizer.param_groups[0]["params"][0]
    assert isinstance(weight, torch.Tensor)
    return weight.detach()


@specs
def test_fused_says_whether_torch_has_it_on_the_cpu(spec: OptimizerSpec) -> None:
    takes_it = "fused" in inspect.signature(getattr(torch.optim, spec.name)).parameters

    assert spec.fused == takes_it
    if spec.fused:
        fused, plain = stepped(make(spec.name, fused=True)), stepped(make(spec.name, fused=False))
        torch.testing.assert_close(fused, plain)


@specs
def test_torch_takes_every_bound(spec: OptimizerSpec) -> None:
    for arg in spec.args:
        for bound in (arg.minimum, arg.maximum):
            if arg.kind == "float" and bound is not None and arg.fault(float(bound)) is None:
                make(spec.name, **{arg.name: float(bound)})


@specs
def test_torch_takes_every_choice_of_a_switch(spec: OptimizerSpec) -> None:
    for arg in spec.args:
        if arg.kind == "bool" and arg.name != "nesterov":
            make(spec.name, **{arg.name: not arg.default})


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
@pytest.mark.parametrize("betas", [(0.9,), (0.9, 1.0), (-0.1, 0.9), (0.9, 0.99, 0.999), 0.9, ("a", 0.9)])
def test_betas_that_torch_refuses_or_misreads_do_not_fit(name: str, betas: Any) -> None:
    spec = next(arg for arg in OPTIMIZERS[name].args if arg.name == "betas")

    assert spec.fault(betas) is not None
    assert spec.fault((0.0, 0.5)) is None
