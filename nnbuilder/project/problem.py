"""Something the user can mend, tied to a place, with fixes that are edits."""

from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import Edit

Severity = Literal["error", "warning", "note"]


class Fix(msgspec.Struct, frozen=True):
    """A titled list of edits, applied as one undo step."""

    title: str
    edits: tuple[Edit, ...]


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend: what is wrong in one plain sentence, where, and how.

    `code` is stable (`shape-mismatch`), `torch` is PyTorch's own text where it spoke, `path` the place in
    the project file, `line` the line of a source or data file. Where two shapes (or sizes, or dtypes) clash,
    `got` is what came and `wanted` what was expected. Advice has a reason, `why`, and a `url` into
    PyTorch's documentation; unless it is an error it can be silenced by its code.
    """

    severity: Severity
    code: str
    message: str
    torch: str | None = None
    node: NodeId | None = None
    arg: str | None = None
    path: str = ""
    line: int | None = None
    fixes: tuple[Fix, ...] = ()
    got: str = ""
    wanted: str = ""
    why: str = ""
    url: str = ""

    @property
    def silenceable(self) -> bool:
        """Whether it is advice that a project may go without."""
        return bool(self.why) and self.severity != "error"


def heard(problems: Iterable[Problem], silenced: Collection[str]) -> tuple[Problem, ...]:
    """The problems without the advice that is silenced."""
    return tuple(one for one in problems if one.code not in silenced or not one.silenceable)


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether any of the problems keeps the network from being built or trained."""
    return any(problem.severity == "error" for problem in problems)
