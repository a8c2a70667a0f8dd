"""Trainings that run out of memory for a known reason, each in a child that may have only so much."""

import os
import subprocess
import sys
from collections.abc import Mapping

import msgspec
import numpy as np
import pytest

from nnbuilder.data.spec import ArraysData, DataSpec, ToyData
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.drawings import fixed
from tests.engine.faults.short_child import Case, Outcome
from tests.engine.samples import Layer, chain

MB = 10**6
LAST: Layer = ("Linear", {"out_features": 2})

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's")


def project(*layers: Layer, batch: int = 16, points: int = 400, optimizer: str = "SGD") -> Project:
    """A classifier of moons that trains for one epoch."""
    training = TrainingConfig(optimizer, {"lr": 1e-4}, batch, 1)
    return Project(
        graph=chain(*layers, LAST), data=DataSpec(ToyData("moons", points=points)), training=training
    )


def linear(width: int) -> Layer:
    """A Linear layer."""
    return ("Linear", {"out_features": width})


def problem_of(outcome: Outcome) -> Problem:
    """The one problem of a training that was short of memory."""
    assert outcome.failed is not None
    assert outcome.failed.kind == "environment"
    [problem] = outcome.failed.problems
    assert problem.code == "out-of-memory"
    assert problem.message == outcome.failed.message
    return problem


ATTENTION: tuple[Layer, ...] = (
    linear(4096),
    ("Unflatten", {"dim": 1, "unflattened_size": (512, 8)}),
    ("TransformerEncoderLayer", {"d_model": 8, "nhead": 2, "dim_feedforward": 8, "batch_first": True}),
    ("Flatten", {}),
)
LSTM: dict[str, ArgValue] = {"hidden_size": 64, "output": "last", "batch_first": True}
IMAGES: tuple[Layer, ...] = (
    linear(4096),
    ("Unflatten", {"dim": 1, "unflattened_size": (1, 64, 64)}),
    ("Conv2d", {"out_channels": 16, "kernel_size": 3}),
    ("ReLU", {}),
    ("AdaptiveAvgPool2d", {"output_size": 1}),
    ("Flatten", {}),
)
SEQUENCES: tuple[Layer, ...] = (linear(4000), ("Unflatten", {"dim": 1, "unflattened_size": (400, 10)}))
BATCHES = {
    "one wide layer": (project(linear(8000), ("ReLU", {}), batch=6000, points=8000), 300),
    "many layers": (project(*(linear(100), ("Tanh", {})) * 60, batch=20_000, points=26_000), 400),
    "a convolution": (project(*IMAGES, batch=700, points=900), 300),
    "a long sequence": (project(*SEQUENCES, ("LSTM", LSTM), batch=600, points=800), 500),
    "attention": (project(*ATTENTION, batch=240), 400),
}
"""Batches that are too large, with the megabytes that they may get."""

OTHERS = {
    "weights": (project(linear(20_000), linear(20_000)), 400),
    "gradients": (project(linear(8000), linear(8000)), 480),
    "optimizer": (project(linear(6000), linear(6000), optimizer="Adam"), 530),
    "checkpoint": (project(linear(5000), linear(5000), batch=320, optimizer="Adam"), 760),
    "validation": (project(linear(12_000), batch=512, points=25_000), 320),
}

Outcomes = Mapping[str, Outcome]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """What becomes of them all, in one process: torch takes seconds to load."""
    path = tmp_path_factory.mktemp("data") / "wide.npz"
    np.savez_compressed(path, x=np.zeros((3000, 60_000), np.float32), y=np.arange(3000) % 2)
    wide = msgspec.structs.replace(project(), data=DataSpec(ArraysData(str(path))))
    cases = {name: Case(one, room * MB) for name, (one, room) in {**BATCHES, **OTHERS}.items()}
    cases |= {f"{name}, asked": Case(one, room * MB, demand=True) for name, (one, room) in BATCHES.items()}
    cases["data"] = Case(wide, 300 * MB)
    command = [sys.executable, "-m", "tests.engine.faults.short_child"]
    ran = subprocess.run(
        command,
        input=b"\n".join(map(msgspec.json.encode, cases.values())),
        stdout=subprocess.PIPE,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        check=True,
    )
    said = [msgspec.json.decode(line, type=Outcome) for line in ran.stdout.splitlines()]
    return dict(zip(cases, said, strict=True))


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_that_is_too_large_comes_with_one_that_fits(outcomes: Outcomes, name: str) -> None:
    problem = problem_of(outcomes[name])

    assert "Memory ran out while a batch went through the network." in problem.message
    assert "Training needs about" in problem.message
    [fix] = problem.fixes
    size = fixed(BATCHES[name][0], fix).training.batch_size
    assert fix.title == f"Set the batch size to {size:,}"
    assert f"A batch size of {size:,} fits." in problem.message
    mended = outcomes[name].mended
    assert mended is not None
    assert mended.failed is None, mended.failed
    assert mended.steps > 1


@pytest.mark.parametrize("name", BATCHES)
def test_it_is_said_before_the_training_begins(outcomes: Outcomes, name: str) -> None:
    problem = problem_of(outcomes[f"{name}, asked"])

    assert problem.message.startswith("Training needs about ")
    assert " are free. A batch size of " in problem.message
    assert problem.fixes[0].title.startswith("Set the batch size to ")


def test_weights_that_no_batch_size_makes_smaller(outcomes: Outcomes) -> None:
    problem = problem_of(outcomes["weights"])

    assert problem.message.startswith(
        "Memory ran out while the network was built. 1.6 GB more were asked for"
    )
    assert "Even a batch of 1 does not fit: make the largest layers smaller." in problem.message
    assert (problem.node, problem.fixes) == ("n2", ())


def test_gradients_that_are_as_large_as_the_weights(outcomes: Outcomes) -> None:
    problem = problem_of(outcomes["gradients"])

    assert "while the gradient went back through the layers" in problem.message
    assert problem.fixes == ()


def test_an_optimizer_that_keeps_more_than_the_weights(outcomes: Outcomes) -> None:
    problem = problem_of(outcomes["optimizer"])

    assert "while the optimizer made its first step" in problem.message
    assert "288 MB for the optimizer" in problem.message


def test_a_checkpoint_that_is_a_copy(outcomes: Outcomes) -> None:
    problem = problem_of(outcomes["checkpoint"])
    mended = outcomes["checkpoint"].mended

    assert "while a checkpoint was written" in problem.message
    assert [fix.title for fix in problem.fixes] == ["Use SGD, which keeps nothing beside the weights"]
    assert mended is not None
    assert mended.failed is None


def test_validation_takes_fewer_rows_at_once_where_many_do_not_fit(outcomes: Outcomes) -> None:
    assert outcomes["validation"].failed is None
    assert outcomes["validation"].steps == 40


def test_data_that_do_not_fit(outcomes: Outcomes) -> None:
    failed = outcomes["data"].failed

    assert failed is not None
    assert failed.message == "Memory ran out while the data were read."
