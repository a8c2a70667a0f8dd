"""The loop of `nnbuilder fix`: it ends, whatever the fixes do, and takes only what helps."""

from nnbuilder.cli.analysis import Answer
from nnbuilder.cli.mending import MOST_STEPS, mend
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.edits import Rename, SetArg
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.problem import Fix, Problem, Severity
from nnbuilder.project.project import Project

N1 = NodeId("n1")
START = Project(graph=Graph({N1: Node(N1, "Linear", {"out_features": 1})}))


def width(project: Project) -> int:
    """What the only layer is set to."""
    value = project.graph.nodes[N1].args["out_features"]
    assert isinstance(value, int)
    return value


def to(value: int) -> Fix:
    """Sets the width."""
    return Fix(f"Set to {value}", (SetArg(N1, "out_features", value),))


def answer(*problems: Problem) -> Answer:
    """An answer with these problems."""
    return Answer(Analysis(), problems)


def problem(code: str, *fixes: Fix, severity: Severity = "error") -> Problem:
    """A problem of the layer."""
    return Problem(severity, code, "It is wrong.", node=N1, fixes=fixes)


def test_fixes_that_undo_each_other_end() -> None:
    def ask(project: Project) -> Answer:
        return answer(problem("odd", to(2)) if width(project) % 2 else problem("even", to(1)))

    done = mend(START, ask)
    assert [fix.title for _, fix in done.steps] == ["Set to 2"]
    assert [one.code for one in done.answer.problems] == ["even"]


def test_fixes_without_end_end() -> None:
    asked: list[int] = []

    def ask(project: Project) -> Answer:
        asked.append(width(project))
        return answer(problem(f"at {width(project)}", to(width(project) + 1)))

    assert len(mend(START, ask).steps) == MOST_STEPS
    assert len(asked) == MOST_STEPS + 1


def test_a_fix_that_leaves_its_problem_is_not_taken() -> None:
    done = mend(START, lambda _project: answer(problem("stays", to(5), to(6))))
    assert (done.project, done.steps) == (START, ())


def test_the_next_fix_is_taken_where_the_first_leads_nowhere() -> None:
    def ask(project: Project) -> Answer:
        return answer() if width(project) == 7 else answer(problem("wide", to(1), to(7)))

    done = mend(START, ask)
    assert (width(done.project), len(done.steps)) == (7, 1)


def test_a_fix_that_makes_no_sense_is_passed_over() -> None:
    gone = Fix("Rename", (Rename(NodeId("n9"), "x"),))
    done = mend(START, lambda _project: answer(problem("wide", gone)))
    assert done.steps == ()


def test_a_warning_is_not_mended_into_an_error() -> None:
    def ask(project: Project) -> Answer:
        if width(project) == 1:
            return answer(problem("narrow", to(2), severity="warning"))
        return answer(problem("broken"))

    assert mend(START, ask).project == START


def test_an_error_may_uncover_another_one() -> None:
    def ask(project: Project) -> Answer:
        found = {1: [problem("first", to(2))], 2: [problem("second", to(3)), problem("third", to(3))]}
        return answer(*found.get(width(project), []))

    done = mend(START, ask)
    assert [one.code for one, _ in done.steps] == ["first", "second"]
    assert done.answer.problems == ()


def test_notes_wait_until_they_are_named() -> None:
    def ask(project: Project) -> Answer:
        return answer(problem("aside", to(2), severity="note")) if width(project) == 1 else answer()

    assert mend(START, ask).steps == ()
    assert len(mend(START, ask, "aside").steps) == 1
