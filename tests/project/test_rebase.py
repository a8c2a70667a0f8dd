"""Fixes of an earlier state on the project as it is now."""

import msgspec

from nnbuilder.data.spec import DataSpec, ToyData
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.node_edits import SetArg
from nnbuilder.project.edits import SetData, SetTraining, apply_edit
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rebase import rebased
from tests.project.samples import starter

BEFORE = msgspec.structs.replace(
    starter(),
    training=TrainingConfig("SGD", {"lr": 10.0, "momentum": 0.9}, batch_size=8),
    data=DataSpec(ToyData("moons"), standardize=False),
)


def _training(project: Project, **fields: object) -> Project:
    return msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, **fields))


def _fix(**fields: object) -> Fix:
    return Fix("Mend", (SetTraining(_training(BEFORE, **fields).training, "lr"),))


SMALLER = _fix(optimizer_args={"lr": 1.0, "momentum": 0.9})


def _applied(fix: Fix | None, now: Project) -> TrainingConfig:
    assert fix is not None
    [edit] = fix.edits
    return apply_edit(now, edit).training


def test_on_the_same_project_a_fix_stays_as_it_is() -> None:
    assert rebased(SMALLER, BEFORE, BEFORE) == SMALLER


def test_what_was_set_since_is_kept() -> None:
    now = _training(BEFORE, epochs=7, batch_size=64, optimizer_args={"lr": 10.0, "nesterov": True})
    found = _applied(rebased(SMALLER, BEFORE, now), now)
    assert (found.epochs, found.batch_size) == (7, 64)
    assert found.optimizer_args == {"lr": 1.0, "nesterov": True}


def test_a_value_that_was_changed_since_is_left_alone() -> None:
    assert rebased(SMALLER, BEFORE, _training(BEFORE, optimizer_args={"lr": 0.01})) is None
    assert rebased(SMALLER, BEFORE, _training(BEFORE, optimizer_args={})) is None


def test_an_argument_that_goes_goes_alone() -> None:
    without = _fix(optimizer_args={"lr": 10.0})
    now = _training(BEFORE, seed=5)
    assert _applied(rebased(without, BEFORE, now), now).optimizer_args == {"lr": 10.0}
    assert _applied(rebased(without, BEFORE, now), now).seed == 5
    assert rebased(without, BEFORE, _training(BEFORE, optimizer_args={"lr": 10.0})) is None


def test_scaling_is_not_set_on_other_data() -> None:
    fix = Fix("Standardize", (SetData(msgspec.structs.replace(BEFORE.data, standardize=True), "scaling"),))
    more = msgspec.structs.replace(
        BEFORE, data=msgspec.structs.replace(BEFORE.data, source=ToyData(noise=0.3))
    )
    found = rebased(fix, BEFORE, more)
    assert found is not None
    assert found.edits == (SetData(msgspec.structs.replace(more.data, standardize=True), "scaling"),)
    other = msgspec.structs.replace(BEFORE, data=DataSpec(standardize=True))
    assert rebased(fix, BEFORE, other) is None


def test_edits_of_the_drawing_stay() -> None:
    fix = Fix("Wider", (SetArg(NodeId("n2"), "out_features", 32),))
    assert rebased(fix, BEFORE, _training(BEFORE, epochs=1)) == fix
