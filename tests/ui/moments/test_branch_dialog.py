"""The dialog of a branch."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.ui.moments.branch_dialog import BranchDialog
from tests.ui.workbench import Workbench, find, retype

OWN = TrainingConfig("Adam", {"lr": 0.01}, batch_size=16, epochs=50, seed=3)
LEFT = Qt.MouseButton.LeftButton


class Asked:
    """A dialog with what it chose."""

    def __init__(
        self, bench: Workbench, own: TrainingConfig, setup: TrainingConfig, rate: float | None
    ) -> None:
        project = msgspec.structs.replace(bench.document.project, training=own)
        self.dialog = bench.show(BranchDialog("Step 4", project, rate, setup), width=460, height=220)
        self.chosen: list[Project] = []
        self.dialog.chosen.connect(self.chosen.append)

    def begin(self) -> TrainingConfig:
        """Presses Branch."""
        QTest.mouseClick(self.dialog.begin, LEFT)
        return self.chosen[-1].training


def test_the_run_goes_on_as_it_is_where_nothing_is_changed(bench: Workbench) -> None:
    asked = Asked(bench, OWN, OWN, 0.001)

    assert asked.dialog.rate.text() == "0.001"
    assert asked.dialog.setup.isHidden()
    assert asked.begin() == OWN


def test_another_rate_and_more_epochs(bench: Workbench) -> None:
    asked = Asked(bench, OWN, OWN, None)
    QTest.mouseClick(find(asked.dialog, QPushButton, "branch_tenth"), LEFT)
    asked.dialog.epochs.setValue(80)

    assert asked.begin() == msgspec.structs.replace(OWN, optimizer_args={"lr": 0.001}, epochs=80)


@pytest.mark.parametrize("text", ["", "0", "-1", "inf", "nan", "fast"])
def test_a_rate_that_is_none_is_refused(bench: Workbench, text: str) -> None:
    asked = Asked(bench, OWN, OWN, None)
    retype(asked.dialog.rate, text or " ", end=None)

    assert "above 0" in asked.dialog.fault.text()
    assert not asked.dialog.begin.isEnabled()


def test_the_setup_can_be_taken_over_but_for_what_steps_are(bench: Workbench) -> None:
    setup = TrainingConfig("SGD", {"lr": 0.5}, batch_size=99, epochs=7, seed=9)
    asked = Asked(bench, OWN, setup, None)
    assert "SGD, lr 0.5" in asked.dialog.setup.text()
    asked.dialog.setup.setChecked(True)

    assert asked.begin() == msgspec.structs.replace(OWN, optimizer="SGD", optimizer_args={"lr": 0.5})
