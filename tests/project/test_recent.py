"""The list of recent files."""

from pathlib import Path

import pytest

from nnbuilder.project.folders import config_folder
from nnbuilder.project.recent import MOST, RecentFiles


def files(folder: Path, count: int) -> list[Path]:
    """So many files that are there."""
    paths = [folder / f"{number}.nnb" for number in range(count)]
    for path in paths:
        path.touch()
    return paths


def test_the_newest_comes_first_and_only_once(tmp_path: Path) -> None:
    one, other = files(tmp_path, 2)
    recent = RecentFiles()
    for path in (one, other, one):
        recent.add(path)
    assert RecentFiles().files == (one, other)


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    recent = RecentFiles()
    paths = files(tmp_path, MOST + 3)
    for path in paths:
        recent.add(path)
    assert recent.files == tuple(reversed(paths[3:]))


def test_what_is_gone_is_not_shown_and_what_is_removed_is_forgotten(tmp_path: Path) -> None:
    one, other, third = files(tmp_path, 3)
    recent = RecentFiles()
    for path in (one, other, third):
        recent.add(path)
    one.unlink()
    recent.remove(other)
    assert recent.files == (third,)
    recent.clear()
    assert not recent.files


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'["\\u0000"]'])
def test_a_damaged_list_is_empty_and_usable(tmp_path: Path, data: bytes) -> None:
    (config_folder() / "recent.json").write_bytes(data)
    (path,) = files(tmp_path, 1)
    recent = RecentFiles()
    assert not recent.files
    recent.add(path)
    assert recent.files == (path,)


def test_a_list_that_cannot_be_kept_stops_nobody(tmp_path: Path) -> None:
    (path,) = files(tmp_path, 1)
    (config_folder() / "recent.json").mkdir()
    recent = RecentFiles()
    recent.add(path)
    assert not recent.files
