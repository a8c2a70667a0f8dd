"""Runs steered word by word, and plain loops to hold them against."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import Project
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import (
    Checkpointed,
    Control,
    Event,
    RunEnded,
)
from tests.engine.samples import data_of, make_project

STEP = Control("", "step")

EPOCH = Control("", "epoch")

RESUME = Control("", "resume")

STOP = Control("", "stop")


def back(steps: int) -> Control:
    """A word to go back."""
    return Control("", "back", steps=steps)


def rate(factor: float) -> Control:
    """A word to change the learning rate."""
    return Control("", "lr", factor=factor)


class Hand:
    """Steers a run that waits by one word after the other, then stops it; keeps what it says."""

    def __init__(self, *words: Control) -> None:
        self._words = list(words)
        self.messages: list[Event | LiveReport] = []

    def __call__(self, message: Event | LiveReport, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append(message)

    def poll(self, timeout: float) -> Control | None:
        """The next word where the run waits."""
        if timeout == 0:
            return None
        return self._words.pop(0) if self._words else STOP

    @property
    def checkpoint(self) -> Path:
        """The last checkpoint."""
        return next(Path(said.path) for said in reversed(self.messages) if isinstance(said, Checkpointed))


def steered(
    project: Project, folder: Path, *words: Control, start: Path | None = None
) -> tuple[Hand, RunEnded]:
    """A run that waits before its first step and hears these words."""
    hand = Hand(*words)
    return hand, train_run(project, data_of(project), folder, hand, hand, Start(start, paused=True))


def course(project: Project, rates: dict[int, float], steps: int | None = None) -> tuple[list[float], str]:
    """Losses and hash of a plain loop that changes the rate after these steps, by hand."""
    trainer = Trainer(project, data_of(project))
    losses = []
    for result in trainer.steps():
        losses.append(float(np.float32(result.loss)))
        if result.step in rates:
            for group in trainer.optimizer.param_groups:
                group["lr"] = group["lr"] * rates[result.step]
        if result.step == steps:
            break
    return losses, weights_sha256(trainer.model.state_dict())


def branch(project: Project, **args: ArgValue) -> Project:
    """The project with other arguments of its optimizer."""
    training = msgspec.structs.replace(
        project.training, optimizer_args={**project.training.optimizer_args, **args}
    )
    return msgspec.structs.replace(project, training=training)


def scheduled(name: str, **args: ArgValue) -> Project:
    """A project of four epochs whose learning rate is led by a scheduler, step by step."""
    project = make_project(epochs=4)
    training = msgspec.structs.replace(
        project.training, lr_scheduler=name, lr_scheduler_args=args, lr_scheduler_every="step"
    )
    return msgspec.structs.replace(project, training=training)
