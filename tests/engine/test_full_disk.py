"""A run whose folder cannot be written waits, loses nothing and goes on when it can be."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project import atomic
from nnbuilder.project.atomic import SaveError
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import Control, Event, Failed, MomentsKept, RunState
from nnbuilder.runs import files
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import Columns
from nnbuilder.runs.moments import list_moments
from nnbuilder.runs.store import load_record, load_run
from tests.engine.samples import data_of, make_project

PROJECT = make_project(epochs=4)


class Disk:
    """Lets writing fail while `full`: of the record and checkpoints, and of the columns named in `torn`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.torn: set[str] = set()
        monkeypatch.setattr(files, "write_atomic", self._write)
        for name in ("add_steps", "add_epochs", "add_scores", "add_readings"):
            monkeypatch.setattr(Columns, name, self._appending(name, getattr(Columns, name)))

    def _write(self, path: Path, data: bytes) -> None:
        if self.full:
            raise SaveError(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        atomic.write_atomic(path, data)

    def _appending(self, name: str, plain: object) -> object:
        def append(columns: Columns, *rows: object) -> None:
            if self.full and name in self.torn:
                raise RunFolderError("The run cannot be written: No space left on device.", Path("x"))
            assert callable(plain)
            plain(columns, *rows)

        return append


class Hand:
    """Steers a waiting run by words; "full" and "free" are what happens to the disk before the next one."""

    def __init__(self, disk: Disk, *words: str) -> None:
        self._disk = disk
        self._words = list(words)
        self.messages: list[Event | LiveReport] = []

    def __call__(self, message: Event | LiveReport, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append(message)

    def poll(self, timeout: float) -> Control | None:
        """The next word where the run waits."""
        if timeout == 0:
            return None
        word = self._words.pop(0) if self._words else "stop"
        while word in ("full", "free"):
            self._disk.full = word == "full"
            word = self._words.pop(0)
        return msgspec.convert({"run_id": "", "do": word, "type": "Control"}, Control)

    @property
    def failures(self) -> list[str]:
        """What went wrong."""
        return [said.message for said in self.messages if isinstance(said, Failed)]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk with room."""
    return Disk(monkeypatch)


@pytest.mark.parametrize("torn", ["", "add_steps", "add_epochs", "add_scores", "add_readings"])
def test_a_full_disk_makes_the_run_wait_and_nothing_is_lost(tmp_path: Path, disk: Disk, torn: str) -> None:
    disk.torn = {torn}
    words = ("step", "full", "epoch", "resume", "resume", "free", "resume")
    hand = Hand(disk, *words)
    ended = train_run(PROJECT, data_of(PROJECT), tmp_path / "run", hand, hand, Start(paused=True))

    trainer = Trainer(PROJECT, data_of(PROJECT))
    losses = [result.loss for result in trainer.steps()]
    stored = load_run(tmp_path / "run")
    assert ended.weights_sha256 == weights_sha256(trainer.model.state_dict())
    assert stored.losses.tolist() == np.array(losses, np.float32).tolist()
    assert [row.epoch for row in stored.history] == [1, 2, 3, 4]
    assert stored.record.status == "finished"
    assert len(hand.failures) == 3
    assert "No space left on device" in hand.failures[0]
    assert "waits at step 5" in hand.failures[0]
    waits = [said.step for said in hand.messages if isinstance(said, RunState) and said.state == "paused"]
    assert waits.count(5) == 3


def test_a_run_that_is_stopped_on_a_full_disk_keeps_its_last_checkpoint(tmp_path: Path, disk: Disk) -> None:
    hand = Hand(disk, "step", "step", "full", "step", "stop")
    with pytest.raises(RunFolderError, match="No space left"):
        train_run(PROJECT, data_of(PROJECT), tmp_path / "run", hand, hand, Start(paused=True))
    disk.full = False

    record = load_record(tmp_path / "run")
    assert [entry.step for entry in record.checkpoints] == [1, 2]
    last = tmp_path / "run" / "checkpoints" / record.checkpoints[-1].file
    again = Hand(disk, "resume")
    ended = train_run(PROJECT, data_of(PROJECT), tmp_path / "on", again, again, Start(last, paused=True))
    trainer = Trainer(PROJECT, data_of(PROJECT))
    for _ in trainer.steps():
        pass
    assert ended.weights_sha256 == weights_sha256(trainer.model.state_dict())


def test_moments_that_cannot_be_kept_cost_nothing_but_themselves(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    hand = Hand(disk, "step", "resume")
    ended = train_run(PROJECT, data_of(PROJECT), tmp_path / "run", hand, hand, Start(paused=True))

    told = [said for said in hand.messages if isinstance(said, MomentsKept)]
    assert ended.reason == "finished"
    assert hand.failures == []
    assert "Read-only file system" in told[0].trouble
    assert list_moments(tmp_path / "run") == ()
