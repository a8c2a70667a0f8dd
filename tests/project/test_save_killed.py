"""A save in a real process, killed or refused by the system at every call that touches its files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnbuilder.project.atomic import backup_of, write_atomic

OLD, OLDER, NEW = b"old" * 500, b"older" * 500, b"new" * 50_000

KILLED_AT = (
    "openat",
    "write",
    "fsync",
    "close",
    "link",
    "rename",
    "unlink",
    "fchmod",
    "newfstatat",
    "access",
)
REFUSED_AT = ("openat", "write", "fsync", "link", "rename")
MOST_CALLS = 7
"""More than a save makes of any of these."""

SAVE = """
import sys
from pathlib import Path
from nnbuilder.project import atomic
folder = Path(sys.argv[1])
names = iter([f"{atomic._stem(folder / 'a.nnb')}4194305-{number}.tmp" for number in (1, 2)])
atomic._temporary = lambda target: target.with_name(next(names))
try:
    atomic.write_atomic(folder / "a.nnb", b"new" * 50_000, backup=True)
    print("saved")
except atomic.SaveError as error:
    print(error)
"""


def run_save(folder: Path, inject: str) -> "subprocess.CompletedProcess[str]":
    """Saves in a process whose calls on files in the folder are tampered with."""
    strace = shutil.which("strace")
    assert strace is not None, "this test needs strace"
    stem = ".nnbuilder-4149f7b96881-4194305"
    names = ["", "a.nnb", "a.nnb.bak", f"{stem}-1.tmp", f"{stem}-2.tmp"]
    watched = [word for name in names for word in ("-P", str(folder / name) if name else str(folder))]
    command = [strace, "-f", "-qq", "-o", "/dev/null", *watched, "-e", f"inject={inject}"]
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [*command, sys.executable, "-c", SAVE, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": root},
    )


def prepare(folder: Path, *, before: bool) -> Path:
    """An empty folder, or one with a file and its backup."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "a.nnb"
    if before:
        write_atomic(path, OLDER, backup=True)
        write_atomic(path, OLD, backup=True)
    return path


def content(path: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    return path.read_bytes() if path.exists() else None


@pytest.mark.soak
@pytest.mark.parametrize("before", [False, True])
def test_killed_at_every_system_call(tmp_path: Path, before: bool) -> None:
    points, seen = 0, set()
    old, backup = (OLD, OLDER) if before else (None, None)
    for call in KILLED_AT:
        for when in range(1, 100):
            path = prepare(tmp_path / "f", before=before)
            done = run_save(path.parent, f"{call}:signal=KILL:when={when}")
            if done.returncode == 0:
                assert done.stdout == "saved\n"
                assert content(path) == NEW
                break
            assert done.returncode in (137, -9), done.stderr
            points += 1
            seen.add(content(path))
            assert content(path) in (old, NEW)
            assert content(backup_of(path)) in (backup, old)
            write_atomic(path, NEW, backup=True)
            assert {file.name for file in path.parent.iterdir()} <= {"a.nnb", "a.nnb.bak"}
    assert points >= (15 if before else 10)
    assert seen == {old, NEW}


@pytest.mark.soak
@pytest.mark.parametrize("error", ["ENOSPC", "EIO", "EACCES", "EDQUOT"])
@pytest.mark.parametrize("before", [False, True])
def test_refused_at_every_system_call(tmp_path: Path, before: bool, error: str) -> None:
    points = 0
    old = OLD if before else None
    for call in REFUSED_AT:
        for when in range(1, MOST_CALLS):
            path = prepare(tmp_path / "f", before=before)
            done = run_save(path.parent, f"{call}:error={error}:when={when}")
            assert done.returncode == 0, done.stderr
            if done.stdout == "saved\n":  # there was no such call, or one that a save can do without
                assert content(path) == NEW
                continue
            points += 1
            assert f"{path} was not saved: " in done.stdout
            last = call in ("fsync", "openat") and content(path) == NEW  # the folder's own sync
            assert last or content(path) == old
            assert {file.name for file in path.parent.iterdir()} <= {"a.nnb", "a.nnb.bak"}
    assert points >= (7 if before else 5)
