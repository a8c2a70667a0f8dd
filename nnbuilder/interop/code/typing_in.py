"""What was typed as one edit of the document: the drawing that it spells out, together with the text."""

from collections.abc import Sequence

import msgspec

from nnbuilder.graph.analysis import TensorType
from nnbuilder.interop.code.agreed import Agreed
from nnbuilder.interop.code.following import drawn
from nnbuilder.interop.code.places import Placed, placed
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.read_text import code_of, read_text
from nnbuilder.interop.reading import Reading, SourceProblem
from nnbuilder.project.edits import SetCode, SetSource
from nnbuilder.project.patch import make_patch
from nnbuilder.project.project import Project

_LONGEST = 20_000
"""Letters of the longest text in which every slip is looked for while somebody types."""


class Typed(msgspec.Struct, frozen=True):
    """What a typed text is: an edit and the text as one of the drawing after it, or the faults in it."""

    edit: SetCode | SetSource | None = None
    agreed: Agreed = Agreed("")
    problems: tuple[SourceProblem, ...] = ()


def typed(text: str, project: Project, before: Sequence[Placed], fed: TensorType | None = None) -> Typed:
    """Reads what was typed over a text with these layers; `fed` is what the network gets."""
    reading = read_source(text)
    if problems := faults_of(reading):
        return Typed(problems=_all_faults(text) or problems)
    width = fed.shape[-1] if fed is not None and len(fed.shape) == 2 else None
    graph = drawn(project.graph, before, reading, width)
    layers = placed(text, reading.layers, graph)
    if layers is None:
        return Typed(problems=(SourceProblem(1, 1, "The drawing cannot follow this: mend its edges first."),))
    if graph == project.graph:
        return Typed(SetSource(text), Agreed(text, layers))
    patch = make_patch(project, msgspec.structs.replace(project, graph=graph))
    return Typed(SetCode(text, patch), Agreed(text, layers))


def _all_faults(text: str) -> tuple[SourceProblem, ...]:
    """All slips of a text at once, where Python itself would stop at the first."""
    return faults_of(read_text(text)) if len(text) <= _LONGEST and code_of(text) is text else ()


def faults_of(reading: Reading) -> tuple[SourceProblem, ...]:
    """Why a reading cannot be drawn; empty where it can."""
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    errors += [SourceProblem(one.line, one.column, _wanted(one.name)) for one in reading.asked]
    return tuple(sorted(errors, key=lambda problem: (problem.line, problem.column)))


def _wanted(name: str) -> str:
    return f"The value of {name[:80]} is not in this text: write it above, or the number here."
