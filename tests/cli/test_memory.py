"""What the command line says where memory does not suffice."""

import pytest

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.cli.memory import within_memory
from tests.engine.samples import chain, data_of, make_project

PROJECT = make_project(
    chain(("Linear", {"out_features": 4000}), ("Tanh", {}), ("Linear", {"out_features": 2}))
)


def test_a_need_above_what_is_free_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.engine.faults.shortage.free_memory", lambda _: 100)
    monkeypatch.setattr("nnbuilder.engine.faults.shortage.SMALLEST", 0)
    with pytest.raises(CommandError) as caught, within_memory(PROJECT, data_of(PROJECT)):
        raise AssertionError("it must not begin")

    assert caught.value.code == Exit.ENVIRONMENT
    assert caught.value.problems[0].code == "out-of-memory"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes"),
    ],
)
def test_memory_that_runs_out_is_explained(error: Exception) -> None:
    said = pytest.raises(CommandError, match="Memory ran out while training")
    with said as caught, within_memory(PROJECT, data_of(PROJECT)):
        raise error

    assert caught.value.code == Exit.ENVIRONMENT
    assert "Training needs about" in caught.value.problems[0].message


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="shapes"), within_memory(PROJECT, data_of(PROJECT)):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")
