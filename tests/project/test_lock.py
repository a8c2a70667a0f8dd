"""One file, one window."""

import platform
from pathlib import Path

import msgspec
import pytest

from nnbuilder.project.folders import state_folder
from nnbuilder.project.lock import FileHeld, take_lock
from nnbuilder.project.owner import Owner, alive, start_of, this_process
from tests.project.dead_owner import end, line_of, start

HOLDS = """
lock = take_lock(path)
print("has it", flush=True)
sys.stdin.read()
"""

RACES = """
print("ready", flush=True)
sys.stdin.readline()
try:
    take_lock(path)
    print("has it", flush=True)
except FileHeld:
    print("held", flush=True)
sys.stdin.read()
"""


def note() -> Path:
    """The one note about who holds what."""
    (found,) = state_folder("locks").glob("*.json")
    return found


def test_a_held_file_is_not_given_away(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    process = start(HOLDS, path)
    assert line_of(process) == "has it"
    with pytest.raises(FileHeld, match=r"a\.nnb is open in another window") as caught:
        take_lock(path)
    assert caught.value.owner.pid == process.pid
    take_lock(tmp_path / "b.nnb").release()
    end(process)
    take_lock(path).release()
    assert list(state_folder("locks").glob("*.json")) == []


@pytest.mark.parametrize("dead", [False, True])
def test_of_two_starts_at_once_one_gets_the_file(tmp_path: Path, soaking: bool, dead: bool) -> None:
    for number in range(100 if soaking else 2):
        path = tmp_path / f"{number}.nnb"
        if dead:
            holder = start(HOLDS, path)
            line_of(holder)
            end(holder)
        racers = [start(RACES, path) for _ in range(3)]
        for racer in racers:
            assert line_of(racer) == "ready"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        assert sorted(map(line_of, racers)) == ["has it", "held", "held"]
        for racer in racers:
            end(racer)


def test_one_window_may_take_its_file_again(tmp_path: Path) -> None:
    first = take_lock(tmp_path / "a.nnb")
    take_lock(tmp_path / "a.nnb").release()
    first.release()


def test_a_link_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a.nnb").touch()
    (tmp_path / "b.nnb").symlink_to(tmp_path / "a.nnb")
    process = start(HOLDS, tmp_path / "a.nnb")
    line_of(process)
    with pytest.raises(FileHeld):
        take_lock(tmp_path / "b.nnb")
    end(process)


def test_a_number_given_away_again_is_another_process(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "a.nnb")
    process = start("print(1, flush=True); sys.stdin.read()", tmp_path)
    line_of(process)
    note().write_bytes(msgspec.json.encode(Owner(process.pid, "long ago", platform.node())))
    take_lock(tmp_path / "a.nnb").release()
    note_of_living = Owner(process.pid, start_of(process.pid), platform.node())
    take_lock(tmp_path / "a.nnb")
    note().write_bytes(msgspec.json.encode(note_of_living))
    with pytest.raises(FileHeld):
        take_lock(tmp_path / "a.nnb")
    lock.release()  # it is the other one's by now, and stays
    assert note().exists()
    end(process)


def test_another_computers_window_is_asked_about_not_robbed(tmp_path: Path) -> None:
    take_lock(tmp_path / "a.nnb")
    note().write_bytes(msgspec.json.encode(Owner(1, "x", "elsewhere")))
    with pytest.raises(FileHeld, match="on elsewhere") as caught:
        take_lock(tmp_path / "a.nnb")
    assert caught.value.owner.foreign
    take_lock(tmp_path / "a.nnb", force=True).release()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_note_holds_nothing(tmp_path: Path, data: bytes) -> None:
    take_lock(tmp_path / "a.nnb")
    note().write_bytes(data)
    take_lock(tmp_path / "a.nnb").release()


def test_this_process_lives_and_a_dead_one_does_not(tmp_path: Path) -> None:
    process = start("", tmp_path)
    process.communicate()
    assert this_process().alive
    assert not this_process().foreign
    assert not alive(process.pid)
    assert start_of(process.pid) == ""
    assert not alive(0)
    assert not alive(2**40)
