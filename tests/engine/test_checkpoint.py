"""Checkpoints on disk."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.engine.checkpoint import (
    INTERVAL_S,
    CheckpointError,
    Ring,
    decode_state,
    encode_state,
    read_checkpoint,
    resume_from,
    weights_sha256,
)
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.runs.store import RunStore, create_run
from tests.engine.samples import data_of, make_project
from tests.runs.samples import sample_record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    """A new run's folder."""
    store = create_run(tmp_path / "run", sample_record())
    yield store
    store.close()


@pytest.fixture
def states() -> list[TrainerState]:
    """The moments after each of 15 steps."""
    project = make_project()
    trainer = Trainer(project, data_of(project))
    return [trainer.state().copy() for _ in trainer.steps()]


def files(store: RunStore) -> list[str]:
    """Names of the files in the checkpoint folder."""
    return sorted(path.name for path in store.checkpoints.iterdir())


def test_the_hash_of_weights_is_over_names_shapes_and_bytes() -> None:
    weights = {"0.weight": torch.tensor([[1.0, 2.0]]), "0.count": torch.tensor(3)}
    digest = hashlib.sha256()
    digest.update(b"0.weight [1, 2]\n" + weights["0.weight"].numpy().tobytes())
    digest.update(b"0.count []\n" + weights["0.count"].numpy().tobytes())

    assert weights_sha256(weights) == digest.hexdigest()


def test_the_hash_tells_layouts_values_and_names_apart() -> None:
    layer = nn.Linear(2, 3)
    hashes = {
        weights_sha256(layer.state_dict()),
        weights_sha256({"weight": layer.weight.T, "bias": layer.bias}),
        weights_sha256({"w": layer.weight, "bias": layer.bias}),
        weights_sha256({"weight": layer.weight.detach().reshape(2, 3), "bias": layer.bias}),
        weights_sha256({"weight": layer.weight.detach() + 1e-6, "bias": layer.bias}),
    }

    assert len(hashes) == 5
    assert weights_sha256({"t": torch.zeros(0)}) != weights_sha256({"t": torch.zeros(0, 2)})


def test_bytes_hold_the_whole_moment(states: list[TrainerState]) -> None:
    back = decode_state(encode_state(states[6]))

    assert back.facts == msgspec.json.decode(msgspec.json.encode(states[6].facts), type=type(back.facts))
    assert set(back.tensors) == set(states[6].tensors)
    assert all(torch.equal(back.tensors[name], tensor) for name, tensor in states[6].tensors.items())


def test_damaged_bytes_are_refused(states: list[TrainerState]) -> None:
    data = encode_state(states[0])
    newer = TrainerState(msgspec.structs.replace(states[0].facts, format=99), states[0].tensors)

    for cut in (0, 1, 7, 8, 9, 100, len(data) // 2, len(data) - 1):
        with pytest.raises(CheckpointError, match="not a checkpoint"):
            decode_state(data[:cut])
    with pytest.raises(CheckpointError, match="newer NNBuilder"):
        decode_state(encode_state(newer))


def test_the_last_three_and_the_best_are_kept(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    ring.keep_best(0.5, states[1])
    for state in states[:6]:
        ring.write(state)

    assert files(store) == [f"best-{2:09d}.safetensors"] + [
        f"step-{step:09d}.safetensors" for step in (4, 5, 6)
    ]
    entries = store.record.checkpoints
    assert [(entry.step, entry.best) for entry in entries] == [(2, True), (4, False), (5, False), (6, False)]
    assert (store.record.step, store.record.epoch) == (6, 1)
    for entry in entries:
        assert read_checkpoint(store.checkpoints / entry.file, entry.sha256).facts.step == entry.step


def test_a_better_one_takes_the_place_of_the_best(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    for state, loss in zip(states[:3], (0.5, 0.4, 0.6), strict=True):
        if ring.is_best(loss):
            ring.keep_best(loss, state)
        ring.write(state)

    assert [entry.step for entry in store.record.checkpoints if entry.best] == [2]
    assert not ring.is_best(float("nan"))


def test_the_same_step_is_written_once(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)

    assert ring.write(states[0]) is not None
    assert ring.write(states[0]) is None


def test_nan_is_never_written_over_the_last_good_one(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    ring.write(states[0])
    bad = TrainerState(states[1].facts, {**states[1].tensors, "model.0.bias": torch.tensor([float("nan")])})

    assert ring.write(bad) is None
    assert [entry.step for entry in store.record.checkpoints] == [1]


def test_sums_that_json_cannot_hold_are_never_written(store: RunStore, states: list[TrainerState]) -> None:
    facts = msgspec.structs.replace(states[0].facts, sums=(float("inf"), 16, 1, 16))

    assert Ring(store).write(TrainerState(facts, states[0].tensors)) is None


def test_a_checkpoint_that_cannot_be_removed_does_not_end_the_run(
    store: RunStore, states: list[TrainerState], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError

    ring = Ring(store)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        for state in states[:5]:
            ring.write(state)
    assert len(files(store)) == 5
    ring.write(states[5])
    assert len(files(store)) == 3


def test_writing_is_due_every_two_seconds_at_most(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    assert not ring.due(time.perf_counter())
    ring.write(states[0])

    assert not ring.due(time.perf_counter() + INTERVAL_S / 2)
    assert ring.due(time.perf_counter() + 60)


def test_clearing_removes_all(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    ring.keep_best(0.1, states[0])
    ring.write(states[0])
    ring.clear()

    assert files(store) == []
    assert store.record.checkpoints == ()
    assert ring.is_best(0.9)


def _damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "cut":
        path.write_bytes(data[:-1])
    elif how == "empty":
        path.write_bytes(b"")
    else:
        place = 40 if how == "header" else len(data) - 5
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


@pytest.mark.parametrize("how", ["gone", "cut", "empty", "header", "value"])
def test_a_damaged_checkpoint_gives_way_to_the_one_before(
    store: RunStore, states: list[TrainerState], how: str
) -> None:
    ring = Ring(store)
    for state in states[:3]:
        ring.write(state)
    newest = store.checkpoints / store.record.checkpoints[-1].file

    assert resume_from(newest)[0].facts.step == 3
    _damage(newest, how)
    state, notices = resume_from(newest)

    assert state.facts.step == 2
    assert len(notices) == 1
    assert newest.name in notices[0]


def test_with_no_good_checkpoint_all_are_named(store: RunStore, states: list[TrainerState]) -> None:
    ring = Ring(store)
    for state in states[:3]:
        ring.write(state)
    paths = [store.checkpoints / entry.file for entry in store.record.checkpoints]
    for path in paths:
        _damage(path, "value")

    with pytest.raises(CheckpointError) as caught:
        resume_from(paths[-1])

    assert all(path.name in str(caught.value) for path in paths)


def test_a_checkpoint_without_a_record_is_tried_alone(tmp_path: Path, states: list[TrainerState]) -> None:
    file = tmp_path / "mine.safetensors"
    file.write_bytes(encode_state(states[3]))

    assert resume_from(file)[0].facts.step == 4
