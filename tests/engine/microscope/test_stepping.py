"""Steps of random networks by every optimizer: torch's own weights, and lines that agree with its state."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.engine.build import build_optimizer
from nnbuilder.engine.explain.numbers import shown
from nnbuilder.engine.explain.updates import explain_update
from nnbuilder.engine.microscope.stepping import Kept, Stepped, mask_of, step
from nnbuilder.engine.objective import change_asking, go_back, penalty
from nnbuilder.engine.trace import TraceError
from nnbuilder.project.project import TrainingConfig

DECAYING = frozenset(
    name for name, spec in OPTIMIZERS.items() if any(a.name == "weight_decay" for a in spec.args)
)


FIRST: tuple[Callable[[], nn.Module], ...] = (
    lambda: nn.Conv1d(2, 3, 2),
    lambda: nn.PReLU(2),
    lambda: nn.GroupNorm(1, 2),
    lambda: nn.ConvTranspose1d(2, 2, 2),
)


@st.composite
def configs(draw: st.DrawFn, name: str) -> TrainingConfig:
    """An optimizer with a rate, and now and then decay, a penalty and limits of gradients."""
    args: dict[str, Any] = {"lr": draw(st.sampled_from([0.1, 0.01]))}
    if name in DECAYING and draw(st.booleans()):
        args["weight_decay"] = 0.05
    if name == "LBFGS":
        args |= {"max_iter": draw(st.integers(1, 6))}
        args |= {"line_search_fn": draw(st.sampled_from([None, "strong_wolfe"]))}
    maybe = st.none() | st.sampled_from([0.01, 0.5])
    l1 = draw(st.sampled_from([0.0, 0.01]))
    return TrainingConfig(name, args, clip_value=draw(maybe), clip_norm=draw(maybe), l1=l1)


@st.composite
def networks(draw: st.DrawFn) -> nn.Sequential:
    """Layers with parameters of one to four dimensions."""
    torch.manual_seed(draw(st.integers(0, 10**6)))
    first = draw(st.sampled_from(FIRST))()
    network = nn.Sequential(
        first, nn.Flatten(), nn.LazyLinear(draw(st.integers(1, 4))), nn.Tanh(), nn.LazyLinear(2)
    )
    network(torch.zeros(1, 2, 4))
    return network


class Trial:
    """A network trained on one batch by torch, and the same steps by hand."""

    def __init__(self, network: nn.Sequential, config: TrainingConfig) -> None:
        self.network, self.config = network, config
        self.x, self.y = torch.randn(5, 2, 4), torch.randint(2, (5,))
        self.kept: Kept = {}

    def loss_of(self, network: nn.Sequential) -> torch.Tensor:
        """What is made small."""
        return nn.functional.cross_entropy(network(self.x), self.y)

    def whole(self, network: nn.Sequential) -> torch.Tensor:
        """The same with the penalty on weights."""
        loss = self.loss_of(network)
        return loss + penalty(network.parameters(), self.config.l1) if self.config.l1 else loss

    def step(self) -> Stepped:
        """One step from fresh gradients."""
        self.network.zero_grad()
        torch.autograd.backward(self.whole(self.network))
        return step(self.network, self.config, self.kept, None, self.whole)

    def go(self, stepped: Stepped) -> None:
        """Takes a step over."""
        self.network, self.kept = stepped.applied(mask_of(self.network, "all", "", "", ()))


@pytest.mark.parametrize("name", OPTIMIZERS)
@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_steps_are_torchs_and_their_lines_agree(name: str, data: st.DataObject) -> None:
    config = data.draw(configs(name))
    trial = Trial(data.draw(networks()), config)
    plain, optimizer = _by_torch(trial)
    for _ in range(3):
        stepped = trial.step()
        for parameter, own in trial.network.named_parameters():
            flat = data.draw(st.integers(0, own.numel() - 1))
            place = tuple(int(one) for one in torch.unravel_index(torch.tensor(flat), own.shape))
            update = stepped.update(parameter, place)
            worked = explain_update(update)
            assert worked.agrees, worked
            assert worked.lines[-1].torch == shown(update.after)
            compared = {line.text.partition(" ")[0]: line.torch for line in worked.lines if line.torch}
            if name != "LBFGS":
                assert {term: compared[term] for term in update.state} == {
                    term: shown(value) for term, value in update.state.items()
                }
        trial.go(stepped)
        _step_of_torch(trial, plain, optimizer)
        for own, torchs in zip(trial.network.parameters(), plain.parameters(), strict=True):
            assert torch.equal(own, torchs)


def _by_torch(trial: Trial) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """The same network apart, with the optimizer that training would take."""
    plain = copy.deepcopy(trial.network)
    return plain, build_optimizer(trial.config, plain.parameters())


def _step_of_torch(trial: Trial, plain: nn.Sequential, optimizer: torch.optim.Optimizer) -> None:
    """A step as training makes it."""
    plain.zero_grad()
    parameters, config = list(plain.parameters()), trial.config
    if isinstance(optimizer, torch.optim.LBFGS):
        loss = trial.loss_of(plain)
        change_asking(config, parameters, optimizer, loss, lambda: trial.loss_of(plain))
    else:
        go_back(config, parameters, trial.loss_of(plain))
        optimizer.step()


@pytest.mark.parametrize("name", ["Rprop", "Adagrad", "Adam", "ASGD"])
def test_a_weight_that_has_not_stepped_begins_later(name: str) -> None:
    """A weight left out of the first step makes its own first step as if it were the first one of all."""
    torch.manual_seed(0)
    trial = Trial(nn.Sequential(nn.Flatten(), nn.Linear(8, 2)), TrainingConfig(name, {"lr": 0.01}))
    first = trial.step()
    network, kept = first.applied(mask_of(trial.network, "weight", "1", "1.weight", (0, 0)))
    own = {"exp_avg": 0.0, "sum": 0.0, "step_size": 0.01, "prev": 0.0, "ax": 0.0}
    for term, value in kept["1.weight"].items():
        if value.dim():
            assert value[0, 1] == pytest.approx(own.get(term, 0.0))
            assert value[0, 0] == first.kept["1.weight"][term][0, 0]
    assert int((network.get_parameter("1.weight") != trial.network.get_parameter("1.weight")).sum()) == 1


def test_a_part_of_a_step_of_lbfgs_leaves_what_it_knows() -> None:
    torch.manual_seed(0)
    trial = Trial(nn.Sequential(nn.Flatten(), nn.Linear(8, 2)), TrainingConfig("LBFGS", {"max_iter": 3}))
    stepped = trial.step()
    network, kept = stepped.applied(mask_of(trial.network, "weight", "1", "1.weight", (0, 0)))
    assert kept == {}
    assert network.get_parameter("1.weight")[0, 0] == stepped.network.get_parameter("1.weight")[0, 0]
    worked = explain_update(stepped.update("1.weight", (0, 0)))
    assert "the loss, computed 3 times: " in "\n".join(line.text for line in worked.lines)
    assert any(line.text.startswith("first point = ") and line.torch for line in worked.lines)


def test_lbfgs_needs_the_loss_again() -> None:
    trial = Trial(nn.Sequential(nn.Flatten(), nn.Linear(8, 2)), TrainingConfig("LBFGS"))
    torch.autograd.backward(trial.loss_of(trial.network))
    with pytest.raises(TraceError, match="computes the loss several times"):
        step(trial.network, trial.config, {}, None)
