"""The doctor at work: quick advice, evidence that is kept while it holds, examples that are healthy."""

import time
from pathlib import Path

import msgspec
import pytest
import torch

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.analyze import Analyzer, Slice
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.rounds import Rounds
from nnbuilder.graph.edits import MoveNodes, Rename, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import Edit, SetTraining, apply_edit
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from tests.doctor.patients import codes, linear, moons
from tests.engine.drawings import IRIS, answer, project

EXAMPLES = sorted((resources_folder() / "examples").glob("*.nnb"))
DEAD = moons(linear(4), ("Threshold", {"threshold": 50.0, "value": 0.0}), linear(2))
NOTES = {"breast_cancer": ["linear-model"], "digits": ["constant-features"]}


class Desk:
    """An analyzer, a doctor, and what they know of one project."""

    def __init__(self) -> None:
        self.analyzer = Analyzer()
        self.doctor = Doctor(self.analyzer)

    def look(self, subject: Project) -> tuple[Slice, Prepared]:
        """The analyzer's answer and the data."""
        prepared = load(subject.data, subject.training.seed, None)
        return answer(subject, prepared.profile, self.analyzer), prepared

    def knows(self, subject: Project) -> bool:
        """Whether a batch need not be tried."""
        return self.doctor.knows(subject, *self.look(subject))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_are_healthy(file: Path) -> None:
    subject, desk = load_project(file).project, Desk()
    found = desk.doctor.second_look(subject, *desk.look(subject))
    assert {problem.severity for problem in found} <= {"note"}
    assert codes(found) == NOTES.get(file.stem, [])


def test_evidence_comes_with_the_batch_and_stays_while_it_holds() -> None:
    desk = Desk()
    found, prepared = desk.look(DEAD)
    assert codes(desk.doctor.advise(DEAD, found, prepared.profile)) == []
    assert not desk.knows(DEAD)
    slices = sum(1 for _ in desk.doctor.examine(DEAD, found, prepared))
    assert slices > 5
    assert desk.knows(DEAD)
    assert codes(desk.doctor.advise(DEAD, found, prepared.profile)) == ["dying-relu"]
    kept: tuple[Edit, ...] = (
        MoveNodes({NodeId("n1"): (5.0, 5.0)}),
        Rename(NodeId("n1"), "first"),
        SetTraining(msgspec.structs.replace(DEAD.training, epochs=7, optimizer_args={"lr": 0.01})),
    )
    other: tuple[Edit, ...] = (
        SetArg(NodeId("n1"), "out_features", 5),
        SetTraining(msgspec.structs.replace(DEAD.training, seed=1)),
        SetTraining(msgspec.structs.replace(DEAD.training, batch_size=8)),
    )
    assert all(desk.knows(apply_edit(DEAD, edit)) for edit in kept)
    assert not any(desk.knows(apply_edit(DEAD, edit)) for edit in other)


def test_what_does_not_train_is_not_tried() -> None:
    broken = moons(linear(4), "ReLU", linear(2, in_features=9))
    desk = Desk()
    found, prepared = desk.look(broken)
    desk.doctor.second_look(broken, found, prepared)
    assert desk.knows(broken)
    assert codes(desk.doctor.second_look(broken, found, prepared)) == []
    scores = moons(linear(4), "ReLU", linear(1), loss="BCELoss")
    assert codes(desk.doctor.second_look(scores, *desk.look(scores))) == ["missing-sigmoid"]
    assert desk.doctor.second_look(broken, found, None) == ()


def test_random_numbers_are_left_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    subject, desk = moons(linear(4), "Dropout", linear(2)), Desk()
    desk.doctor.second_look(subject, *desk.look(subject))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_fix_that_would_break_something_is_not_offered() -> None:
    """A pinned width behind two Linear that become one is let go; one further on that cannot be is kept."""
    subject = project("Flatten", linear(6), linear(8), ("Unflatten", {"dim": 1, "unflattened_size": (2, 4)}))
    desk = Desk()
    found = answer(subject, IRIS, desk.analyzer)
    advice = desk.doctor.advise(subject, found, IRIS)
    assert codes(advice) == ["linear-after-linear"]
    for problem in advice:
        for fix in problem.fixes:
            changed = subject
            for edit in fix.edits:
                changed = apply_edit(changed, edit)
            assert answer(changed, IRIS, desk.analyzer).analysis.output is not None


def test_an_edit_of_a_hundred_layers_gets_its_advice_at_once() -> None:
    subject = project(*(layer for width in range(50) for layer in (linear(20 + width), "ReLU")), linear(3))
    desk = Desk()
    desk.doctor.advise(subject, answer(subject, IRIS, desk.analyzer), IRIS)
    seconds = []
    for width in range(5):
        changed = apply_edit(subject, SetArg(NodeId("n51"), "out_features", 90 + width))
        found = answer(changed, IRIS, desk.analyzer)
        start = time.process_time()
        desk.doctor.advise(changed, found, IRIS)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.025  # 0.002 on a machine with nothing else to do


def test_rounds_wait_for_a_pause_and_give_up_for_newer_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    rounds = Rounds(desk.doctor)
    assert rounds.wait_s is None
    assert rounds.step() is None
    found, prepared = desk.look(DEAD)
    rounds.begin(DEAD, found, prepared)
    assert rounds.wait_s is not None
    rounds.give_up()
    assert rounds.wait_s is None
    monkeypatch.setattr("nnbuilder.engine.rounds.SLICE_S", 0.0)
    rounds.begin(DEAD, found, prepared)
    steps = 0
    while (advice := rounds.step()) is None:
        steps += 1
    assert steps > 5
    assert codes(advice) == ["dying-relu"]
    assert rounds.wait_s is None
