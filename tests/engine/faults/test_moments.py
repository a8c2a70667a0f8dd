"""Moments that there is no memory for: they are a comfort, and no reason to end a run."""

from pathlib import Path

import pytest

from nnbuilder.engine import moments
from nnbuilder.engine.moments import Moments
from nnbuilder.engine.run_start import new_record
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.runs.store import create_run
from tests.engine.samples import data_of, make_project


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_a_moment_without_memory_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    project = make_project()
    trainer = Trainer(project, data_of(project))
    store = create_run(tmp_path / "run", new_record(trainer, "run", None, ()))
    kept = Moments(store)

    def full(_: TrainerState) -> bytes:
        raise error

    with monkeypatch.context() as without:
        without.setattr(moments, "encode_state", full)
        assert not kept.keep(trainer.state())
    assert kept.trouble == "Moments to go back to cannot be kept: there is too little memory for a copy."
    assert kept.keep(trainer.state())
    assert kept.steps == (0,)
    store.close()
