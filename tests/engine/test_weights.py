"""Stored weights: what is put into a network is what was stored, and training starts from it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.weights import WeightsError, encode_weights, put_weights, read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import EpochEnded, Event
from nnbuilder.runs.weights import share_weights, store_weights, weights_path
from tests.engine.samples import data_of, make_project

A, B = NodeId("a"), NodeId("b")


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    stored = nn.BatchNorm1d(4)
    stored(torch.randn(8, 4))
    sha256 = store_weights(tmp_path, encode_weights([(A, stored), (B, nn.ReLU())]))
    fresh = nn.BatchNorm1d(4)
    assert put_weights([(A, fresh), (B, nn.ReLU())], read_weights(tmp_path, sha256)) == ()
    for name, tensor in stored.state_dict().items():
        assert torch.equal(fresh.state_dict()[name], tensor)


def test_what_does_not_fit_stays_as_it_was_and_is_said() -> None:
    small, large = nn.Linear(4, 2), nn.Linear(4, 3)
    before = {name: tensor.clone() for name, tensor in large.state_dict().items()}
    notices = put_weights([(A, large), (B, nn.Linear(1, 1))], {A: small.state_dict()})
    assert [notice.split(" ")[0] for notice in notices] == ["a.weight", "a.bias", "b.weight", "b.bias"]
    assert "(2, 4), not (3, 4)" in notices[0]
    assert all(torch.equal(large.state_dict()[name], tensor) for name, tensor in before.items())


def test_missing_and_damaged_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="are missing"):
        read_weights(tmp_path, "ab" * 32)
    sha256 = store_weights(tmp_path, encode_weights([(A, nn.Linear(2, 2))]))
    path = weights_path(tmp_path, sha256)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WeightsError, match="are damaged"):
        read_weights(tmp_path, sha256)
    rubbish = store_weights(tmp_path, b"rubbish")
    with pytest.raises(WeightsError, match="no safetensors file"):
        read_weights(tmp_path, rubbish)


def test_a_copy_of_a_project_keeps_its_weights(tmp_path: Path) -> None:
    sha256 = store_weights(tmp_path / "one", encode_weights([(A, nn.Linear(2, 2))]))
    share_weights(tmp_path / "one", tmp_path / "two")
    assert read_weights(tmp_path / "two", sha256).keys() == {A}


def started(project: Project, tmp_path: Path) -> tuple[Project, nn.Sequential]:
    """The project standing at weights that no seed gives, and a network of these weights."""
    trainer = Trainer(project, data_of(project))
    with torch.no_grad():
        for weight in trainer.model.parameters():
            weight.add_(0.25)
    sha256 = store_weights(tmp_path, encode_weights(trainer.setup.modules(trainer.model)))
    return msgspec.structs.replace(project, weights=sha256), trainer.model


def test_training_starts_from_them_and_rewinds_to_them(tmp_path: Path) -> None:
    project, model = started(make_project(), tmp_path)
    assert project.weights is not None
    trainer = Trainer(project, data_of(project), read_weights(tmp_path, project.weights))
    for _ in range(2):
        for name, tensor in model.state_dict().items():
            assert torch.equal(trainer.model.state_dict()[name], tensor)
        next(trainer.steps())
        assert not torch.equal(trainer.model.state_dict()["0.weight"], model.state_dict()["0.weight"])
        trainer.rewind()


def test_a_run_says_which_weights_it_missed(tmp_path: Path) -> None:
    project, _ = started(make_project(), tmp_path)
    with pytest.raises(WeightsError, match="are missing"):
        train_run(project, data_of(project), tmp_path / "elsewhere" / "run", lambda *_: None, Unattended())
    desk = Losses()
    train_run(project, data_of(project), tmp_path / "run", desk, Unattended())
    seed = Losses()
    train_run(make_project(), data_of(project), tmp_path / "seed", seed, Unattended())
    assert len(desk.told) == len(seed.told) == project.training.epochs
    assert desk.told != seed.told


class Losses:
    """Hears a run's losses, one an epoch."""

    def __init__(self) -> None:
        self.told: list[float | None] = []

    def __call__(self, message: Event, arrays: Sequence[NDArray[Any]] = ()) -> None:
        if isinstance(message, EpochEnded):
            self.told.append(message.train_loss)
