"""Files of a run's folder."""

import os
from pathlib import Path

import pytest

from nnbuilder.runs.files import RunFolderError, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_whole(file, b"old")
    write_whole(file, b"new")

    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "a.json"
    write_whole(file, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RunFolderError, match="cannot be written") as caught:
        write_whole(file, b"new")

    assert (caught.value.path, caught.value.reason) == (file, "No space left on device")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="No such file"):
        write_whole(tmp_path / "gone" / "a.json", b"new")
