"""Going back to the step in which a training went wrong."""

import math
from pathlib import Path

import pytest
import torch

from nnbuilder.engine.checkpoint import Ring
from nnbuilder.engine.diagnose import no_moment
from nnbuilder.engine.faults.moments import kept_in
from nnbuilder.engine.faults.replay import investigate
from nnbuilder.engine.run_start import new_record
from nnbuilder.engine.state import TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.runs.store import RunStore, create_run
from tests.engine.samples import chain, data_of, make_project

BLOWN = chain(
    ("Linear", {"out_features": 8}), ("ReLU", {}), ("Dropout", {"p": 0.5}), ("Linear", {"out_features": 2})
)


def diverging() -> Trainer:
    """A training whose weights run away within some dozens of steps."""
    project = make_project(BLOWN, optimizer="SGD", epochs=400, lr=0.1, weight_decay=25.0)
    return Trainer(project, data_of(project))


def first_bad(trainer: Trainer) -> int:
    """The first step that leaves a loss or a weight that is not finite, found by looking at each step."""
    for result in trainer.steps():
        weights = all(bool(parameter.isfinite().all()) for parameter in trainer.model.parameters())
        if not (weights and math.isfinite(result.loss)):
            return result.step
    raise AssertionError("it never went wrong")


def run_away(trainer: Trainer) -> None:
    """Trains until the loss is not finite."""
    next(result for result in trainer.steps() if not math.isfinite(result.loss))


def test_the_step_is_the_one_that_a_look_at_every_step_finds() -> None:
    expected = first_bad(diverging())
    trainer = diverging()
    run_away(trainer)
    evidence = investigate(trainer, no_moment)

    assert evidence is not None
    assert evidence.step == expected
    assert evidence.growth > 1e6


def test_a_kept_moment_spares_the_steps_before_it() -> None:
    trainer = diverging()
    moments: list[TrainerState] = []
    asked: list[int] = []
    for result in trainer.steps():
        if result.step == 10:
            moments.append(trainer.state().copy())
        if not math.isfinite(result.loss):
            break

    def moment(step: int) -> TrainerState:
        asked.append(step)
        return moments[0]

    near, far = investigate(trainer, moment), investigate(trainer, no_moment)

    assert near is not None
    assert far is not None
    assert (near.step, near.sight, near.trail) == (far.step, far.sight, far.trail)
    assert asked in ([trainer.step - 2], [])


def test_without_patience_the_present_is_described() -> None:
    trainer = diverging()
    run_away(trainer)
    with torch.no_grad():
        trainer.layers[0][1].get_parameter("bias").fill_(math.nan)
    evidence = investigate(trainer, no_moment, patience=0.0)

    assert evidence is not None
    assert (evidence.sight.place, evidence.sight.node, evidence.step) == ("weight", "n1", trainer.step)


def stored(trainer: Trainer, folder: Path) -> RunStore:
    """A run folder with checkpoints of steps 4 and 8."""
    store = create_run(folder, new_record(trainer, "run", None, ()))
    ring = Ring(store)
    for result in trainer.steps():
        if result.step in (4, 8):
            ring.write(trainer.state())
        if result.step == 8:
            return store
    raise AssertionError("too few steps")


@pytest.mark.parametrize(("step", "found"), [(9, 8), (8, 8), (7, 4), (4, 4)])
def test_checkpoints_are_moments(tmp_path: Path, step: int, found: int) -> None:
    store = stored(diverging(), tmp_path / "run")
    state = kept_in(store)(step)
    assert state is not None
    assert state.facts.step == found
    store.close()


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    store = stored(diverging(), tmp_path / "run")
    newest = store.checkpoints / store.record.checkpoints[-1].file
    newest.write_bytes(newest.read_bytes()[:-1])
    state = kept_in(store)(100)

    assert state is not None
    assert state.facts.step == 4
    assert kept_in(store)(3) is None
    store.close()
