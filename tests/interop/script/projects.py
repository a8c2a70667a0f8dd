"""Projects to be written as scripts, what torch says of them, and their course where the app trains them."""

import re
from pathlib import Path

import msgspec

from nnbuilder.data.load import load
from nnbuilder.data.spec import DataProfile, DataSpec
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.analysis import Analysis
from nnbuilder.interop.script.program import training_script
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.design import Design, Layer, drawing, layer

Course = list[list[float]]
"""For each epoch loss and metric, then those of the validation part where there is one."""

ADAM = TrainingConfig("Adam", {"lr": 0.01}, 16, 3)


def network(data: DataSpec, layers: tuple[Layer, ...], loss: str, training: TrainingConfig = ADAM) -> Project:
    """A project of these layers between an Input and a Loss."""
    return Project(drawing(Design(layers, loss)), data, training)


def dense(hidden: int, outputs: int) -> tuple[Layer, ...]:
    """A small network for columns of numbers."""
    return (layer("Linear", out_features=hidden), layer("ReLU"), layer("Linear", out_features=outputs))


def analyzed(project: Project, profile: DataProfile | None) -> Analysis:
    """What torch says of a project."""
    *_, last = Analyzer().analyze(project, profile)
    return last.analysis


def script_of(project: Project, folder: Path | None = None) -> str:
    """The script of a project on its data."""
    profile = load(project.data, project.training.seed, folder).profile
    return training_script(project, analyzed(project, profile), profile, folder)


def course_of(project: Project, folder: Path | None = None) -> tuple[Course, str]:
    """The course of the training in the app, and the hash of the last weights."""
    prepared = load(project.data, project.training.seed, folder)
    trainer = Trainer(project, prepared)
    ends = [result.epoch_end for result in trainer.steps() if result.epoch_end is not None]
    validated = len(prepared.validation) > 0
    rows = [
        [end.train_loss, end.train_metric, end.validation_loss, end.validation_metric][
            : 4 if validated else 2
        ]
        for end in ends
    ]
    return rows, weights_sha256(trainer.model.state_dict())


def printed_course(text: str) -> Course:
    """The course of a training as a script prints it."""
    lines = [line for line in text.splitlines() if line.startswith("epoch ")]
    return [[float(word) for word in re.findall(r"(?:loss|accuracy|r2) (\S+)", line)] for line in lines]


def shorter(project: Project, epochs: int) -> Project:
    """The same project with fewer epochs."""
    training = msgspec.structs.replace(project.training, epochs=min(epochs, project.training.epochs))
    return msgspec.structs.replace(project, training=training)
