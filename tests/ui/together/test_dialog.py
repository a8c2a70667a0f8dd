"""The box for several processes: what it writes, copies, and says."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nnbuilder.project.edits import SetTraining
from nnbuilder.ui.together import TogetherDialog
from tests.ui.conftest import Stage


@pytest.fixture
def dialog(stage: Stage) -> TogetherDialog:
    """The box over a window on the starter, which has no file yet."""
    stage.trigger("train.together")
    [made] = stage.window.findChildren(TogetherDialog)
    return made


def test_without_a_file_it_shows_the_command_and_what_is_missing(dialog: TogetherDialog) -> None:
    assert dialog.command.toPlainText() == (
        "torchrun --nproc-per-node 2 --max-restarts 3 -m nnbuilder train FILE"
    )
    assert dialog.fault.text().startswith("The project has no file yet.")
    assert not dialog.copy.isEnabled()
    assert not dialog.host.isEnabled()


def test_what_is_copied_is_what_is_shown(stage: Stage, dialog: TogetherDialog, tmp_path: Path) -> None:
    path = tmp_path / "net.nnb"
    stage.session.document.save(path)
    assert dialog.fault.isHidden()
    dialog.processes.setValue(3)
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert dialog.copy.text() == "Copied"
    text = QGuiApplication.clipboard().text()
    assert text == dialog.command.toPlainText()
    assert text.startswith("torchrun --nproc-per-node 3 ")
    assert text.endswith(f"train {path}")


def test_several_machines_ask_for_a_place_to_meet(
    stage: Stage, dialog: TogetherDialog, tmp_path: Path
) -> None:
    stage.session.document.save(tmp_path / "net.nnb")
    dialog.machines.setValue(2)
    assert not dialog.copy.isEnabled()
    assert "name or address" in dialog.fault.text()
    dialog.host.setText("alpha")
    dialog.port.setValue(4000)
    assert "--rdzv-endpoint alpha:4000" in dialog.command.toPlainText()
    assert dialog.copy.isEnabled()
    assert "each machine" in dialog.where.text()


def test_it_follows_the_project(stage: Stage, dialog: TogetherDialog, tmp_path: Path) -> None:
    document = stage.session.document
    document.save(tmp_path / "net.nnb")
    assert dialog.advice.text().startswith("PyTorch does not count")  # the stand-in does not
    small = msgspec.structs.replace(document.project.training, batch_size=1)
    document.apply(SetTraining(small, "batch_size"))
    assert dialog.fault.text().startswith("The file lacks the last changes.")
    assert dialog.advice.text().startswith("A batch of 1 is less than the 2 processes")
    document.apply(SetTraining(msgspec.structs.replace(small, compiled=True), "compiled"))
    assert "compiled" in dialog.fault.text()


def test_its_keys(stage: Stage, dialog: TogetherDialog) -> None:
    assert dialog.processes.hasFocus()
    for widget in (dialog.processes, dialog.machines, dialog.host, dialog.port, dialog.command, dialog.copy):
        assert widget.accessibleName()
        assert widget.toolTip()
        assert widget.objectName()
    stage.key(Qt.Key.Key_Escape)
    assert stage.window.findChildren(TogetherDialog) == [] or not dialog.isVisible()
