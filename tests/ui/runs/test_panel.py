"""The runs panel in a window."""

import csv
import io
import json
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from nnbuilder.protocol.tasks import Export, Exported, FitWeights, WeightsFitted
from nnbuilder.protocol.tensor_fit import TensorFit
from nnbuilder.runs.label import Label, read_label, write_label
from nnbuilder.runs.store import RECORD_FILE
from nnbuilder.ui.runs.columns import COLUMNS, KEYS
from nnbuilder.ui.runs.delegate import name_width
from tests.ui.conftest import Stage
from tests.ui.runs.conftest import Runs, change_training, store


def _entry(runs: Runs, name: str, button: str = "runs_actions_menu") -> None:
    """Chooses an entry of one of the panel's menus."""
    menu = runs.panel.findChild(QMenu, button)
    assert menu is not None
    menu.aboutToShow.emit()
    [entry] = [one for one in menu.actions() if one.objectName() == f"runs_{name}"]
    assert entry.isEnabled(), entry.toolTip()
    entry.trigger()
    runs.stage.settle()


def test_the_newest_is_first_and_words_and_tags_filter(runs: Runs) -> None:
    assert runs.listed == ["c", "b", "a"]
    for wanted, found in (("#good", ["a"]), ("first try", ["a"]), ("stopped", ["c"]), ("#goodness", [])):
        runs.panel.filter.setText(wanted)
        assert runs.listed == found, wanted
    assert runs.panel.line.text() == "0 of 3 runs"
    runs.panel.filter.clear()
    assert runs.panel.line.text() == "3 runs"


def test_any_column_sorts_and_what_has_no_value_comes_last(runs: Runs) -> None:
    store(runs.stage, "d", ())
    runs.read()
    table, column = runs.panel.table, KEYS["best_loss"]
    table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert runs.listed == ["c", "b", "a", "d"]
    table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    assert runs.listed == ["a", "b", "c", "d"]


def test_the_keyboard_sorts_by_the_menu_of_columns(runs: Runs) -> None:
    menu = QMenu()
    runs.panel.table.fill_column_menu(menu)
    [sorting] = [entry for entry in menu.findChildren(QMenu) if entry.objectName() == "runs_sort_menu"]
    [entry] = [one for one in sorting.actions() if one.objectName() == "runs_sort_best_loss"]
    entry.trigger()
    assert runs.listed == ["c", "b", "a"]
    entry.trigger()
    assert runs.listed == ["a", "b", "c"]


def test_without_a_run_a_sentence_says_how_one_comes(stage: Stage) -> None:
    stage.trigger("view.runs")
    panel = stage.window.panels.runs
    assert panel.empty.isVisible()
    assert not panel.split.isVisible()


def test_what_is_typed_is_kept_beside_the_record(runs: Runs) -> None:
    (run,) = runs.choose("b")
    record = (run.folder / RECORD_FILE).read_bytes()
    runs.stage.key(Qt.Key.Key_F2)
    runs.stage.type("Narrow")
    runs.stage.key(Qt.Key.Key_Return)
    assert runs.panel.table.hasFocus()
    runs.panel.card.tags.setFocus()
    runs.stage.type("small, good")
    runs.panel.card.note.setFocus()
    runs.stage.type("It is fast.")
    runs.choose("a")

    assert read_label(run.folder) == Label("Narrow", ("small", "good"), "It is fast.")
    assert (run.folder / RECORD_FILE).read_bytes() == record
    assert runs.panel.card.name.text() == "Wide"
    runs.panel.filter.setText("#small")
    assert runs.listed == ["b"]


def test_what_another_program_says_does_not_take_what_is_being_typed(runs: Runs) -> None:
    (run,) = runs.choose("b")
    runs.stage.key(Qt.Key.Key_F2)
    runs.stage.type("My na")
    write_label(run.folder, Label("Theirs", note="x"))
    runs.read()
    assert runs.panel.card.name.text() == "My na"
    assert runs.panel.card.note.toPlainText() == "x"


def test_several_runs_show_what_differs(runs: Runs) -> None:
    runs.choose("a", "b")
    runs.panel.details.click()
    model = runs.panel.difference.model
    cells = {model.index(row, 0).data(): row for row in range(model.rowCount())}
    row = cells["training · batch_size"]
    assert [model.index(row, column).data() for column in (1, 2)] == ["64", "16"]
    assert runs.panel.info.currentWidget() is runs.panel.difference
    assert runs.panel.difference.isVisible()
    assert not runs.panel.plot.isVisible()
    runs.panel.lines.click()
    assert runs.panel.plot.isVisible()
    assert [line.title for line in runs.panel.plot.chart.lines] == [
        run.title for run in runs.panel.table.runs
    ]
    tints = {line.color.name() for line in runs.panel.plot.chart.lines}
    assert len(tints) == 2


def test_deleting_can_be_undone_by_key_and_button(runs: Runs) -> None:
    runs.choose("a", "c")
    runs.stage.key(Qt.Key.Key_Delete)
    assert runs.listed == ["b"]
    assert runs.panel.undo.isVisible()
    steps = runs.stage.session.document.undo_stack.count()
    runs.stage.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert runs.listed == ["c", "b", "a"]
    assert runs.stage.session.document.undo_stack.count() == steps
    assert not runs.panel.undo.isVisible()

    runs.choose("b")
    _entry(runs, "delete")
    runs.panel.undo.click()
    assert runs.listed == ["c", "b", "a"]


def test_the_trash_is_emptied_only_after_a_yes(runs: Runs) -> None:
    (run,) = runs.choose("a")
    runs.stage.key(Qt.Key.Key_Delete)
    _entry(runs, "empty")
    assert runs.stage.session.run_list.trash
    runs.confirm()()
    assert runs.stage.session.run_list.trash == ()
    assert not run.folder.exists()
    assert runs.said[-1] == "The trash is empty."


def test_its_network_comes_back_as_one_step(runs: Runs) -> None:
    document = runs.stage.session.document
    then = document.project
    change_training(runs.stage, epochs=7)
    steps = document.undo_stack.index()
    runs.choose("b")

    _entry(runs, "bring_back")

    assert document.undo_stack.index() == steps + 1
    assert document.undo_stack.undoText().startswith("Bring back the network of 2026-01-01")
    assert document.project.training.batch_size == 64
    document.undo_stack.undo()
    assert document.project.training == msgspec.structs.replace(then.training, epochs=7)


def test_its_network_opens_as_a_document_of_its_own(runs: Runs) -> None:
    change = runs.panel.table.runs
    assert change == ()
    (run,) = runs.choose("a")
    runs.stage.key(Qt.Key.Key_Return)
    document = runs.stage.session.document
    assert document.title == "Wide"
    assert document.path is None
    assert document.project == run.record.project
    assert runs.listed == []


def test_weights_that_fit_are_one_step_and_others_are_asked_about(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, taking = runs.stage.session.document, runs.panel.deeds.taking
    asked: list[FitWeights] = []
    monkeypatch.setattr(taking.task, "start", asked.append)
    (run,) = runs.choose("b")

    _entry(runs, "last")
    assert asked[-1].path == str(run.folder / "checkpoints" / "step-1.safetensors")
    assert asked[-1].project == document.project
    taking.task.answered.emit(WeightsFitted(sha256="5" * 64))
    assert document.project.weights == "5" * 64
    assert document.project.training.batch_size == 16
    document.undo_stack.undo()
    assert document.project.weights is None

    _entry(runs, "best")
    taking.task.answered.emit(WeightsFitted((TensorFit("0.weight", (4, 2), (3, 2)),)))
    assert "0.weight is (4, 2) in the run, (3, 2) in the drawing" in runs.said[-1]
    runs.confirm()()
    assert asked[-1].project == run.record.project
    steps = document.undo_stack.index()
    taking.task.answered.emit(WeightsFitted(sha256="6" * 64))
    assert (document.project.weights, document.project.training.batch_size) == ("6" * 64, 64)
    assert document.undo_stack.index() == steps + 1


def test_its_source_is_written_once_into_its_folder_and_copied(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = runs.panel.deeds.source
    asked: list[Export] = []
    monkeypatch.setattr(source.task, "start", asked.append)
    (run,) = runs.choose("b")

    _entry(runs, "source")
    (request,) = asked
    assert (request.format, request.run) == ("model", str(run.folder))
    assert request.project == run.record.project
    Path(request.path).write_text("class Network: ...\n")
    source.task.answered.emit(Exported(request.path, "model", 1, ()))
    assert QGuiApplication.clipboard().text() == "class Network: ...\n"

    QGuiApplication.clipboard().clear()
    _entry(runs, "source")
    assert len(asked) == 1
    assert QGuiApplication.clipboard().text() == "class Network: ...\n"
    (run.folder / "network.py").write_bytes(b"\xff")
    _entry(runs, "source")
    assert "cannot be read" in runs.said[-1]


def test_a_run_is_trained_again_from_its_frozen_project(runs: Runs) -> None:
    change_training(runs.stage, epochs=7)
    (run,) = runs.choose("b")
    _entry(runs, "repeat")
    assert runs.stage.engine.run.request.project == run.record.project
    menu = runs.panel.findChild(QMenu, "runs_actions_menu")
    assert menu is not None
    menu.aboutToShow.emit()
    [entry] = [one for one in menu.actions() if one.objectName() == "runs_repeat"]
    assert not entry.isEnabled()
    assert "going on" in entry.toolTip()


def test_runs_go_out_as_csv_and_json(runs: Runs, tmp_path: Path) -> None:
    runs.choose("a", "b")
    runs.stage.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["id"] for row in rows] == ["b", "a"]

    runs.panel.deeds.write(tmp_path / "all.json", runs.panel.model.rows)
    answers = json.loads((tmp_path / "all.json").read_text())
    assert [len(answer["history"]) for answer in answers] == [2, 2, 2]
    runs.panel.deeds.write(tmp_path / "none" / "all.csv", runs.panel.model.rows)
    assert "was not saved" in runs.said[-1]


def test_tensorboard_and_steps_lead_to_the_box_of_all_exports(runs: Runs) -> None:
    runs.choose("a")
    _entry(runs, "export_tensorboard", "runs_export_menu")
    dialog = runs.stage.window.exports.open()
    assert dialog.formats.form.name == "tensorboard"
    assert dialog.runs.value is not None
    assert dialog.runs.value.run == "a"


def test_a_folder_that_cannot_be_read_is_told(runs: Runs) -> None:
    (runs.stage.session.runs_folder() / "b" / RECORD_FILE).write_text("{")
    runs.read()
    assert runs.listed == ["c", "a"]
    assert runs.panel.line.text() == "2 runs; 1 folder cannot be read"
    assert "is not the record of a run" in runs.panel.line.toolTip()


def test_columns_are_kept_and_reset(runs: Runs) -> None:
    table, place = runs.panel.table, KEYS["seed"]
    table.show_column(place, True)
    state = runs.stage.session.settings.value("runs/columns")
    table.reset_columns()
    assert table.isColumnHidden(place)
    table.restore_columns(state)
    assert not table.isColumnHidden(place)
    table.restore_columns("nonsense")
    assert not table.isColumnHidden(place)


def test_there_are_as_many_columns_as_fit_until_somebody_chooses(runs: Runs) -> None:
    table, settings = runs.panel.table, runs.stage.session.settings
    for width in (250, 405, 750, 1400):
        table.setFixedWidth(width)
        runs.stage.settle()
        shown = [column.key for place, column in enumerate(COLUMNS) if not table.isColumnHidden(place)]
        assert shown[0] == "name"
        assert table.horizontalHeader().length() <= table.viewport().width()
        assert ("best_metric" in shown) == (width >= 405)
        assert ("optimizer" in shown) == (width >= 750)
    table.sortByColumn(KEYS["best_loss"], Qt.SortOrder.AscendingOrder)
    table.setFixedWidth(405)
    runs.stage.settle()
    assert table.isColumnHidden(KEYS["optimizer"])  # sorting is no choice of columns
    table.show_column(KEYS["seed"], True)
    table.setFixedWidth(1000)
    runs.stage.settle()
    assert table.isColumnHidden(KEYS["optimizer"])
    state = settings.value("runs/columns")
    assert settings.value("runs/own_columns", type=int) == 1
    table.reset_columns()
    assert table.isColumnHidden(KEYS["seed"])
    assert settings.value("runs/own_columns", type=int) == 0
    table.restore_columns(state, own=False)
    assert table.isColumnHidden(KEYS["seed"])
    table.restore_columns(state)
    assert not table.isColumnHidden(KEYS["seed"])


def test_names_that_begin_alike_are_told_apart_in_a_narrow_panel(runs: Runs) -> None:
    (run,) = runs.choose("a")
    runs.panel.table.setFixedWidth(400)
    before = runs.panel.table.columnWidth(KEYS["name"])
    write_label(run.folder, Label("lr 0.003, batch_size 16"))
    runs.read()
    table = runs.panel.table
    assert table.columnWidth(KEYS["name"]) >= name_width(runs.panel.table.runs[0])
    assert table.columnWidth(KEYS["name"]) > before
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_both_runs_that_are_compared_are_seen_in_a_narrow_panel(runs: Runs) -> None:
    runs.choose("a", "b")
    runs.panel.details.click()
    page = runs.panel.difference
    page.view.setFixedWidth(280)
    runs.stage.settle()
    assert page.view.horizontalHeader().length() <= page.view.viewport().width()


def test_the_plot_reads_values_by_key(runs: Runs) -> None:
    runs.choose("a")
    plot = runs.panel.plot
    plot.setFocus()
    assert plot.legend() == ["Wide 0.250"]
    for _ in range(100):
        QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.legend() == ["Wide 0.500"]
    QTest.keyClick(plot, Qt.Key.Key_L)
    assert plot.log.isChecked()
    assert "Wide,1,5" in "".join(plot._table() if plot._table else ())
    before = _picture(plot.grab())
    runs.choose("b")
    assert _picture(plot.grab()) != before


def _picture(grabbed: QPixmap) -> bytes:
    return bytes(grabbed.toImage().constBits())


def test_losses_over_the_size_of_the_networks(stage: Stage) -> None:
    for name, size, losses in (("a", 17, (1.0, 0.8)), ("b", 257, (1.0, 0.2)), ("c", 65, (1.0, 0.5))):
        store(stage, name, losses, parameters=size)
    store(stage, "d")
    runs = Runs(stage, [])
    stage.trigger("view.runs")
    runs.read()
    runs.choose("a", "b", "c", "d")
    plot = runs.panel.plot
    plot.axis.show_value("parameters")
    plot.axis.activated.emit(plot.axis.currentIndex())
    lines = {line.title: (line.x.tolist(), line.y.tolist()) for line in plot.chart.lines}
    assert lines == {
        "Training loss": ([17.0, 65.0, 257.0], [0.8, 0.5, 0.2]),
        "Validation loss": ([17.0, 65.0, 257.0], [0.4, 0.25, 0.1]),
    }
    cells = [runs.panel.model.index(row, KEYS["parameters"]).data() for row in range(4)]
    assert sorted(cells) == ["17", "257", "65", "–"]
