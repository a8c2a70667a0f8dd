"""Projects to be looked at, and what the doctor says of them."""

from collections.abc import Mapping

import msgspec

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataProfile, DataSpec, Source, ToyData
from nnbuilder.doctor.case import Case
from nnbuilder.doctor.evidence import Evidence
from nnbuilder.doctor.rules import BY_CODE
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.doctor import Doctor
from nnbuilder.engine.traits import Traits
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, Drawn, answer, fixed, project

ANALYZER = Analyzer()
TRAITS = Traits()


def linear(width: int, **args: ArgValue) -> Drawn:
    """A Linear of this width."""
    return ("Linear", {"out_features": width, **args})


def with_training(subject: Project, **values: object) -> Project:
    """The project with some choices of training changed."""
    return msgspec.structs.replace(subject, training=msgspec.structs.replace(subject.training, **values))


def on_data(subject: Project, source: Source | None = None, *, standardize: bool = True) -> Project:
    """The project on data that can be loaded, iris where nothing is said."""
    return msgspec.structs.replace(
        subject, data=DataSpec(source or BuiltinData("iris"), standardize=standardize)
    )


def moons(*layers: Drawn, loss: str = "CrossEntropyLoss") -> Project:
    """Such layers on 90 moons."""
    return on_data(project(*layers, loss=loss), ToyData("moons", points=90))


def advice(subject: Project, profile: DataProfile | None = IRIS) -> tuple[Problem, ...]:
    """What is said before a batch was tried."""
    return Doctor(ANALYZER).advise(subject, answer(subject, profile, ANALYZER), profile)


def second_look(subject: Project) -> tuple[Problem, ...]:
    """What is said of a project after its own first batch."""
    prepared = load(subject.data, subject.training.seed, None)
    found = answer(subject, prepared.profile, ANALYZER)
    return Doctor(ANALYZER).second_look(subject, found, prepared)


def codes(problems: tuple[Problem, ...]) -> list[str]:
    """The codes of these problems."""
    return [problem.code for problem in problems]


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    """The only problem with this code."""
    (problem,) = [one for one in problems if one.code == code]
    return problem


def says(subject: Project, code: str, evidence: Evidence, profile: DataProfile | None = IRIS) -> list[str]:
    """What one rule says with evidence that was made up."""
    case = Case.of(subject, answer(subject, profile, ANALYZER).analysis, profile, TRAITS.of, evidence)
    return [finding.message for finding in BY_CODE[code].find(case)]


def cured(subject: Project, code: str, profile: DataProfile | None = IRIS) -> Mapping[str, Project]:
    """By title of the fix, the project after each fix of the only problem with a code; all are mended."""
    done = {fix.title: fixed(subject, fix) for fix in only(advice(subject, profile), code).fixes}
    for changed in done.values():
        assert code not in codes(advice(changed, profile))
        assert answer(changed, profile, ANALYZER).problems == ()
    return done
