"""Training and what it leaves: capacity, tasks, the loop, devices, the program (rows 14, 21, 29, 31, 32)."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QRadioButton
from torch import nn

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import LOSS, NodeId
from nnbuilder.ui.export.dialog import ExportDialog
from nnbuilder.ui.runs.columns import KEYS
from tests.concepts.lab import SMALL, Lab, twin
from tests.engine.samples import by_hand
from tests.interop.clean import run_clean
from tests.interop.script.projects import printed_course

QUICK = msgspec.structs.replace(SMALL, training=msgspec.structs.replace(SMALL.training, epochs=4))


def test_row_14_capacity_against_both_losses(lab: Lab) -> None:
    lab.open(QUICK)
    lab.train()
    lab.session.document.apply(SetArg(NodeId("n1"), "out_features", 64))
    lab.analyzed()
    lab.train()
    lab.trigger("view.runs")
    panel = lab.window.panels.runs
    lab.until(lambda: len(panel.model.rows) == 2 and all(run.record.over for run in panel.model.rows))
    counts = [_count(nn.Linear(2, width), nn.Linear(width, 2)) for width in (3, 64)]
    runs = sorted(panel.model.rows, key=lambda run: run.record.parameters)
    cells = {panel.model.index(row, KEYS["parameters"]).data() for row in range(2)}
    assert cells == {str(one) for one in counts}
    panel.table.choose([run.folder for run in panel.model.rows])
    lab.choose(panel.plot.axis, "parameters")
    drawn = {line.title: (line.x.tolist(), line.y.tolist()) for line in panel.plot.chart.lines}
    last = [run.last for run in runs]
    assert drawn == {
        "Training loss": (counts, [row.train_loss for row in last if row]),
        "Validation loss": (counts, [row.validation_loss for row in last if row]),
    }
    lab.picture("row-14")


def _count(*modules: nn.Module) -> int:
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def test_row_21_switching_the_task(lab: Lab) -> None:
    before = lab.session.document.project
    lab.trigger("network.task")
    box = lab.window.boxes.tasks
    assert box is not None
    QTest.mouseClick(lab.find(QRadioButton, "task_values", box), Qt.MouseButton.LeftButton)
    assert [pair[0] for pair in box.changes.shown] == ["Data", "Last layer", "Loss"]
    lab.picture("row-21", box)
    lab.press("task_switch", box)
    lab.analyzed()
    assert lab.graph.of_type(LOSS)[0].args["loss"] == "MSELoss"
    assert lab.errors == []
    output = lab.session.analysis.analysis.output
    assert output is not None
    assert output.shape == (None, 1)
    lab.trigger("edit.undo")
    assert lab.session.document.project == before


def test_row_29_the_loop_is_paused_stepped_and_rewound(lab: Lab) -> None:
    lab.open(QUICK)
    run = lab.session.run
    lab.trigger("train.step")
    lab.until(lambda: run.state == "paused" and run.step == 1)
    lab.trigger("train.step")
    lab.until(lambda: run.step == 2)
    lab.trigger("train.epoch")
    lab.until(lambda: run.state == "paused" and run.step == run.steps_per_epoch)
    lab.picture("row-29-paused")
    lab.trigger("train.rewind")
    lab.until(lambda: run.step == 0 and run.state == "paused")
    lab.trigger("train.start")
    lab.until(lambda: run.state == "finished")
    model = twin(QUICK)
    wanted = list(by_hand(model, torch.optim.SGD(model.parameters(), lr=0.01), nn.CrossEntropyLoss(), QUICK))
    np.testing.assert_array_equal(run.losses.values, np.array(wanted, np.float32))
    assert len(run.validation) == QUICK.training.epochs
    lab.show(lab.window.panels.plots)
    lab.picture("row-29")


def test_row_31_devices_are_chosen_and_told(lab: Lab) -> None:
    lab.trigger("train.setup")
    box = lab.find(QComboBox, "arg_device")
    offered = [box.itemText(at) for at in range(box.count())]
    assert ("cuda" in " ".join(offered)) == torch.cuda.is_available()
    assert offered[0] == "cpu"
    if not torch.cuda.is_available():
        assert "No cuda:" in lab.label("missing_devices")
    lab.window.panels.training.ensureWidgetVisible(box)
    lab.picture("row-31")
    lab.bench("torch.zeros(2)")
    assert ", cpu," in lab.window.panels.bench.view.facts.text()
    lab.select("n1")
    assert lab.label("shape_lines").endswith(QUICK.training.device)


def test_row_32_from_picture_to_code(lab: Lab, tmp_path: Path) -> None:
    lab.open(QUICK)
    lab.train()
    run = lab.session.run
    lab.trigger("file.export")
    [box] = [one for one in lab.window.findChildren(ExportDialog) if one.isVisible()]
    box.show_format("python")
    target = tmp_path / "moons.py"
    box.target.field.setText(str(target))
    lab.press("export.export", box)
    lab.until(lambda: target.is_file() and not box.task.active)
    lab.picture("row-32", box)
    box.close()
    lab.settle()
    printed = printed_course(run_clean(tmp_path, {"it": [str(target)]})["it"])
    assert len(printed) == QUICK.training.epochs
    for row, end in zip(printed, run.validation, strict=True):
        told = [end.train_loss, end.train_metric, end.validation_loss, end.validation_metric]
        assert row == pytest.approx(told, abs=5e-7)
