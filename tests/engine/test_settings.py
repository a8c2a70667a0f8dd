"""Choices of the configuration that do not go together: told before a run, each with ways out of it."""

import msgspec
import pytest

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.settings import setting_problems
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.drawings import codes
from tests.engine.samples import chain, data_of, make_project


def project_with(training: TrainingConfig, loss: str = "CrossEntropyLoss", outputs: int = 3) -> Project:
    """A network on iris, or on numbers where the loss takes those."""
    data = BuiltinData("diabetes" if loss == "MSELoss" else "iris")
    graph = chain(("Linear", {"out_features": outputs}), loss=loss)
    return Project(graph, DataSpec(data), training)


def problems_of(project: Project) -> list[Problem]:
    """What is told of a project on its data."""
    return list(setting_problems(project, load(project.data, 0, None).profile))


CYCLIC = TrainingConfig("Adagrad", {}, lr_scheduler="CyclicLR")

BAD = {
    "cycle": project_with(CYCLIC),
    "one cycle": project_with(msgspec.structs.replace(CYCLIC, lr_scheduler="OneCycleLR")),
    "phase": project_with(
        TrainingConfig(
            epochs=5, batch_size=120, lr_scheduler="OneCycleLR", lr_scheduler_args={"pct_start": 0.2}
        )
    ),
    "loss": project_with(TrainingConfig(class_weights="balanced"), "MSELoss", 1),
    "too few": project_with(TrainingConfig(class_weights=(1.0, 2.0))),
    "one": project_with(TrainingConfig(class_weights=(1.0,))),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_training_begins_with_is_told_and_every_way_out_leads_to_one(name: str) -> None:
    project = BAD[name]
    with pytest.raises(NNBuilderError):
        Trainer(project, data_of(project))
    (problem,) = problems_of(project)
    assert problem.severity == "error"
    assert problem.fixes
    for fix in problem.fixes:
        mended = project
        for edit in fix.edits:
            mended = apply_edit(mended, edit)
        assert not problems_of(mended)
        assert next(Trainer(mended, data_of(mended)).steps()).step == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cycle", "Adagrad cannot be led by CyclicLR with these arguments."),
        ("loss", "MSELoss takes no class weights."),
        ("too few", "There are 2 class weights, but 3 classes."),
        ("one", "There is 1 class weight, but 3 classes."),
    ],
)
def test_the_sentence_names_what_does_not_fit(name: str, text: str) -> None:
    (problem,) = problems_of(BAD[name])
    assert problem.message == text
    assert (problem.torch or "").startswith("optimizer must support momentum") == (name == "cycle")


def test_a_sound_configuration_is_let_pass() -> None:
    weighed = TrainingConfig(class_weights=(1.0, 2.0, 3.0), lr_scheduler="OneCycleLR")
    assert not problems_of(project_with(weighed))
    assert not list(setting_problems(project_with(weighed), None))
    assert not problems_of(make_project())
    smaller = msgspec.structs.replace(BAD["phase"].training, batch_size=60)
    assert not problems_of(project_with(smaller))
    assert not list(setting_problems(BAD["phase"], None))


def test_the_analysis_of_a_drawing_tells_it() -> None:
    assert "class-weights" in codes(BAD["too few"])
    assert "scheduler-refused" in codes(BAD["cycle"])


def test_steps_that_cannot_be_compiled_are_told_before_a_run() -> None:
    project = project_with(TrainingConfig("RMSprop", {}, compiled=True))
    (problem,) = problems_of(project)
    assert (problem.code, problem.path) == ("not-compiled", "training.compiled")
    (fix,) = problem.fixes
    mended = apply_edit(project, fix.edits[0])
    assert not mended.training.compiled
    assert not problems_of(mended)
