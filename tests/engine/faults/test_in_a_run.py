"""A run in which something is not finite: it pauses, says what, keeps the last good checkpoint."""

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.weights import encode_weights
from nnbuilder.project.project import Project
from nnbuilder.protocol.fault import Fault
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import Control, Event, Failed, Progress, RunEnded, RunState
from nnbuilder.runs.store import load_record
from nnbuilder.runs.weights import store_weights
from tests.engine.samples import chain, data_of, make_project


class Window:
    """Hears everything, and says its words to a run that waits, at last that it is to stop."""

    def __init__(self, *words: Control) -> None:
        self._words = list(words)
        self.messages: list[Event] = []
        self.losses: list[float] = []

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append(message)
        if isinstance(message, Progress):
            self.losses += arrays[0].tolist()

    def poll(self, timeout: float) -> Control | Watch | None:
        """Nothing while the run trains."""
        if timeout == 0:
            return None
        return self._words.pop(0) if self._words else Control("", "stop")

    @property
    def fault(self) -> Fault:
        """The one fault that was told."""
        [failed] = [message for message in self.messages if isinstance(message, Failed)]
        assert failed.fault is not None
        return failed.fault


def run(project: Project, folder: Path, *words: Control) -> tuple[Window, RunEnded]:
    """A whole run of a project."""
    window = Window(*words)
    return window, train_run(project, data_of(project), folder, window, window)


def test_weights_that_are_not_finite_are_seen_though_the_loss_is(tmp_path: Path) -> None:
    """A bias of minus infinity behind which a ReLU gives 0: the loss says nothing of it."""
    graph = chain(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 2}))
    project = make_project(graph, epochs=50)
    trainer = Trainer(project, data_of(project))
    with torch.no_grad():
        trainer.layers[0][1].get_parameter("bias")[0] = -math.inf
    sha256 = store_weights(tmp_path, encode_weights(trainer.setup.modules(trainer.model)))
    window, ended = run(msgspec.structs.replace(project, weights=sha256), tmp_path / "run")

    assert (window.fault.code, window.fault.node, window.fault.tensor) == ("stored-weights", "n1", "bias")
    assert ended.step < 250
    assert all(map(math.isfinite, window.losses))
    assert load_record(tmp_path / "run").status == "failed"
    assert load_record(tmp_path / "run").checkpoints == ()


def test_a_loss_that_refuses_what_is_not_finite_pauses_the_run_as_well(tmp_path: Path) -> None:
    graph = chain(
        ("Linear", {"out_features": 8}),
        ("ReLU", {}),
        ("Linear", {"out_features": 1}),
        ("Sigmoid", {}),
        loss="BCELoss",
    )
    project = make_project(graph, optimizer="SGD", epochs=300, lr=0.1, weight_decay=25.0)
    window, ended = run(project, tmp_path / "run")

    assert "BCELoss was given NaN or infinity at step" in window.fault.headline
    assert window.fault.code == "weight-decay"
    assert ended.train["loss"] is None
    states = [message.state for message in window.messages if isinstance(message, RunState)]
    assert states[-1] == "paused"


def test_the_fault_is_told_before_the_run_waits(tmp_path: Path) -> None:
    graph = chain(("Linear", {"out_features": 2}))
    project = make_project(graph, optimizer="SGD", epochs=400, lr=0.1, weight_decay=25.0)
    window, ended = run(project, tmp_path / "run")

    kinds = [type(message).__name__ for message in window.messages]
    assert kinds.index("Failed") < len(kinds) - 1 - kinds[::-1].index("RunState")
    assert window.fault.noticed == ended.step


def test_a_run_goes_back_ten_steps_and_on_with_a_tenth_of_the_rate(tmp_path: Path) -> None:
    """What the buttons of the card say; the losses up to where it went back are those that it had."""
    graph = chain(("Linear", {"out_features": 8}), ("ReLU", {}), ("Linear", {"out_features": 2}))
    project = make_project(graph, optimizer="SGD", epochs=60, lr=0.1, weight_decay=22.0)
    stopped, _ = run(project, tmp_path / "stopped")
    noticed = stopped.fault.noticed
    words = Control("", "back", steps=10), Control("", "lr", factor=0.1), Control("", "resume")
    window, ended = run(project, tmp_path / "run", *words)

    assert (ended.reason, ended.step) == ("finished", 300)
    states = [(message.state, message.step) for message in window.messages if isinstance(message, RunState)]
    assert ("rewound", noticed - 10) in states
    assert window.losses[: len(stopped.losses)] == pytest.approx(stopped.losses, nan_ok=True)
    after = window.losses[len(stopped.losses) :]
    assert len(after) == 300 - (noticed - 10)
    assert all(map(math.isfinite, after))
    record = load_record(tmp_path / "run")
    assert record.status == "finished"
    assert [(change.step, change.factor) for change in record.rate_changes] == [(noticed - 10, 0.1)]
