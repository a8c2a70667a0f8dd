"""The bench over a real process: values, the project's network, and lines that outlive the process."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.bench import BenchAnswer
from nnbuilder.protocol.codec import Arrays
from nnbuilder.session import tensor_bench
from nnbuilder.session.document import Document
from nnbuilder.session.tensor_bench import TensorBench

TIMEOUT = 60_000

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[TensorBench]:
    """A bench beside the iris example."""
    document = Document()
    document.open(resources_folder() / "examples" / "iris.nnb")
    made = TensorBench(document, lambda: tmp_path)
    yield made
    made.shutdown()


def answer(qtbot: QtBot, bench: TensorBench, text: str, *, keep: bool = True) -> tuple[BenchAnswer, Arrays]:
    """The answer to a line."""
    with qtbot.waitSignal(bench.answered, timeout=TIMEOUT) as waited:
        bench.run(text, keep=keep)
    assert waited.args is not None
    return waited.args[0], waited.args[1]


def test_a_value_with_its_facts_and_numbers(qtbot: QtBot, bench: TensorBench) -> None:
    told, arrays = answer(qtbot, bench, "a = torch.tensor([[1, 2, 3], [4, 5, 6]]).T")
    assert told.value is not None
    assert (told.value.shape, told.value.dtype, told.value.numel) == ((3, 2), "int64", 6)
    assert told.value.strides == (1, 3)
    assert np.array_equal(arrays[0], [[1, 4], [2, 5], [3, 6]])
    assert [value.name for value in bench.names] == ["a"]


def test_a_product_comes_with_its_operands(qtbot: QtBot, bench: TensorBench) -> None:
    told, arrays = answer(qtbot, bench, "torch.ones(2, 3) @ torch.full((3, 2), 2.)")
    assert told.operands
    assert np.array_equal(np.matmul(arrays[1].astype(float), arrays[2].astype(float)), arrays[0])


def test_a_refusal_with_its_place(qtbot: QtBot, bench: TensorBench) -> None:
    told, _ = answer(qtbot, bench, "1 + torch.ones(2, 3) @ torch.ones(2, 3)")
    assert (told.start, told.end) == (4, 39)
    assert told.instead == "1 + torch.ones(2, 3) @ torch.ones(2, 3).T"


def test_the_documents_network(qtbot: QtBot, bench: TensorBench) -> None:
    told, _ = answer(qtbot, bench, "model(X).shape")
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


def test_cleared(qtbot: QtBot, bench: TensorBench) -> None:
    answer(qtbot, bench, "a = 1")
    bench.clear()
    assert (bench.lines, bench.names, bench.pid) == ([], (), 0)
    told, _ = answer(qtbot, bench, "a")
    assert "There is no a here" in told.message
