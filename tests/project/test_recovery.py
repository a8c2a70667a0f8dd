"""Unsaved work outlives its process, and what is replayed is exactly what was there."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnbuilder.graph.edits import Rename, SetArg
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import NodeId
from nnbuilder.project import recovery
from nnbuilder.project.edits import Edit, apply_edit
from nnbuilder.project.file import load_project, save_project
from nnbuilder.project.folders import state_folder
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import RecoveryError, RecoveryLog
from nnbuilder.project.replay import dismiss, pending_recoveries, replay
from tests.edit_strategies import edits
from tests.project.dead_owner import end, line_of, start
from tests.project.samples import everything, starter
from tests.strategies import projects

N1 = NodeId("n1")


def logs() -> list[Path]:
    """All that lies in the folder of recovery logs."""
    return sorted(state_folder("recovery").iterdir())


def wide(number: int) -> Edit:
    """An edit that can be told from others."""
    return SetArg(N1, "out_features", number)


def written(log: RecoveryLog, project: Project, count: int) -> Project:
    """The project after so many edits, all in the log."""
    for number in range(1, count + 1):
        project = apply_edit(project, wide(number))
        log.append(wide(number), project)
    return project


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_replayed_is_what_was_there(data: st.DataObject) -> None:
    project = data.draw(projects())
    log = RecoveryLog()
    log.start(project, None)
    past = [project]
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.integers(0, 3)) == 0:
            project = data.draw(st.sampled_from(past))
            log.jump(project)
            continue
        edit = data.draw(edits(project.graph))
        try:
            project = apply_edit(project, edit)
        except EditRefused:
            continue
        log.append(edit, project)
        past.append(project)
    if log.file is not None:
        recovered = replay(log.file)
        assert recovered.project == project
        assert list((recovered.project or Project()).graph.nodes) == list(project.graph.nodes)
        assert not recovered.damaged
    log.close()


def test_a_session_without_edits_leaves_nothing(tmp_path: Path) -> None:
    save_project(starter(), tmp_path / "a.nnb")
    log = RecoveryLog()
    log.start(starter(), tmp_path / "a.nnb")
    log.sync()
    assert logs() == []
    log.close()


def test_saving_and_closing_remove_the_log(tmp_path: Path) -> None:
    log = RecoveryLog()
    log.start(starter(), None)
    project = written(log, starter(), 3)
    assert len(logs()) == 1
    save_project(project, tmp_path / "a.nnb")
    log.start(project, tmp_path / "a.nnb")
    assert logs() == []
    written(log, project, 1)
    assert len(logs()) == 1
    log.close()
    assert logs() == []


def test_undo_behind_the_last_save_is_replayed(tmp_path: Path) -> None:
    saved = apply_edit(starter(), wide(5))
    save_project(saved, tmp_path / "a.nnb")
    log = RecoveryLog()
    log.start(saved, tmp_path / "a.nnb")
    log.jump(starter())
    assert log.file is not None
    recovered = replay(log.file)
    assert recovered.project == starter()
    assert recovered.path == tmp_path / "a.nnb"
    assert not recovered.changed
    log.close()


DIES = """
log = RecoveryLog()
log.start(starter(), path)
project = starter()
for number in range(1, 4):
    edit = SetArg(NodeId("n1"), "out_features", number)
    project = apply_edit(project, edit)
    log.append(edit, project)
print(log.file, flush=True)
sys.stdin.read()
"""


def test_the_work_of_a_killed_process_is_offered_once(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    save_project(starter(), path)
    process = start(DIES, path)
    log = Path(line_of(process))
    assert pending_recoveries() == ()  # it lives
    end(process)
    assert pending_recoveries() == (log,)
    recovered = replay(log)
    assert recovered.edits == 3
    assert recovered.project == apply_edit(starter(), wide(3))
    assert (recovered.path, recovered.damaged, recovered.changed) == (path, False, False)
    dismiss(log)
    assert pending_recoveries() == ()
    assert load_project(path).project == starter()


def test_crashing_twice_in_a_row_loses_nothing(tmp_path: Path) -> None:
    process = start(DIES, tmp_path / "a.nnb")
    first = Path(line_of(process))
    end(process)
    taken = f"""
from nnbuilder.project.replay import replay
old = Path({str(first)!r})
recovered = replay(old)
log = RecoveryLog()
log.start(recovered.project, None, recovered=old)
print(log.file, flush=True)
sys.stdin.read()
"""
    process = start(taken, tmp_path / "a.nnb")
    second = Path(line_of(process))
    assert first.with_suffix(".bak").exists()
    end(process)
    assert pending_recoveries() == (second,)
    assert replay(second).project == apply_edit(starter(), wide(3))
    dismiss(second)


def test_the_recovered_log_goes_with_the_next_save(tmp_path: Path) -> None:
    old = RecoveryLog()
    old.start(starter(), None)
    project = written(old, starter(), 2)
    file = old.file
    assert file is not None
    old.close(discard=False)
    log = RecoveryLog()
    log.start(project, None, recovered=file)
    assert {path.suffix for path in logs()} == {".log", ".bak"}
    save_project(project, tmp_path / "a.nnb")
    log.start(project, tmp_path / "a.nnb")
    assert logs() == []


def test_another_programs_change_of_the_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.nnb"
    save_project(starter(), path)
    log = RecoveryLog()
    log.start(starter(), path)
    project = written(log, starter(), 1)
    save_project(everything(), path)
    assert log.file is not None
    recovered = replay(log.file)
    assert recovered.project == project
    assert recovered.changed
    log.close()


def test_a_full_disk_is_told_and_later_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    log = RecoveryLog()
    log.start(starter(), None)
    project = written(log, starter(), 2)
    real = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 40:
            return real(file, data[:40])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for name in ("a", "b"):
        project = apply_edit(project, Rename(N1, name))
        with pytest.raises(RecoveryError, match="No space left"):
            log.append(Rename(N1, name), project)
    monkeypatch.undo()
    project = apply_edit(project, wide(99))
    log.append(wide(99), project)
    assert log.file is not None
    recovered = replay(log.file)
    assert (recovered.project, recovered.damaged, recovered.edits) == (project, False, 3)
    log.close()


def full_disk(_file: int, _data: bytes) -> int:
    """Writes nothing."""
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("rotate", [3000, 10**6])
def test_a_full_disk_at_a_new_log_leaves_no_half_log(monkeypatch: pytest.MonkeyPatch, rotate: int) -> None:
    monkeypatch.setattr(recovery, "ROTATE_BYTES", rotate)
    old = RecoveryLog()
    old.start(starter(), None)
    project = written(old, starter(), 20)
    file = old.file
    assert file is not None
    old.close(discard=False)
    log = RecoveryLog()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        with pytest.raises(RecoveryError):
            log.start(project, None, recovered=file)
    assert logs() == [file]
    project = written(log, project, 30)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        with pytest.raises(RecoveryError):
            log.append(wide(1), apply_edit(project, wide(1)))
    log.append(wide(2), apply_edit(project, wide(2)))
    assert log.file is not None
    assert replay(log.file).project == apply_edit(project, wide(2))
    assert not replay(log.file).damaged
    log.close()
    dismiss(file)


def test_a_log_that_cannot_be_made_is_told() -> None:
    log = RecoveryLog()
    log.start(starter(), None)
    project = apply_edit(starter(), wide(1))
    folder = state_folder("recovery")
    folder.rmdir()
    folder.write_bytes(b"in the way")
    with pytest.raises(RecoveryError):
        log.append(wide(1), project)
    folder.unlink()
    log.jump(project)
    assert log.file is not None
    assert replay(log.file).project == project
    log.close()


def test_a_long_log_starts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "ROTATE_BYTES", 3000)
    log = RecoveryLog()
    log.start(starter(), None)
    project = written(log, starter(), 60)
    assert len(logs()) == 1
    assert log.file is not None
    assert log.file.stat().st_size < 6000
    recovered = replay(log.file)
    assert recovered.project == project
    assert recovered.edits < 60
    log.close()


def test_syncing_is_not_done_for_every_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr(os, "fsync", syncs.append)
    log = RecoveryLog()
    log.start(starter(), None)
    project = starter()
    for number in range(1, 30):
        project = apply_edit(project, wide(number))
        log.append(wide(number), project)
        log.sync()
    assert len(syncs) == 1  # the base, when the log was made
    log.sync(now=True)
    log.sync(now=True)
    assert len(syncs) == 2
    log.close()
