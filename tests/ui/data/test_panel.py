"""The data panel: every choice one edit, and what the data turned out to be."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QWidget

from nnbuilder.data.spec import BuiltinData, DataProfile, DataSpec, Split, ToyData
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from nnbuilder.ui.data.panel import DataPanel
from nnbuilder.ui.data.sentences import tensor_pairs
from tests.fakes import IRIS
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench, field_of, find, help_of, retype


@pytest.fixture
def panel(bench: Workbench) -> DataPanel:
    """The panel on iris."""
    return bench.show(DataPanel(bench.document, bench.analysis), 300, 700)


def data(bench: Workbench) -> DataSpec:
    """What the document says of its data."""
    return bench.document.project.data


def choose(panel: DataPanel, name: str) -> None:
    """Chooses a source with the keyboard, as the popup does."""
    box = panel.settings.source
    box.setFocus()
    QTest.keyClicks(box, name)


def test_the_profile_is_told(panel: DataPanel) -> None:
    assert panel.profile.title.text() == "Iris"
    assert panel.facts.shown == (
        ("Rows", "150: 120 training, 30 validation"),
        ("Sample", "(4,) float32"),
        ("4 features", "sepal length, sepal width, petal length, petal width"),
        ("Target", "species"),
        ("3 classes", "setosa, versicolor, virginica"),
        ("x for training", "(120, 4) float32, on cpu"),
        ("y for training", "(120,) int64: the index of each row's class, on cpu"),
    )


def test_another_source_is_one_edit(bench: Workbench, panel: DataPanel) -> None:
    choose(panel, "wine")
    assert data(bench).source == BuiltinData("wine")
    assert bench.undo_steps == 1
    bench.document.undo_stack.undo()
    assert panel.settings.source.currentText() == "Iris"


def test_toys_have_points_noise_and_seed(bench: Workbench, panel: DataPanel) -> None:
    assert not panel.settings.toy_form.isVisible()
    choose(panel, "moons")
    retype(field_of(panel, "points"), "200")
    retype(field_of(panel, "noise"), "0.1")
    retype(field_of(panel, "seed"), "5")
    assert data(bench).source == ToyData("moons", 200, 0.1, 5)
    assert bench.undo_steps == 4
    bench.qtbot.wait(450)  # else the letters add to those before
    choose(panel, "spiral")
    assert data(bench).source == ToyData("spiral", 200, 0.1, 5)


def test_steps_merge(open_bench: Open) -> None:
    bench = open_bench(Project(graph=chain(), data=DataSpec(ToyData())))
    panel = bench.show(DataPanel(bench.document, bench.analysis))
    for _ in range(3):
        QTest.keyClick(field_of(panel, "points"), Qt.Key.Key_Up)
    assert data(bench).source == ToyData(points=403)
    assert bench.undo_steps == 1


def test_split_and_scaling(bench: Workbench, panel: DataPanel) -> None:
    retype(field_of(panel, "validation"), "0.3")
    retype(field_of(panel, "test"), "0.1")
    for name in ("stratify", "standardize", "reconstruct"):
        box = find(panel, QCheckBox, f"{name}_box")
        QTest.keyClick(box, Qt.Key.Key_Space)
    assert data(bench) == DataSpec(
        BuiltinData(), Split(0.3, 0.1, stratify=False), standardize=False, reconstruct=True
    )
    assert bench.document.undo_stack.undoText() == "Change reconstruct"


def test_a_split_that_leaves_nothing_is_refused_at_its_field(bench: Workbench, panel: DataPanel) -> None:
    retype(field_of(panel, "test"), "0.9")
    assert "leave no rows for training" in help_of(panel, "test")
    assert bench.undo_steps == 0
    assert field_of(panel, "test").text() == "0.0"


def test_problems_of_the_data_stand_with_them(bench: Workbench, panel: DataPanel) -> None:
    bench.analysis.problems = (
        Problem("error", "data-file", "There is no file x.csv.", path="data.source.path"),
        Problem("error", "other", "Something else.", path="training.lr"),
        Problem("error", "loss-target", "MSELoss compares numbers.", path="graph.nodes.loss.args.loss"),
    )
    bench.analysis.profile = None
    bench.analysis.updated.emit()
    assert [card.problem.code for card in panel.problems.cards] == ["data-file", "loss-target"]
    assert panel.notes.text() == "The data cannot be loaded."
    assert not panel.facts.isVisible()


def test_notes_are_told_but_not_without_end(bench: Workbench, panel: DataPanel) -> None:
    notes = tuple(f"Line {number} left out." for number in range(60))
    bench.analysis.profile = msgspec.structs.replace(IRIS, notes=notes)
    bench.analysis.updated.emit()
    lines = panel.notes.text().splitlines()
    assert (len(lines), lines[0], lines[-1]) == (51, "Line 0 left out.", "… and 10 more notes.")


def test_wide_it_stands_in_two_columns(bench: Workbench, panel: DataPanel) -> None:
    assert panel.profile.mapTo(panel, panel.profile.rect().topLeft()).x() < 100
    panel.resize(1000, 250)
    bench.settle()
    profile = find(panel, QWidget, "profile_section")
    assert profile.mapTo(panel, profile.rect().topLeft()).x() > 300


@pytest.mark.parametrize(
    ("loss", "profile", "target"),
    [
        ("BCELoss", msgspec.structs.replace(IRIS, classes=("a", "b")), "(120, 1) float32: 0 or 1"),
        (
            "MSELoss",
            msgspec.structs.replace(IRIS, task="regression", classes=(), values=2),
            "(120, 2) float32",
        ),
        ("MSELoss", IRIS, "none that this loss can take"),
    ],
)
def test_the_form_of_the_target_is_that_of_the_loss(loss: str, profile: DataProfile, target: str) -> None:
    assert tensor_pairs(profile, loss, "cuda")[1] == ("y for training", f"{target}, on cuda")
