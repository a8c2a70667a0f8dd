"""The raw columns of a run."""

import math
from pathlib import Path

import numpy as np
import pytest

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import (
    EPOCHS_FILE,
    SCORES_FILE,
    STEPS_FILE,
    Columns,
    EpochRow,
    read_epochs,
    read_readings,
    read_scores,
    read_steps,
)


@pytest.fixture
def columns(tmp_path: Path) -> Columns:
    """Columns with five steps and two epochs."""
    columns = Columns(tmp_path)
    columns.add_steps(np.array([1, 2, 3], np.float32), np.array([0.1, 0.2, np.nan], np.float32))
    columns.add_steps(np.array([4, 5], np.float32), np.array([0.4, 0.5], np.float32))
    columns.add_epochs([EpochRow(1, 2, 1.5, 0.5, 1.6, 0.4, 0.1)])
    columns.add_epochs([EpochRow(2, 4, 0.1, 0.9)])
    return columns


def test_what_was_added_is_read_back(tmp_path: Path, columns: Columns) -> None:
    columns.close()
    losses, metrics = read_steps(tmp_path)

    np.testing.assert_array_equal(losses, [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(metrics, np.array([0.1, 0.2, np.nan, 0.4, 0.5], np.float32))
    first, second = read_epochs(tmp_path)
    assert first == EpochRow(1, 2, 1.5, 0.5, 1.6, 0.4, 0.1)
    assert (second.epoch, second.train_loss, math.isnan(second.validation_loss)) == (2, 0.1, True)


def test_steps_are_there_before_the_run_ends(tmp_path: Path, columns: Columns) -> None:
    assert len(read_steps(tmp_path)[0]) == 5
    columns.close()


def test_a_cut_forgets_what_came_after_and_more_can_follow(tmp_path: Path, columns: Columns) -> None:
    columns.cut(2, 1)
    columns.add_steps(np.array([9], np.float32), np.array([8], np.float32))
    columns.close()

    assert read_steps(tmp_path)[0].tolist() == [1, 2, 9]
    assert [row.epoch for row in read_epochs(tmp_path)] == [1]


def test_a_cut_beyond_the_end_adds_nothing(tmp_path: Path, columns: Columns) -> None:
    columns.cut(100, 100)
    columns.close()

    assert len(read_steps(tmp_path)[0]) == 5


def test_a_torn_row_is_ignored(tmp_path: Path, columns: Columns) -> None:
    columns.close()
    for name in (STEPS_FILE, EPOCHS_FILE):
        file = tmp_path / name
        file.write_bytes(file.read_bytes()[:-3])

    assert len(read_steps(tmp_path)[0]) == 4
    assert len(read_epochs(tmp_path)) == 1


def test_no_files_are_no_steps(tmp_path: Path) -> None:
    assert read_steps(tmp_path)[0].shape == (0,)
    assert read_epochs(tmp_path) == ()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="cannot be written"):
        Columns(tmp_path / "gone")


def test_a_full_disk_is_said() -> None:
    columns = Columns.__new__(Columns)
    columns._steps = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115  (closed below)
    with pytest.raises(RunFolderError, match="No space left"):
        columns.add_steps(np.zeros(3, np.float32), np.zeros(3, np.float32))
    columns._steps.close()


def test_rows_are_appended_whole_or_not_at_all(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    columns = Columns(tmp_path)
    columns.add_steps(np.array([1.0], np.float32), np.array([2.0], np.float32))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        with pytest.raises(RunFolderError, match="File too large"):
            columns.add_steps(np.arange(9, dtype=np.float32), np.zeros(9, np.float32))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    size = (tmp_path / STEPS_FILE).stat().st_size
    columns.add_steps(np.array([3.0], np.float32), np.array([4.0], np.float32))
    columns.close()

    assert size == 8
    assert read_steps(tmp_path)[0].tolist() == [1.0, 3.0]


def test_scores_are_kept_cut_and_read_with_gaps(tmp_path: Path) -> None:
    columns = Columns(tmp_path, ("one", "other"))
    columns.add_scores(np.array([[1, 2], [3, np.nan], [5, 6]], np.float64))
    np.testing.assert_array_equal(read_scores(tmp_path, 2, 4), [[1, 2], [3, np.nan], [5, 6], [np.nan] * 2])
    columns.cut(0, 1)
    columns.add_scores(np.array([[7, 8]], np.float64))
    columns.close()

    np.testing.assert_array_equal(read_scores(tmp_path, 2, 2), [[1, 2], [7, 8]])


def test_a_run_without_scores_has_no_file_of_them(tmp_path: Path, columns: Columns) -> None:
    columns.add_scores(np.zeros((2, 0)))
    columns.cut(1, 1)
    columns.close()

    assert not (tmp_path / SCORES_FILE).exists()
    assert read_scores(tmp_path, 0, 2).shape == (2, 0)
    assert np.isnan(read_scores(tmp_path, 2, 2)).all()


def test_readings_are_cut_by_step_and_tell_the_time(tmp_path: Path, columns: Columns) -> None:
    rows = np.array([[1, 0.5, 0.1, 2.0], [3, 1.5, 0.1, np.nan], [5, 2.5, 0.01, 1.0]])
    columns.add_readings(rows)
    assert [columns.seconds_at(step) for step in (0, 1, 4, 9)] == [0.0, 0.5, 1.5, 2.5]
    columns.cut(4, 1)
    columns.add_readings(np.array([[4, 9.0, 0.2, 3.0]]))
    columns.close()
    np.testing.assert_array_equal(read_readings(tmp_path), [*rows[:2], [4, 9.0, 0.2, 3.0]])
    assert read_readings(tmp_path / "elsewhere").shape == (0, 4)
