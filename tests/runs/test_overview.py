"""Runs at a glance."""

import math
from pathlib import Path

import msgspec
import pytest

from nnbuilder.runs.metrics import EPOCHS_FILE, EpochRow
from nnbuilder.runs.overview import best_epoch, overview
from nnbuilder.runs.store import RECORD_FILE, create_run
from tests.runs.samples import sample_record

OLD, NEW = "2026-01-01T00-00-00-ffff", "2026-02-02T00-00-00-aaaa"


def _make(folder: Path, name: str, *losses: float) -> None:
    created = f"{name[:10]}T00:00:00+00:00"
    store = create_run(folder / name, msgspec.structs.replace(sample_record(name), created=created))
    rows = [
        EpochRow(epoch, 5 * epoch, loss, 0.5, loss + 1, 0.25) for epoch, loss in enumerate(losses, start=1)
    ]
    store.columns.add_epochs(rows)
    store.close()


def test_the_newest_is_first_and_knows_its_best_and_last_epoch(tmp_path: Path) -> None:
    _make(tmp_path, NEW, 3.0, 1.0, 1.0, 2.0)
    _make(tmp_path, OLD)

    newest, oldest = overview(tmp_path).runs

    assert [newest.record.id, oldest.record.id] == [NEW, OLD]
    assert newest.folder == tmp_path / NEW
    assert newest.best == EpochRow(2, 10, 1.0, 0.5, 2.0, 0.25)
    assert newest.last == EpochRow(4, 20, 2.0, 0.5, 3.0, 0.25)
    assert (newest.epochs, newest.steps) == (4, 20)
    assert (oldest.best, oldest.last, oldest.epochs, oldest.steps) == (None, None, 0, 0)


def test_damaged_folders_are_told_and_the_rest_is_listed(tmp_path: Path) -> None:
    for name in (OLD, NEW, "2026-03-03T00-00-00-bbbb"):
        _make(tmp_path, name, 1.0)
    (tmp_path / NEW / RECORD_FILE).unlink()
    (tmp_path / "2026-03-03T00-00-00-bbbb" / RECORD_FILE).write_text("{")
    (tmp_path / "weights").mkdir()

    found = overview(tmp_path)

    assert [run.record.id for run in found.runs] == [OLD]
    assert len(found.unreadable) == 2
    assert "bbbb" in found.unreadable[0]
    assert found.unreadable[1].startswith(str(tmp_path / NEW))
    assert "run.json is missing" in found.unreadable[1]


def test_a_run_without_readable_epochs_is_listed_and_told(tmp_path: Path) -> None:
    _make(tmp_path, OLD, 1.0)
    (tmp_path / OLD / EPOCHS_FILE).unlink()
    (tmp_path / OLD / EPOCHS_FILE).mkdir()

    found = overview(tmp_path)

    assert [run.best for run in found.runs] == [None]
    assert "epochs" in found.unreadable[0]


def test_no_folder_has_no_runs(tmp_path: Path) -> None:
    assert overview(tmp_path / "gone").runs == ()


@pytest.mark.parametrize(
    ("rows", "best"),
    [
        ((), None),
        ((EpochRow(1, 1, math.nan), EpochRow(2, 2, math.inf)), None),
        ((EpochRow(1, 1, 2.0), EpochRow(2, 2, 1.0), EpochRow(3, 3, math.nan)), 2),
        ((EpochRow(1, 1, 2.0, 0, 1.0), EpochRow(2, 2, 1.0, 0, math.nan)), 1),
    ],
)
def test_validation_decides_where_there_is_any(rows: tuple[EpochRow, ...], best: int | None) -> None:
    found = best_epoch(rows)

    assert (None if found is None else found.epoch) == best
