"""A file that is being saved is old or new, whatever fails in between."""

import contextlib
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nnbuilder.project.atomic import Files, SaveError, backup_of, write_atomic
from tests.project.broken_files import Counted, Dying, Failing, Killed, NoLinks, Slow, Stuck

OLD, OLDER, NEW = b"old" * 500, b"older" * 300, b"new" * 2000
CODES = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EDQUOT, errno.EROFS)

ORIGINS = ("nothing", "file", "file and backup")


@pytest.fixture(params=ORIGINS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A place to save to, in each state it may be in."""
    path = tmp_path / "a.nnb"
    if request.param == "file and backup":
        path.write_bytes(OLDER)
        write_atomic(path, OLD, backup=True)
    elif request.param == "file":
        path.write_bytes(OLD)
    return path


def content(path: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    return path.read_bytes() if path.exists() else None


def calls_of_a_save(path: Path) -> int:
    """How many calls a save here makes, found out on a copy of the folder's state."""
    twin = path.with_name("twin.nnb")
    for file in (path, backup_of(path)):
        if file.exists():
            file.with_name(file.name.replace("a.nnb", "twin.nnb")).write_bytes(file.read_bytes())
    files = Counted()
    write_atomic(twin, NEW, backup=True, files=files)
    twin.unlink()
    backup_of(twin).unlink(missing_ok=True)
    return len(files.calls)


def test_a_save_makes_all_its_calls_in_order(tmp_path: Path) -> None:
    files = Counted()
    write_atomic(tmp_path / "a", NEW, backup=True, files=files)
    assert files.calls == ["create", "write", "sync", "close", "replace", "sync_folder"]
    files = Counted()
    write_atomic(tmp_path / "a", NEW, backup=True, files=files)
    assert files.calls == ["create", "write", "sync", "close", "link", "replace", "replace", "sync_folder"]


def test_killed_at_every_call_the_file_is_old_or_new(target: Path) -> None:
    old, backup = content(target), content(backup_of(target))
    seen = set()
    for calls in range(calls_of_a_save(target)):
        _restore(target, old, backup)
        with pytest.raises(Killed):
            write_atomic(target, NEW, backup=True, files=Dying(calls))
        assert content(target) in (old, NEW)
        assert content(backup_of(target)) in (backup, old)
        seen.add(content(target))
        write_atomic(target, NEW, backup=True)
        assert content(target) == NEW
        assert {path.name for path in target.parent.iterdir()} <= {"a.nnb", "a.nnb.bak"}
    assert seen == {old, NEW}


@pytest.mark.parametrize("code", CODES, ids=errno.errorcode.get)
def test_an_error_at_any_call_is_raised_and_leaves_the_file(target: Path, code: int) -> None:
    old, backup = content(target), content(backup_of(target))
    count = calls_of_a_save(target)
    for call in range(count):
        with pytest.raises(SaveError) as caught:
            write_atomic(target, NEW, backup=True, files=Failing(call, code))
        assert str(target) in str(caught.value)
        assert "made to fail" in str(caught.value)
        assert content(target) == (NEW if call == count - 1 else old)
        left = {path.name for path in target.parent.iterdir()}
        assert left <= {"a.nnb", "a.nnb.bak"}
        _restore(target, old, backup)


def _restore(target: Path, old: bytes | None, backup: bytes | None) -> None:
    """Puts both files back as they were, and nothing else."""
    for left in target.parent.glob(".nnbuilder-*"):
        left.unlink()
    for path, data in ((target, old), (backup_of(target), backup)):
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)


def test_the_content_before_is_kept(target: Path) -> None:
    old, backup = content(target), content(backup_of(target))
    write_atomic(target, NEW, backup=True)
    assert content(target) == NEW
    assert content(backup_of(target)) == (old if old is not None else backup)


@pytest.mark.parametrize("files", [Slow(), NoLinks()], ids=lambda files: type(files).__name__)
def test_odd_systems_are_coped_with(target: Path, files: Files) -> None:
    old = content(target)
    write_atomic(target, NEW, backup=True, files=files)
    assert content(target) == NEW
    assert content(backup_of(target)) == old


def test_a_system_that_writes_nothing_ends_in_an_error(target: Path) -> None:
    with pytest.raises(SaveError, match="nothing more"):
        write_atomic(target, NEW, files=Stuck())


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "b.nnb").write_bytes(OLD)
    link = tmp_path / "a.nnb"
    link.symlink_to(real / "b.nnb")
    write_atomic(link, NEW, backup=True)
    assert link.is_symlink()
    assert content(real / "b.nnb") == NEW
    assert content(real / "b.nnb.bak") == OLD
    assert list(tmp_path.glob(".nnbuilder*")) == []


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    path.write_bytes(OLD)
    path.chmod(0o640)
    write_atomic(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["x" * 255, "\U0001f9e0" * 63, "a b.nnb", "-rf", ".nnb", "ä.nnb"])
def test_odd_names_are_saved(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for data in (OLD, NEW):
        write_atomic(path, data, backup=True)
    assert content(path) == NEW
    assert content(backup_of(path)) == OLD
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_or_a_pipe_is_not_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(SaveError, match="no regular file"):
            write_atomic(path, NEW)


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "a.nnb"
    with pytest.raises(SaveError, match=r"gone/a\.nnb was not saved: No such file"):
        write_atomic(path, NEW)


READ_ONLY = """
import os, sys
from pathlib import Path
from nnbuilder.project.atomic import SaveError, write_atomic
if os.getuid() == 0:
    os.setuid(65534)
try:
    write_atomic(Path(sys.argv[1]), b"new")
except SaveError as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_read_only_is_not_written(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    path = folder / "a.nnb"
    path.write_bytes(OLD)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        with contextlib.suppress(PermissionError):
            parent.chmod(0o755)
    folder.chmod(0o755 if what == "folder" else 0o777)
    path.chmod(0o666 if what == "folder" else 0o444)
    if what == "folder":
        folder.chmod(0o555)
    said = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=True
    )
    folder.chmod(0o755)
    assert f"{path} was not saved" in said.stdout
    assert content(path) == OLD


def test_leftovers_of_dead_processes_only_are_swept(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    with pytest.raises(Killed):
        write_atomic(path, NEW, files=Dying(3))
    (left,) = tmp_path.iterdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    of_dead = left.with_name(left.name.replace(f"-{os.getpid()}-", f"-{dead.pid}-"))
    of_living = left.with_name(left.name.replace(f"-{os.getpid()}-", f"-{os.getppid()}-"))
    of_dead.write_bytes(b"x")
    of_living.write_bytes(b"x")
    write_atomic(path, NEW)
    assert sorted(tmp_path.iterdir()) == sorted([path, of_living])
