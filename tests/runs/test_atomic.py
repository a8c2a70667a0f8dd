"""Atomic writes of run files."""

import os
from pathlib import Path

import pytest

from nnbuilder.runs import atomic
from nnbuilder.runs.atomic import RunFolderError, write_atomic


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_atomic(file, b"old")
    write_atomic(file, b"new")

    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "a.json"
    write_atomic(file, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    owner = os if call == "fsync" else Path
    monkeypatch.setattr(owner, call, full)
    with pytest.raises(RunFolderError, match="No space left on device") as caught:
        write_atomic(file, b"new")

    assert caught.value.path == file
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_folder_is_forced_to_disk_after_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, bool]] = []
    file = tmp_path / "a.json"
    monkeypatch.setattr(atomic, "sync_folder", lambda folder: seen.append((folder, file.exists())))

    write_atomic(file, b"new")

    assert seen == [(tmp_path, True)]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="No such file"):
        write_atomic(tmp_path / "gone" / "a.json", b"new")
