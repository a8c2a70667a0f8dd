"""How much a step changes the weights, held against copies made by hand around it."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnbuilder.engine.live import updates as module
from nnbuilder.engine.live.report import Report
from nnbuilder.engine.live.updates import updates
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.layers import Updates
from tests.engine.samples import data_of, make_project


@pytest.fixture(autouse=True)
def _each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures as often as it is asked."""
    monkeypatch.setattr(module, "SHARE", 1e9)


def heard(report: Report) -> tuple[Updates, Sequence[NDArray[np.float32]]]:
    """What a report says."""
    reported = report("run")
    assert reported is not None
    message, arrays = reported
    assert isinstance(message, Updates)
    return message, [np.asarray(array, np.float32) for array in arrays]


def start(optimizer: str = "Adam", lr: float = 0.01) -> tuple[Trainer, Report]:
    """A training with its report, which has nothing to say yet."""
    project = make_project(optimizer=optimizer, lr=lr)
    trainer = Trainer(project, data_of(project))
    report = updates(trainer)
    assert report("run") is None
    return trainer, report


@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "Rprop"])
def test_lengths_are_those_of_copies_made_by_hand(optimizer: str) -> None:
    trainer, report = start(optimizer)
    steps = trainer.steps()
    for number in range(1, 8):
        before = [[p.detach().clone() for p in layer.parameters()] for _, layer in trainer.layers]
        next(steps)
        message, (changes, weights, gradients) = heard(report)
        assert message.step == number
        assert message.layers == ("n1", "n2", "n5")
        for row, (_, layer) in enumerate(trainer.layers):
            now = list(layer.parameters())
            then = before[row]
            moved = np.concatenate([(a - b).detach().numpy().ravel() for a, b in zip(now, then, strict=True)])
            grads = np.concatenate([p.grad.numpy().ravel() for p in now if p.grad is not None])
            assert changes[row] == pytest.approx(np.linalg.norm(moved), rel=1e-5)
            assert weights[row] == pytest.approx(
                np.linalg.norm(np.concatenate([one.numpy().ravel() for one in then])), rel=1e-5
            )
            assert gradients[row] == pytest.approx(np.linalg.norm(grads), rel=1e-5)


def test_plain_descent_changes_by_rate_times_gradient() -> None:
    trainer, report = start("SGD", lr=0.25)
    next(trainer.steps())
    _, (changes, _, gradients) = heard(report)
    assert changes == pytest.approx(0.25 * gradients, rel=1e-4)


def test_nothing_hangs_on_the_optimizer_between_measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, report = start()
    monkeypatch.setattr(module, "SHARE", 1e-9)
    steps = trainer.steps()
    next(steps)
    first, _ = heard(report)
    next(steps)
    again, _ = heard(report)
    assert first.step == again.step == 1
    assert not trainer.optimizer._optimizer_step_pre_hooks
    assert not trainer.optimizer._optimizer_step_post_hooks


def test_going_back_to_the_start_forgets() -> None:
    trainer, report = start()
    next(trainer.steps())
    assert heard(report)[0].step == 1
    trainer.rewind()
    assert report("run") is None
    next(trainer.steps())
    assert heard(report)[0].step == 1


def test_sparse_gradients_count_as_they_are() -> None:
    places, rows = torch.tensor([[1, 1]]), torch.tensor([[3.0, 0.0], [0.0, 4.0]])
    gradient = torch.sparse_coo_tensor(places, rows, (4, 2), check_invariants=True)
    assert module._length([gradient]) == pytest.approx(5.0)
