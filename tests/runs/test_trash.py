"""Deleting runs and putting them back."""

from pathlib import Path

import msgspec
import pytest

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.overview import overview
from nnbuilder.runs.store import create_run
from nnbuilder.runs.trash import KEPT_DAYS, delete_run, empty_trash, list_trash, restore_run, sweep_trash
from tests.runs.samples import sample_record

DAY = 24 * 3600


def _make(runs: Path, name: str = "a", *, over: bool = True) -> Path:
    record = sample_record(name)
    store = create_run(runs / name, msgspec.structs.replace(record, status="finished") if over else record)
    store.close()
    return runs / name


def test_a_deleted_run_is_not_listed_and_comes_back_whole(tmp_path: Path) -> None:
    run = _make(tmp_path)
    (run / "note.txt").write_text("mine")
    _make(tmp_path, "b")

    deleted = delete_run(run)
    assert [one.record.id for one in overview(tmp_path).runs] == ["b"]
    assert overview(tmp_path).unreadable == ()
    assert list_trash(tmp_path) == (deleted,)

    assert restore_run(deleted) == run
    assert (run / "note.txt").read_text() == "mine"
    assert {one.record.id for one in overview(tmp_path).runs} == {"a", "b"}
    assert list_trash(tmp_path) == ()


def test_a_run_that_trains_is_not_deleted(tmp_path: Path) -> None:
    run = _make(tmp_path, over=False)
    with pytest.raises(RunFolderError, match="being trained"):
        delete_run(run)
    assert run.is_dir()


def test_a_run_whose_record_is_damaged_can_be_deleted(tmp_path: Path) -> None:
    run = _make(tmp_path)
    (run / "run.json").write_text("{")
    restore_run(delete_run(run))
    assert (run / "run.json").read_text() == "{"


def test_nothing_is_put_back_over_another_run(tmp_path: Path) -> None:
    deleted = delete_run(_make(tmp_path))
    _make(tmp_path)
    with pytest.raises(RunFolderError, match="There is a run a again"):
        restore_run(deleted)
    assert deleted.path.is_dir()


def test_a_run_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="cannot be deleted"):
        delete_run(tmp_path / "none")


def test_old_ones_go_for_good_and_young_ones_stay(tmp_path: Path) -> None:
    now = 1_800_000_000
    old = delete_run(_make(tmp_path, "old"), now - (KEPT_DAYS + 1) * DAY)
    young = delete_run(_make(tmp_path, "young"), now - DAY)

    assert list_trash(tmp_path) == (young, old)
    sweep_trash(tmp_path, now)

    assert list_trash(tmp_path) == (young,)
    assert empty_trash(list_trash(tmp_path)) == ()
    assert list_trash(tmp_path) == ()
    assert not young.path.exists()


def test_what_is_no_run_is_left_alone_in_the_trash(tmp_path: Path) -> None:
    strange = tmp_path / ".trash" / "12.folder"
    strange.mkdir(parents=True)
    sweep_trash(tmp_path, 10**10)
    assert strange.is_dir()
    assert list_trash(tmp_path) == ()
