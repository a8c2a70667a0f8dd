"""The menu of presets: choosing is one undoable edit, the user's own are kept and shared."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel, QMenu

from nnbuilder.project.presets import BUILT_IN, Preset, read_preset, write_preset
from nnbuilder.project.project import TrainingConfig
from nnbuilder.ui.training.presets import PresetBar
from tests.ui.workbench import Workbench, find

CYCLE = Preset("Mine & yours", TrainingConfig("SGD", {"lr": 0.1}, 8, lr_scheduler="OneCycleLR"))


@pytest.fixture
def bar(bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PresetBar:
    """The bar of a user who has no presets yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return bench.show(PresetBar(bench.document))


def entries(bar: PresetBar) -> list[str]:
    """What the menu offers."""
    bar.button.refill()
    return [action.text() for action in bar.button.menu().actions() if action.text()]


def press(bar: PresetBar, text: str) -> None:
    """Chooses an entry."""
    bar.button.refill()
    next(action for action in bar.button.menu().actions() if action.text() == text).trigger()


def line(bar: PresetBar) -> str:
    """What the bar says of the settings."""
    return find(bar, QLabel, "preset_name_line").text()


def test_all_presets_are_offered_and_choosing_is_one_undo_step(bench: Workbench, bar: PresetBar) -> None:
    assert entries(bar)[: len(BUILT_IN)] == [preset.name for preset in BUILT_IN]
    assert line(bar) == f"Preset: {BUILT_IN[0].name}"
    press(bar, BUILT_IN[2].name)
    training = bench.document.project.training
    assert (training.optimizer, training.lr_scheduler, training.seed) == ("AdamW", "OneCycleLR", 7)
    assert bench.undo_steps == 1
    bar.refresh()
    assert line(bar) == f"Preset: {BUILT_IN[2].name}"
    bar.button.refill()
    ticked = [action.text() for action in bar.button.menu().actions() if action.isChecked()]
    assert ticked == [BUILT_IN[2].name]
    press(bar, BUILT_IN[2].name)
    assert bench.undo_steps == 1
    bench.document.undo_stack.undo()
    assert bench.document.project.training == TrainingConfig(seed=7)


def test_settings_are_kept_under_a_name_and_forgotten(bench: Workbench, bar: PresetBar) -> None:
    bar.choose(CYCLE)
    dialog = bar.ask_name()
    assert isinstance(dialog, QInputDialog)
    dialog.setTextValue("  Mine & yours ")
    dialog.accept()
    assert line(bar) == "Preset: Mine & yours"
    assert "Mine && yours" in entries(bar)
    bar.choose(BUILT_IN[0])
    press(bar, "Mine && yours")
    assert bench.document.project.training.lr_scheduler == "OneCycleLR"
    bar.button.refill()
    menu = find(bar, QMenu, "preset_remove")
    menu.actions()[0].trigger()
    assert "Mine && yours" not in entries(bar)
    assert line(bar) == "Preset: none"


def test_a_name_that_is_none_is_refused_with_a_sentence(bar: PresetBar) -> None:
    bar.save(" ")
    assert bar.notice.text.startswith("A preset's name has 1 to 60 letters")
    bar.save("Good")
    assert not bar.notice.isVisible()


def test_a_file_is_saved_and_loaded(bench: Workbench, bar: PresetBar, tmp_path: Path) -> None:
    bar.choose(CYCLE)
    dialog = bar.ask_target()
    assert isinstance(dialog, QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.reject()
    bar.write(tmp_path / "ours.nnpreset")
    assert read_preset(tmp_path / "ours.nnpreset").training.lr_scheduler == "OneCycleLR"
    bar.choose(BUILT_IN[0])
    bar.ask_source().reject()
    bar.read(tmp_path / "ours.nnpreset")
    assert bench.document.project.training.lr_scheduler == "OneCycleLR"
    assert "ours" in entries(bar)


def test_a_file_that_is_none_changes_nothing(bench: Workbench, bar: PresetBar, tmp_path: Path) -> None:
    (tmp_path / "bad.nnpreset").write_text("{}", encoding="utf-8")
    bar.read(tmp_path / "bad.nnpreset")
    assert "no preset of NNBuilder" in bar.notice.text
    assert bench.undo_steps == 0
    write_preset(BUILT_IN[0], tmp_path / "plain.nnpreset")
    bar.read(tmp_path / "plain.nnpreset")
    assert not bar.notice.isVisible()
    assert len(entries(bar)) == len(BUILT_IN) + 3
