"""Every broken network shows the right layer, and its first fix makes the check pass."""

import pytest

from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Problem, has_errors
from nnbuilder.project.project import Project
from tests.broken.cases import EXPECTED, FOLDER, KINDS, NAMES, asked, broken, found


def after(project: Project, problem: Problem, index: int = 0) -> Project:
    """The project after one of the fixes of a problem."""
    for edit in problem.fixes[index].edits:
        project = apply_edit(project, edit)
    return project


def test_every_kind_of_mistake_is_there_twice() -> None:
    assert {path.stem for path in (FOLDER / "projects").iterdir()} == set(NAMES)
    assert len(NAMES) >= 60
    for kind in KINDS:
        assert sum(name.startswith(kind) for name in NAMES) >= 2, kind


@pytest.mark.parametrize("name", NAMES)
def test_the_right_layer_and_a_first_fix_that_mends(name: str) -> None:
    project, expected = broken(name), EXPECTED[name]
    problem = found(asked(project), expected)
    assert problem.fixes[0].title == expected.fix
    assert expected.message in {None, problem.message}
    mended = asked(after(project, problem))
    assert not has_errors(mended.problems), mended.problems
    assert (problem.code, problem.node) not in {(one.code, one.node) for one in mended.problems}


@pytest.mark.parametrize("name", NAMES)
def test_no_other_fix_leaves_the_problem(name: str) -> None:
    project = broken(name)
    problem = found(asked(project), EXPECTED[name])
    for index in range(1, len(problem.fixes)):
        mended = asked(after(project, problem, index))
        left = {(one.code, one.node, one.arg) for one in mended.problems}
        assert (problem.code, problem.node, problem.arg) not in left, problem.fixes[index].title


@pytest.mark.parametrize("name", NAMES)
def test_it_is_said_in_plain_words(name: str) -> None:
    project = broken(name)
    problem = found(asked(project), EXPECTED[name])
    assert problem.message.endswith(".")
    assert len(problem.message) < 200
    assert project.graph.nodes[EXPECTED[name].node].type in problem.message or problem.code == "output-size"
    assert len({fix.title for fix in problem.fixes}) == len(problem.fixes)
    if problem.code in {"shape-mismatch", "dtype-mismatch"}:
        assert problem.torch
        assert problem.torch not in problem.message
    assert bool(problem.got) == bool(problem.wanted)
