"""Run folders."""

import platform
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from nnbuilder.project.owner import Owner, start_of
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.record import CheckpointEntry
from nnbuilder.runs.store import RECORD_FILE, create_run, list_runs, load_record, load_run, open_run
from tests.runs.samples import sample_record


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    store = create_run(tmp_path / "one", sample_record())
    store.columns.add_steps(np.array([2, 1], np.float32), np.array([0, 1], np.float32))
    store.columns.add_epochs([EpochRow(1, 2, 1.5)])
    entry = CheckpointEntry("step-000000002.safetensors", "aa", 2, 1)
    store.update(status="finished", checkpoints=(entry,), train={"loss": 1.5, "accuracy": None})
    store.close()

    run = load_run(tmp_path / "one")

    assert run.record == store.record
    assert run.record.project == sample_record().project
    assert run.record.checkpoints == (entry,)
    assert run.losses.tolist() == [2, 1]
    assert run.history[0].train_loss == 1.5


def test_a_record_from_before_the_counts_is_read(tmp_path: Path) -> None:
    create_run(tmp_path / "one", sample_record()).close()
    file = tmp_path / "one" / RECORD_FILE
    plain = msgspec.json.decode(file.read_bytes())
    del plain["confusion"]
    file.write_bytes(msgspec.json.encode(plain))

    assert load_record(tmp_path / "one") == sample_record()


@pytest.mark.parametrize(
    ("status", "seen"), [("running", "lost"), ("paused", "lost"), ("finished", "finished")]
)
def test_a_run_whose_process_is_gone_is_lost(tmp_path: Path, status: str, seen: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        owner = Owner(process.pid, start_of(process.pid), platform.node())
        store = create_run(tmp_path / "one", sample_record())
        store.update(status=status, owner=owner)
        store.close()
        living = load_record(tmp_path / "one").status
        process.kill()

    assert living == status
    assert [run.status for run in list_runs(tmp_path).runs] == [seen]


def test_a_run_of_another_computer_is_not_taken_for_lost(tmp_path: Path) -> None:
    store = create_run(tmp_path / "one", sample_record())
    store.update(owner=Owner(1, "then", "elsewhere"))
    store.close()

    assert load_record(tmp_path / "one").status == "running"


def test_a_run_can_be_opened_to_go_on(tmp_path: Path) -> None:
    create_run(tmp_path / "one", sample_record()).close()
    store = open_run(tmp_path / "one")
    store.update(step=7)
    store.close()

    assert load_record(tmp_path / "one").step == 7


def test_a_second_run_in_one_folder_is_refused(tmp_path: Path) -> None:
    create_run(tmp_path / "one", sample_record()).close()

    with pytest.raises(RunFolderError, match="already"):
        create_run(tmp_path / "one", sample_record())


def test_of_two_that_make_the_same_run_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one" / "checkpoints").mkdir(parents=True)  # as far as the other one has come

    with pytest.raises(RunFolderError, match="already"):
        create_run(tmp_path / "one", sample_record())


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(RunFolderError, match="cannot be written") as caught:
        create_run(tmp_path / "file" / "one", sample_record())

    assert caught.value.reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not the record"),
        (b"{", "not the record"),
        (b'{"format": 1}', "not the record"),
        (b'{"format": 99, "id": 5}', "newer NNBuilder"),
        (b"\xff\xfe", "not the record"),
        (b'{"format": 1, "a": ' + b"[" * 100_000, "not the record"),
    ],
)
def test_a_record_that_is_none_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / RECORD_FILE).write_bytes(content)

    with pytest.raises(RunFolderError, match=words):
        load_run(tmp_path)


def test_a_missing_record_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no readable run"):
        load_record(tmp_path)


def test_runs_are_listed_oldest_first_with_what_cannot_be_read(tmp_path: Path) -> None:
    for name in ("2026-02-02T00-00-00-aaaa", "2026-01-01T00-00-00-ffff"):
        create_run(tmp_path / name, sample_record(name)).close()
    (tmp_path / "weights").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / RECORD_FILE).write_text("{")

    listing = list_runs(tmp_path)

    assert [run.id for run in listing.runs] == ["2026-01-01T00-00-00-ffff", "2026-02-02T00-00-00-aaaa"]
    assert len(listing.unreadable) == 1
    assert "broken" in listing.unreadable[0]


def test_a_project_without_runs_has_none(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "gone").runs == ()
