"""A rule as a row of a table, and what it finds."""

from collections.abc import Callable, Iterator

import msgspec

from nnbuilder.doctor.case import Case
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix, Problem, Severity

DOCS = "https://docs.pytorch.org/docs/stable/generated/"
TUTORIALS = "https://docs.pytorch.org/tutorials/"


class Finding(msgspec.Struct, frozen=True):
    """One place where a rule applies, said in one plain sentence with its numbers.

    `fixes` keep all shapes as torch's analysis has shown. Of the `tried` the engine offers the first that
    mends it without breaking something else.
    """

    message: str
    node: NodeId | None = None
    arg: str | None = None
    path: str = ""
    fixes: tuple[Fix, ...] = ()
    tried: tuple[Fix, ...] = ()


class Rule(msgspec.Struct, frozen=True):
    """What is advised against: stable `code`, short `title`, the reason `why`, and where PyTorch says so.

    `measured`: the rule has nothing to say before data and a first batch were looked at.
    """

    code: str
    severity: Severity
    title: str
    why: str
    url: str
    find: Callable[[Case], Iterator[Finding]]
    measured: bool = False

    def problem(self, finding: Finding) -> Problem:
        """The finding as everybody shows it; what is to be tried first is left out."""
        path = finding.path
        if not path and finding.node is not None:
            path = f"graph.nodes.{finding.node}" + (f".args.{finding.arg}" if finding.arg else "")
        return Problem(
            self.severity,
            self.code,
            finding.message,
            node=finding.node,
            arg=finding.arg,
            path=path,
            fixes=finding.fixes,
            why=self.why,
            url=self.url,
        )


def layer_page(name: str) -> str:
    """Where PyTorch documents a class of `torch.nn`."""
    return f"{DOCS}torch.nn.{name}.html"
