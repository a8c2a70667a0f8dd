"""The flows of a window without the window: new, open, save, recover, close."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.edits import SetSource
from nnbuilder.project.file import load_project, runs_folder
from nnbuilder.project.lock import FileHeld
from nnbuilder.project.owner import Owner
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.text import ProjectFileError
from nnbuilder.protocol.messages import Checkpointed
from nnbuilder.runs.weights import store_weights, weights_path
from nnbuilder.session.document import FileChanged
from nnbuilder.session.session import RecoveryRefused, Session
from tests.fakes import FakeEngine

pytestmark = pytest.mark.usefixtures("qapp")

PROJECT = Project(training=TrainingConfig(seed=7))

DYING = """
import os, sys
from pathlib import Path
from nnbuilder.project.edits import SetSource
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import RecoveryLog
log = RecoveryLog()
log.start(Project(), Path(sys.argv[1]))
log.append(SetSource("lost and found"), Project(source="lost and found"))
os._exit(0)
"""
"""A window that edits and dies."""


class Desk:
    """A session with a fake engine."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.session = Session(self.engine)
        self.document = self.session.document


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk()
    desk.session.start()
    yield desk
    desk.session.shutdown()


def held_by(path: Path) -> bool:
    """Whether another process finds the file held."""
    code = (
        "import sys; from pathlib import Path; from nnbuilder.project.lock import take_lock;"
        "take_lock(Path(sys.argv[1])).release()"
    )
    done = subprocess.run([sys.executable, "-c", code, path], check=False, capture_output=True)
    return done.returncode != 0


def test_save_open_and_go_on(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    desk.session.new(PROJECT, "Iris")
    assert (desk.document.title, desk.document.clean) == ("Iris", True)
    desk.document.apply(SetSource("x"))
    desk.session.save(path)
    assert (desk.document.title, desk.document.clean, desk.document.path) == ("net.nnb", True, path)
    assert desk.session.recent.files == (path,)
    assert held_by(path)
    desk.session.new()
    assert not held_by(path)
    opened = desk.session.open(path)
    assert opened.held is None
    assert desk.document.project == opened.loaded.project
    desk.document.apply(SetSource("y"))
    desk.session.save()
    assert load_project(path).project.source == "y"


def test_a_document_without_a_place_is_not_saved(desk: Desk) -> None:
    desk.document.apply(SetSource("x"))
    with pytest.raises(Exception, match="no place on disk"):
        desk.session.save()
    assert not desk.document.clean


def test_save_as_lets_go_of_the_old_file(desk: Desk, tmp_path: Path) -> None:
    desk.session.save(tmp_path / "a.nnb")
    desk.session.save(tmp_path / "b.nnb")
    assert not held_by(tmp_path / "a.nnb")
    assert held_by(tmp_path / "b.nnb")


def test_stored_weights_come_along_to_every_place(desk: Desk, tmp_path: Path) -> None:
    sha256 = store_weights(desk.session.runs_folder(), b"some weights")
    for name in ("a.nnb", "b.nnb"):
        desk.session.save(tmp_path / name)
        assert weights_path(desk.session.runs_folder(), sha256).read_bytes() == b"some weights"
    assert weights_path(tmp_path / "a.runs", sha256).exists()


def test_a_file_that_cannot_be_opened_leaves_the_document_alone(desk: Desk, tmp_path: Path) -> None:
    desk.document.apply(SetSource("x"))
    (tmp_path / "bad.nnb").write_text("{}")
    with pytest.raises(ProjectFileError):
        desk.session.open(tmp_path / "bad.nnb")
    assert desk.document.project.source == "x"
    assert not desk.document.clean


def test_a_file_held_by_another_window_opens_as_a_copy(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.nnb"
    desk.session.save(path)
    desk.session.new()
    held = FileHeld(path, Owner(1, "", "elsewhere"))

    def refuse(_path: Path, *, force: bool = False) -> None:
        assert not force
        raise held

    monkeypatch.setattr("nnbuilder.session.session.take_lock", refuse)
    assert desk.session.open(path).held is held
    assert desk.document.path is None
    assert desk.document.folder == tmp_path
    assert "net" in desk.document.title
    desk.session.run.start()
    assert desk.engine.run.request.base == str(tmp_path)
    desk.session.new()
    assert desk.document.folder is None


def test_what_another_program_wrote_is_not_overwritten_unasked(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    desk.session.save(path)
    path.write_text(path.read_text() + " ")
    desk.document.apply(SetSource("x"))
    with pytest.raises(FileChanged):
        desk.session.save()
    assert not desk.document.clean
    desk.session.save(overwrite=True)
    assert load_project(path).project.source == "x"


def test_a_failed_save_as_keeps_the_old_place(desk: Desk, tmp_path: Path) -> None:
    desk.session.save(tmp_path / "a.nnb")
    desk.document.apply(SetSource("x"))
    with pytest.raises(Exception, match="not saved"):
        desk.session.save(tmp_path / "missing" / "b.nnb")
    assert desk.document.path == tmp_path / "a.nnb"
    assert not desk.document.clean
    assert not held_by(tmp_path / "missing" / "b.nnb")


def test_work_of_a_window_that_died_comes_back_as_an_unsaved_copy(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    desk.session.save(path)
    subprocess.run([sys.executable, "-c", DYING, path], check=True)
    (log_file,) = desk.session.recoveries
    desk.session.recover(log_file)
    assert desk.document.project.source == "lost and found"
    assert (desk.document.clean, desk.document.path) == (False, None)
    assert desk.document.title == "net (recovered)"
    assert desk.document.folder == tmp_path
    assert load_project(path).project.source is None
    assert desk.session.recoveries == ()


def test_weights_of_an_unsaved_document_come_back_with_it(desk: Desk) -> None:
    runs = desk.session.runs_folder()
    sha256 = store_weights(runs, b"by hand")
    dying = f"""
from pathlib import Path
import os
from nnbuilder.project.edits import SetWeights
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import RecoveryLog
log = RecoveryLog()
log.start(Project(), None)
log.append(SetWeights({sha256!r}), Project(weights={sha256!r}))
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", dying], check=True)
    (log_file,) = desk.session.recoveries
    desk.session.recover(log_file)
    assert desk.document.project.weights == sha256
    assert desk.session.runs_folder() != runs
    assert weights_path(desk.session.runs_folder(), sha256).read_bytes() == b"by hand"


def test_without_a_state_folder_work_goes_on_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    for name in ("user_state_path", "user_config_path"):
        monkeypatch.setattr(f"platformdirs.{name}", lambda *_, **__: tmp_path / "file" / "x")
    session = Session(FakeEngine())
    warnings: list[str] = []
    session.warned.connect(warnings.append)
    session.save(tmp_path / "net.nnb")
    session.open(tmp_path / "net.nnb")
    session.document.apply(SetSource("y"))
    assert session.recoveries == ()
    assert ["Other windows" in text for text in warnings] == [True, True, False]
    assert "recovery log" in warnings[-1]
    session.save()
    assert load_project(tmp_path / "net.nnb").project.source == "y"
    session.shutdown()


def test_a_log_that_gives_nothing_back_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(b"no log")
    with pytest.raises(RecoveryRefused):
        desk.session.recover(tmp_path / "x.log")
    desk.session.dismiss(tmp_path / "x.log")
    assert not (tmp_path / "x.log").exists()


def test_runs_move_beside_the_file_once_none_goes_on(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    desk.session.run.start()
    desk.engine.run.start()
    folder = desk.session.run.folder
    assert folder is not None
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    desk.engine.run.say(Checkpointed(folder.name, 0, str(folder / "checkpoints" / "a"), "0" * 64))
    desk.session.save(path)
    assert folder.exists()
    desk.engine.run.end(stopped=True)
    assert not folder.exists()
    assert (runs_folder(path) / folder.name / "run.json").exists()
    assert desk.session.run.folder == runs_folder(path) / folder.name
    desk.session.run.resume_from_checkpoint()
    assert desk.engine.run.request.checkpoint == str(runs_folder(path) / folder.name / "checkpoints" / "a")
    assert Path(desk.engine.run.request.folder).parent == runs_folder(path)


def test_a_checkpoint_of_the_run_before_moves_along(desk: Desk, tmp_path: Path) -> None:
    run, path = desk.session.run, tmp_path / "net.nnb"
    run.start()
    desk.engine.run.start()
    first = run.folder
    assert first is not None
    first.mkdir(parents=True)
    desk.engine.run.say(Checkpointed(first.name, 0, str(first / "checkpoints" / "a"), "0" * 64))
    desk.engine.run.end(stopped=True)
    run.resume_from_checkpoint()
    desk.engine.run.start()
    desk.engine.run.end(stopped=True)
    desk.session.save(path)
    run.resume_from_checkpoint()
    assert desk.engine.run.request.checkpoint == str(runs_folder(path) / first.name / "checkpoints" / "a")


def test_opening_another_document_ends_the_run(desk: Desk) -> None:
    desk.session.run.start()
    desk.engine.run.start()
    desk.engine.run.progress([1.0])
    desk.session.new()
    assert desk.engine.run.ended == "finished"
    assert desk.session.run.state == "idle"
    assert len(desk.session.run.losses) == 0
    assert desk.session.run.project is None


def test_settings_are_kept(desk: Desk, qtbot: QtBot) -> None:
    desk.session.settings.setValue("theme", "dark")
    desk.session.settings.sync()
    other = Desk()
    assert other.session.settings.value("theme") == "dark"
    other.session.shutdown()
    qtbot.wait(1)
