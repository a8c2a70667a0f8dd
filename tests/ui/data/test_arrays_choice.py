"""Choosing a NumPy archive and its arrays."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from nnbuilder.data.spec import ArraysData, DataSpec
from nnbuilder.project.project import Project
from nnbuilder.ui.data.panel import DataPanel
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench, find


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with one archive, and another outside it."""
    inner = tmp_path / "project"
    inner.mkdir()
    x = np.zeros((6, 4))
    np.savez(inner / "a.npz", x=x, more=np.ones((8, 2)), y=np.arange(6) % 2, z=np.arange(6), w=np.arange(8))
    np.savez(tmp_path / "b.npz", images=x, labels=np.arange(6))
    return inner


def show(
    open_bench: Open, folder: Path, answer: Path, source: ArraysData | None = None
) -> tuple[Workbench, DataPanel]:
    """The panel on a project in that folder; the file dialog answers with a path."""
    data = DataSpec() if source is None else DataSpec(source)
    bench = open_bench(Project(graph=chain(), data=data))
    bench.document.save(folder / "p.nnb")
    panel = DataPanel(bench.document, bench.analysis)
    panel.settings.arrays.chooser = lambda _parent: answer
    return bench, bench.show(panel, 300, 700)


def test_a_file_is_taken_with_its_likely_arrays(open_bench: Open, folder: Path) -> None:
    bench, panel = show(open_bench, folder, folder / "a.npz")
    row = panel.settings.source.findData("npz")
    panel.settings.source.setCurrentIndex(row)
    panel.settings.source.activated.emit(row)
    assert bench.document.project.data.source == ArraysData("a.npz", "x", "y")
    assert bench.undo_steps == 1
    arrays = panel.settings.arrays
    assert arrays.isVisible()
    assert panel.settings.table.isHidden()
    assert find(panel, QLabel, "npz_path").text() == "a.npz"
    texts = [arrays.samples.itemText(row) for row in range(arrays.samples.count())]
    assert "x  (6, 4) float64" in texts
    assert [arrays.targets.itemData(row) for row in range(arrays.targets.count())] == ["y", "z"]


def test_other_samples_bring_targets_that_fit(open_bench: Open, folder: Path) -> None:
    bench, panel = show(open_bench, folder, folder / "a.npz", ArraysData("a.npz", "x", "y"))
    arrays = panel.settings.arrays
    row = arrays.samples.findData("more")
    arrays.samples.activated.emit(row)
    assert bench.document.project.data.source == ArraysData("a.npz", "more", "w")
    arrays.task.setFocus()
    QTest.keyClick(arrays.task, Qt.Key.Key_End)
    assert bench.document.project.data.source == ArraysData("a.npz", "more", "w", "regression")


def test_a_file_outside_can_be_copied_beside_the_project(open_bench: Open, folder: Path) -> None:
    bench, panel = show(open_bench, folder, folder.parent / "b.npz", ArraysData("a.npz", "x", "y"))
    panel.settings.arrays.choose()
    arrays = panel.settings.arrays
    assert arrays.outside.isVisible()
    QTest.mouseClick(arrays.outside.button, Qt.MouseButton.LeftButton)
    assert bench.document.project.data.source == ArraysData("b.npz", "images", "labels")
    assert (folder / "b.npz").read_bytes() == (folder.parent / "b.npz").read_bytes()


def test_another_kind_of_file_is_refused(open_bench: Open, folder: Path) -> None:
    (folder / "c.npz").write_text("a,b\n1,2\n")
    bench, panel = show(open_bench, folder, folder / "c.npz", ArraysData("a.npz", "x", "y"))
    panel.settings.arrays.choose()
    assert "c.npz is not a NumPy archive (.npz)" in panel.settings.refusal.text
    assert bench.document.project.data.source == ArraysData("a.npz", "x", "y")
