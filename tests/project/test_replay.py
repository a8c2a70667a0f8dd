"""Damaged logs give back the longest start that is whole, and never raise."""

import random
from pathlib import Path

import pytest

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.file import save_project
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import RecoveryLog
from nnbuilder.project.replay import Recovered, pending_recoveries, replay
from tests.project.samples import starter

COUNT = 12


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of some edits to a saved project."""
    path = tmp_path / "a.nnb"
    save_project(starter(), path)
    writer = RecoveryLog()
    writer.start(starter(), path)
    for number, project in enumerate(stages()[1:], 1):
        writer.append(SetArg(NodeId("n1"), "out_features", number), project)
    file = writer.file
    assert file is not None
    writer.close(discard=False)
    return file


def stages() -> list[Project]:
    """The project after no edit, one edit, and so on."""
    found = [starter()]
    for number in range(1, COUNT + 1):
        found.append(apply_edit(found[-1], SetArg(NodeId("n1"), "out_features", number)))
    return found


def check_prefix(recovered: Recovered, least: int) -> None:
    """Holds that a stage was reached, not before one of which all bytes are there."""
    if recovered.project is None:
        assert least < 0
        return
    assert recovered.edits >= least
    assert recovered.project == stages()[recovered.edits]


def test_cut_at_every_byte(log: Path) -> None:
    data = log.read_bytes()
    base = data.index(b"\n")
    for length in [*range(0, base, 37), *range(base - 2, len(data))]:
        log.write_bytes(data[:length])
        recovered = replay(log)
        check_prefix(recovered, data[:length].count(b"\n") - 1)
        whole = length > 0 and b"\n" in data[length - 1 : length + 1]
        assert recovered.damaged is not whole
        assert log.read_bytes() == data[:length]


def test_every_byte_flipped(log: Path) -> None:
    data = log.read_bytes()
    for place in range(max(0, len(data) - 4096), len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1 << (place % 8)
        log.write_bytes(damaged)
        recovered = replay(log)
        assert recovered.damaged or place == len(data) - 1
        check_prefix(recovered, data[:place].count(b"\n") - 1)


def lines_of(log: Path) -> list[bytes]:
    """The lines of a log with their ends."""
    return log.read_bytes().splitlines(keepends=True)


def test_lost_doubled_and_exchanged_lines_end_the_replay(log: Path) -> None:
    lines = lines_of(log)
    cases = {
        "lost": [*lines[:4], *lines[5:]],
        "doubled": [*lines[:4], lines[3], *lines[4:]],
        "exchanged": [*lines[:4], lines[5], lines[4], *lines[6:]],
    }
    for name, damaged in cases.items():
        log.write_bytes(b"".join(damaged))
        recovered = replay(log)
        assert (recovered.edits, recovered.damaged, name) == (3, True, name)
        check_prefix(recovered, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\0" * 5000,
        b"{}\n",
        b"00000000 {}\n",
        b"44136fa3 \n",
        b"9be3e0a3 1\n",
        b"[" * 100_000,
        b"\xff\xfe" * 100,
    ],
)
def test_other_files_give_nothing(log: Path, data: bytes) -> None:
    log.write_bytes(data)
    assert replay(log) == Recovered(log)
    assert pending_recoveries() == ()


def test_what_is_no_file_gives_nothing(tmp_path: Path) -> None:
    assert replay(tmp_path) == Recovered(tmp_path)
    assert replay(tmp_path / "gone") == Recovered(tmp_path / "gone")


def test_random_damage_never_raises(log: Path, soaking: bool) -> None:
    data = log.read_bytes()
    chance = random.Random(7)  # noqa: S311  (a repeatable choice, no secret)
    for _ in range(20_000 if soaking else 300):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 5)):
            start = chance.randrange(len(damaged))
            damaged[start : start + chance.randint(0, 40)] = chance.randbytes(chance.randint(0, 40))
        log.write_bytes(damaged)
        check_prefix(replay(log), -1)
