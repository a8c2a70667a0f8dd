"""Watching a training changes nothing in it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnbuilder.data.spec import BuiltinData, ToyData
from nnbuilder.engine.live.desk import Desk
from nnbuilder.engine.live.report import Reported
from nnbuilder.engine.live.table import REPORTS
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import encode_frame, event_reader
from nnbuilder.protocol.live import LiveReport, Watch
from nnbuilder.protocol.messages import Control, Event, RunEnded
from tests.engine.samples import chain, data_of, make_project, regression, same_weights

DRIFTING = chain(
    ("Linear", {"out_features": 8}),
    ("BatchNorm1d", {}),
    ("RReLU", {"inplace": True}),
    ("Dropout", {"p": 0.3}),
    ("Linear", {"out_features": 2}),
)
"""Buffers, random numbers and changes in place: all that a look at it could disturb."""

LINE = chain(("Linear", {"out_features": 4}), ("Tanh", {}), ("Linear", {"out_features": 1}), loss="MSELoss")

KINDS = [
    (make_project(DRIFTING), {"Boundary", "Neurons", "Confusion"}),
    (make_project(LINE, ToyData("sine", points=90)), {"Fit"}),
    (regression(), {"Targets"}),
    (make_project(chain(("Linear", {"out_features": 3})), BuiltinData("iris")), {"Confusion"}),
]


class Window:
    """Watches all reports from the start, as a run's window does."""

    def __init__(self, *names: str) -> None:
        self._words: list[Watch] = [Watch("run", names)] if names else []
        self.heard: list[tuple[Event, Sequence[NDArray[np.generic]]]] = []

    def poll(self, timeout: float) -> Control | Watch | None:
        """What is to be watched, once."""
        return self._words.pop() if self._words else None

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.heard.append((message, arrays))

    @property
    def reports(self) -> set[str]:
        """The kinds of reports that came."""
        return {type(message).__name__ for message, _ in self.heard if isinstance(message, LiveReport)}


@pytest.mark.parametrize(("project", "kinds"), KINDS)
def test_looking_after_each_step_changes_no_number(project: Project, kinds: set[str]) -> None:
    alone = Trainer(project, data_of(project))
    losses = [result.loss for result in alone.steps()]
    watched, window = Trainer(project, data_of(project)), Window()
    desk = Desk(watched, window, "run")
    desk.watch(list(REPORTS))
    seen = []
    for result in watched.steps():
        modes = [module.training for module in watched.model.modules()]
        gradients = [None if p.grad is None else p.grad.clone() for p in watched.model.parameters()]
        random = torch.get_rng_state()
        desk.send_all()
        assert [module.training for module in watched.model.modules()] == modes
        assert torch.equal(torch.get_rng_state(), random)
        for parameter, before in zip(watched.model.parameters(), gradients, strict=True):
            assert before is not None
            assert parameter.grad is not None
            assert torch.equal(parameter.grad, before)
        seen.append(result.loss)
    assert seen == losses
    assert same_weights(watched.model, alone.model)
    assert kinds <= window.reports


def test_a_watched_run_ends_with_the_same_weights(tmp_path: Path) -> None:
    project = make_project(DRIFTING, epochs=5)
    hashes = set()
    for name, window in (("alone", Window()), ("watched", Window(*REPORTS))):
        train_run(project, data_of(project), tmp_path / name, window, window)
        hashes |= {message.weights_sha256 for message, _ in window.heard if isinstance(message, RunEnded)}
        assert bool(window.reports) == (name == "watched")
    assert len(hashes) == 1


def test_who_looks_later_finds_how_it_ended(tmp_path: Path) -> None:
    project, window = make_project(), Window("Confusion")
    train_run(project, data_of(project), tmp_path / "run", window, window)
    steps = {type(m).__name__: m.step for m, _ in window.heard if isinstance(m, LiveReport)}
    assert steps["Boundary"] == steps["Neurons"] == steps["Confusion"] == 15


@pytest.mark.parametrize(("project", "kinds"), KINDS)
def test_reports_travel_unchanged(project: Project, kinds: set[str]) -> None:
    window = Window()
    Desk(Trainer(project, data_of(project)), window, "run").watch(list(REPORTS))
    assert kinds <= window.reports
    for message, arrays in window.heard:
        [(back, came)] = event_reader().feed(encode_frame(message, arrays))
        assert back == message
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arrays, came, strict=True))


def test_a_report_that_fails_does_not_end_the_training() -> None:
    def report(run_id: str) -> Reported:
        raise RuntimeError(run_id)

    project = make_project()
    window = Window()
    desk = Desk(Trainer(project, data_of(project)), window, "run", {"Broken": lambda _: report})
    desk.watch(["Broken"])
    desk.send_all()
    assert window.heard == []
