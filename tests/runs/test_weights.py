"""Stored weights: what still may be needed stays, what nothing names any more goes after its time."""

import os
import time
from pathlib import Path

import pytest

from nnbuilder.runs import weights
from nnbuilder.runs.weights import DAY_S, KEPT_DAYS, clear_weights, store_weights, weights_path

OLD = (KEPT_DAYS + 1) * DAY_S


def stored(runs: Path, data: bytes, age: float) -> str:
    """Weights that were stored so many seconds ago."""
    sha256 = store_weights(runs, data)
    os.utime(weights_path(runs, sha256), (time.time() - age,) * 2)
    return sha256


def left(runs: Path, *names: str) -> list[bool]:
    """Which of them are there."""
    return [weights_path(runs, name).exists() for name in names]


def test_what_is_named_stays_and_the_rest_goes_when_it_is_old(tmp_path: Path) -> None:
    runs = tmp_path / "net.runs"
    project, run, deleted, sweep, none = (stored(runs, bytes([at]), OLD) for at in range(5))
    new = stored(runs, b"new", (KEPT_DAYS - 1) * DAY_S)
    (tmp_path / "net.nnb").write_text(f'{{"weights": "{project}"}}')
    places = ((run, "a/run.json"), (deleted, ".trash/1.b/run.json"), (sweep, "sweeps/c.json"))
    for name, place in places:
        (runs / place).parent.mkdir(parents=True)
        (runs / place).write_text(f'{{"project":{{"weights":"{name}"}}}}')
    clear_weights(runs, [tmp_path / "net.nnb", tmp_path / "missing.nnb"])
    assert left(runs, project, run, deleted, sweep, new, none) == [True] * 5 + [False]


def test_the_newest_are_kept_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "KEPT_BYTES", 250)
    days = [stored(tmp_path, bytes([at]) * 100, (at + 0.5) * DAY_S) for at in range(5)]
    clear_weights(tmp_path, [])
    assert left(tmp_path, *days) == [True, True, False, False, False]


def test_all_of_the_last_day_stays_whatever_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "KEPT_BYTES", 0)
    names = [stored(tmp_path, bytes([at]), 3600 * at) for at in range(3)]
    clear_weights(tmp_path, [])
    assert left(tmp_path, *names) == [True] * 3


def test_nothing_goes_where_a_file_cannot_be_read(tmp_path: Path) -> None:
    name = stored(tmp_path, b"old", OLD)
    (tmp_path / "folder.nnb").mkdir()
    clear_weights(tmp_path, [tmp_path / "folder.nnb"])
    assert left(tmp_path, name) == [True]
    clear_weights(tmp_path, [])
    assert left(tmp_path, name) == [False]


def test_other_files_and_missing_folders_are_left_alone(tmp_path: Path) -> None:
    clear_weights(tmp_path / "missing", [])
    stored(tmp_path, b"old", OLD)
    (tmp_path / weights.WEIGHTS / "mine.txt").write_text("x")
    clear_weights(tmp_path, [])
    assert [path.name for path in (tmp_path / weights.WEIGHTS).iterdir()] == ["mine.txt"]
