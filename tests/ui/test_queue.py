"""Runs beside others from the window: lining up, problems, saving and leaving while they train."""

from pathlib import Path

from PySide6.QtTest import QTest

from nnbuilder.graph.edits import SetArg
from nnbuilder.project.file import runs_folder
from nnbuilder.project.problem import has_errors
from tests.ui.conftest import Stage


def test_the_network_is_lined_up_as_it_is_now(stage: Stage) -> None:
    stage.session.queue.at_once = 1
    for _ in range(2):
        stage.trigger("train.queue")
    assert [job.state for job in stage.session.queue.jobs] == ["starting", "waiting"]
    assert stage.window.panels.sweep.isVisible()
    assert stage.engine.run.request.project == stage.session.document.project
    assert stage.session.run.state == "idle"


def test_a_network_with_problems_is_not_lined_up(stage: Stage) -> None:
    layer = next(iter(stage.graph.of_type("Linear")))
    stage.session.document.apply(SetArg(layer.id, "in_features", 99))
    for _ in range(40):
        if has_errors(stage.session.analysis.problems):
            break
        QTest.qWait(25)
    stage.trigger("train.queue")
    assert not stage.session.queue.jobs
    stage.trigger("view.sweep")
    stage.window.panels.sweep.form.begin.click()
    assert not stage.session.queue.jobs


def test_runs_move_beside_the_file_once_none_is_at_work(stage: Stage, tmp_path: Path) -> None:
    stage.trigger("view.sweep")
    stage.window.panels.sweep.form.begin.click()
    before = stage.session.runs_folder()
    assert (before / "sweeps").is_dir()
    stage.session.save(tmp_path / "net.nnb")
    assert before.is_dir()
    for channel in stage.engine.runs:
        channel.start()
        channel.end()
    for job in stage.session.queue.jobs:
        if not job.over:
            channel = stage.engine.run
            channel.start()
            channel.end()
    assert not stage.session.queue.active
    assert not before.exists()
    folder = runs_folder(tmp_path / "net.nnb")
    assert len(list((folder / "sweeps").glob("*.json"))) == 1
    assert all(job.folder.parent == folder for job in stage.session.queue.jobs)


def test_another_document_ends_the_runs_of_this_one(stage: Stage) -> None:
    stage.trigger("train.queue")
    channel = stage.engine.run
    stage.session.new()
    stage.settle()
    assert channel.ended == "finished"
    assert not stage.session.queue.jobs
    assert stage.window.panels.sweep.model.rowCount() == 0
