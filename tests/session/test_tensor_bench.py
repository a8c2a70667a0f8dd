"""The bench over a real process: values, the project's network, and lines that outlive process and window."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnbuilder.project.file import runs_folder, save_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.bench import BenchAnswer
from nnbuilder.protocol.codec import Arrays
from nnbuilder.session import tensor_bench
from nnbuilder.session.bench_lines import read_lines, write_lines
from nnbuilder.session.document import Document
from nnbuilder.session.tensor_bench import TensorBench

TIMEOUT = 60_000

pytestmark = pytest.mark.usefixtures("qapp")


def beside(document: Document) -> TensorBench:
    """A bench whose project's runs lie where they do in the app."""
    return TensorBench(document, lambda: runs_folder(document.path) if document.path else Path("nowhere"))


def with_iris(folder: Path) -> TensorBench:
    """A bench with a copy of the iris example."""
    file = folder / "iris.nnb"
    shutil.copy(resources_folder() / "examples" / "iris.nnb", file)
    document = Document()
    document.open(file)
    return beside(document)


@pytest.fixture(scope="module")
def running(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TensorBench]:
    """One bench whose process runs before the first test and after the last."""
    made = with_iris(tmp_path_factory.mktemp("bench"))
    heard = QSignalSpy(made.answered)
    made.run("None")
    end = time.monotonic() + TIMEOUT / 1000
    while not heard.count() and time.monotonic() < end:
        qapp.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    yield made
    made.shutdown()


@pytest.fixture
def shared(running: TensorBench, qtbot: QtBot) -> TensorBench:
    """That bench with nothing on it."""
    for value in running.names:
        answer(qtbot, running, f"del {value.name}")
    running.lines.clear()
    return running


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[TensorBench]:
    """A bench of its own, for tests that end its process."""
    made = with_iris(tmp_path)
    yield made
    made.shutdown()


def answer(qtbot: QtBot, bench: TensorBench, text: str, *, keep: bool = True) -> tuple[BenchAnswer, Arrays]:
    """The answer to a line."""
    with qtbot.waitSignal(bench.answered, timeout=TIMEOUT) as waited:
        bench.run(text, keep=keep)
    assert waited.args is not None
    return waited.args[0], waited.args[1]


def test_a_value_with_its_facts_and_numbers(qtbot: QtBot, shared: TensorBench) -> None:
    told, arrays = answer(qtbot, shared, "a = torch.tensor([[1, 2, 3], [4, 5, 6]]).T")
    assert told.value is not None
    assert (told.value.shape, told.value.dtype, told.value.numel) == ((3, 2), "int64", 6)
    assert told.value.strides == (1, 3)
    assert np.array_equal(arrays[0], [[1, 4], [2, 5], [3, 6]])
    assert [value.name for value in shared.names] == ["a"]


def test_a_product_comes_with_its_operands(qtbot: QtBot, shared: TensorBench) -> None:
    told, arrays = answer(qtbot, shared, "torch.ones(2, 3) @ torch.full((3, 2), 2.)")
    assert told.operands
    assert np.array_equal(np.matmul(arrays[1].astype(float), arrays[2].astype(float)), arrays[0])


def test_a_refusal_with_its_place(qtbot: QtBot, shared: TensorBench) -> None:
    told, _ = answer(qtbot, shared, "1 + torch.ones(2, 3) @ torch.ones(2, 3)")
    assert (told.start, told.end) == (4, 39)
    assert told.instead == "1 + torch.ones(2, 3) @ torch.ones(2, 3).T"


def test_the_documents_network(qtbot: QtBot, shared: TensorBench) -> None:
    made: list[str] = []
    watch = shared.changed.connect(lambda: made.append(shared.making))
    told, _ = answer(qtbot, shared, "model(X).shape")
    shared.changed.disconnect(watch)
    assert [name for name in made if name] == ["model", "X"]
    assert made[-1] == ""
    assert told.value is not None
    assert told.value.text.endswith(", 3])")


def test_nothing_is_lost_with_the_process(qtbot: QtBot, bench: TensorBench) -> None:
    """Random numbers too are the same when lines are worked out again."""
    answer(qtbot, bench, "a = torch.randn(3)")
    _, before = answer(qtbot, bench, "b = a * 2", keep=True)
    killed = bench.pid
    os.kill(killed, signal.SIGKILL)
    qtbot.waitUntil(lambda: bench.pid not in {0, killed}, timeout=TIMEOUT)
    _, after = answer(qtbot, bench, "b", keep=False)
    assert np.array_equal(before[0], after[0])
    assert bench.lines == ["a = torch.randn(3)", "b = a * 2"]


def test_a_line_that_takes_too_long_is_left_out(
    qtbot: QtBot, bench: TensorBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(qtbot, bench, "a = torch.ones(2)")
    monkeypatch.setattr(tensor_bench, "TIMEOUT_MS", 300)
    os.kill(bench.pid, signal.SIGSTOP)
    told, _ = answer(qtbot, bench, "b = a + 1")
    assert "took too long" in told.message
    monkeypatch.undo()
    told, _ = answer(qtbot, bench, "a", keep=False)
    assert told.value is not None
    assert [value.name for value in bench.names] == ["a"]


def test_cleared_and_brought_back(qtbot: QtBot, bench: TensorBench) -> None:
    answer(qtbot, bench, "a = torch.full((2,), 7.)")
    bench.clear()
    assert (bench.lines, bench.names, bench.pid) == ([], (), 0)
    told, _ = answer(qtbot, bench, "a")
    assert "There is no a here" in told.message
    answer(qtbot, bench, "b = 1")
    bench.restore()
    qtbot.waitUntil(lambda: [value.name for value in bench.names] == ["a", "b"], timeout=TIMEOUT)
    assert np.array_equal(answer(qtbot, bench, "a", keep=False)[1][0], [7, 7])


def test_only_what_others_may_depend_on_is_kept(qtbot: QtBot, shared: TensorBench) -> None:
    for line in ("a = torch.ones(2)", "a + 1", "a @ torch.ones(3, 3)", "a.add_(1)", "nonsense"):
        answer(qtbot, shared, line)
    assert shared.lines == ["a = torch.ones(2)", "a.add_(1)"]


def test_lines_outlive_the_window(qtbot: QtBot, bench: TensorBench) -> None:
    """Another window on the same file works them out when it looks; a line that no longer works is told."""
    path = bench._document.path
    assert path is not None
    numbers = path.with_name("numbers.npy")
    np.save(numbers, np.array([1.0, 2.0]))
    for line in (
        "torch.manual_seed(3)",
        "a = torch.randn(3)",
        'c = torch.from_numpy(np.load("numbers.npy"))',
    ):
        answer(qtbot, bench, line)
    _, before = answer(qtbot, bench, "a", keep=False)
    bench.keep()
    numbers.unlink()
    document = Document()
    other = beside(document)
    document.open(path)
    assert other.asleep
    assert (other.lines, other.names, other.pid) == (bench.lines, (), 0)
    with qtbot.waitSignal(other.answered, timeout=TIMEOUT) as waited:
        other.wake()
    assert waited.args is not None
    assert "np.load" in waited.args[0].notes[0]
    assert "no longer works: There is no file" in waited.args[0].notes[0]
    assert [value.name for value in other.names] == ["a"]
    _, after = answer(qtbot, other, "a", keep=False)
    assert np.array_equal(before[0], after[0])
    other.shutdown()


def test_another_project_has_a_bench_of_its_own(tmp_path: Path) -> None:
    document = Document()
    bench = beside(document)
    write_lines(runs_folder(tmp_path / "b.nnb"), ["b = 2"])
    bench.lines.append("a = 1")
    document.save(tmp_path / "a.nnb")
    assert read_lines(runs_folder(tmp_path / "a.nnb")) == ["a = 1"]
    save_project(Project(), tmp_path / "b.nnb")
    document.open(tmp_path / "b.nnb")
    assert bench.lines == ["b = 2"]
    assert read_lines(runs_folder(tmp_path / "a.nnb")) == ["a = 1"]
    document.new()
    assert bench.lines == []
    document.save(tmp_path / "b.nnb")
    assert read_lines(runs_folder(tmp_path / "b.nnb")) == []


def test_words_are_explained(qtbot: QtBot, shared: TensorBench) -> None:
    with qtbot.waitSignal(shared.explained, timeout=TIMEOUT) as waited:
        shared.explain("torch.cat")
    assert waited.args is not None
    assert [one.name for one in waited.args[0].parameters] == ["tensors", "dim"]
    with qtbot.waitSignal(shared.explained, timeout=TIMEOUT) as waited:
        shared.explain("torch.load")
    assert waited.args is not None
    assert waited.args[0].parameters == ()


def test_making_the_bench_again_can_be_stopped(qtbot: QtBot, bench: TensorBench) -> None:
    """The lines are kept; the next line tries them again."""
    said: list[str] = []
    bench.warned.connect(said.append)
    bench.lines += ["a = torch.ones(2)", "b = a + 1"]
    bench.wake()
    assert bench.remaking
    bench.stop()
    assert (bench.remaking, bench.asleep, bench.pid) == (False, False, 0)
    assert bench.lines == ["a = torch.ones(2)", "b = a + 1"]
    assert "its lines are kept" in said[0]
    _, arrays = answer(qtbot, bench, "b + 1")
    assert np.array_equal(arrays[0], [3, 3])


def test_a_process_that_dies_while_it_replays_is_not_started_for_ever(
    qtbot: QtBot, bench: TensorBench
) -> None:
    answer(qtbot, bench, "a = torch.ones(2)")
    bench._close()
    bench.wake()
    os.kill(bench.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bench.pid == 0, timeout=TIMEOUT)
    assert not bench.asleep
    assert bench.lines == ["a = torch.ones(2)"]
    _, arrays = answer(qtbot, bench, "a + 1")
    assert np.array_equal(arrays[0], [2, 2])
