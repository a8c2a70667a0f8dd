"""One bench with a process for all tests of its panel."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnbuilder.project.resources import resources_folder
from nnbuilder.session.bench_lines import LineHistory
from nnbuilder.session.document import Document
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.panel import BenchPanel

TIMEOUT = 60_000


@pytest.fixture(scope="package")
def running(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBench]:
    """A bench with the iris example whose process runs before the first test and after the last."""
    file = tmp_path_factory.mktemp("bench") / "iris.nnb"
    shutil.copy(resources_folder() / "examples" / "iris.nnb", file)
    document = Document()
    document.open(file)
    made = TensorBench(document, lambda: file.with_suffix(".runs"))
    heard = QSignalSpy(made.answered)
    made.run("None")
    end = time.monotonic() + TIMEOUT / 1000
    while not heard.count() and time.monotonic() < end:
        qapp.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    yield made
    made.shutdown()


@pytest.fixture
def bench(running: TensorBench, qtbot: QtBot) -> TensorBench:
    """That bench with nothing on it and nothing typed."""
    for value in running.names:
        with qtbot.waitSignal(running.answered, timeout=TIMEOUT):
            running.run(f"del {value.name}")
    running.lines.clear()
    running.history = LineHistory()
    return running


@pytest.fixture
def panel(qtbot: QtBot, bench: TensorBench) -> BenchPanel:
    """The panel, shown."""
    made = BenchPanel(bench)
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    return made


@pytest.fixture
def folder(bench: TensorBench) -> Path:
    """Where the project's file lies."""
    assert bench.folder is not None
    return bench.folder
