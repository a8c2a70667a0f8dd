"""Holds what a training needs against what is free, and looks for what would fit."""

import msgspec

from nnbuilder.engine.memory.need import Need, fitting_batch, need_of, readable
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem, Severity
from nnbuilder.project.project import Project

CODE = "out-of-memory"

SMALLEST = 64 * 2**20
"""Needs below this are not held against what is free."""

PLAIN_RATE = 0.01
"""The learning rate of an SGD that takes the place of another optimizer."""


class Case(msgspec.Struct, frozen=True):
    """A project with what its training needs."""

    project: Project
    analysis: Analysis
    state: OptimizerState | None
    batch: int
    need: Need

    @classmethod
    def of(cls, project: Project, analysis: Analysis, rows: int, state: OptimizerState | None) -> "Case":
        """The case of a project with so many rows for training."""
        batch = min(project.training.batch_size, max(rows, 1))
        return cls(project, analysis, state, batch, need_of(analysis, batch, state))

    def refusal(self, free: int, severity: Severity = "error") -> Problem:
        """That it needs more than is free."""
        text = (
            f"Training needs about {readable(self.need.total)} of memory ({self.need.words()}), and "
            f"{readable(free)} are free."
        )
        return self.problem(text, free, severity=severity)

    def problem(
        self, text: str, free: int | None, node: NodeId | None = None, severity: Severity = "error"
    ) -> Problem:
        """The problem with its way on: a batch size that fits, or an optimizer that keeps nothing."""
        fixes: tuple[Fix, ...] = ()
        if free is not None:
            words, fixes = self._way_on(free)
            text = f"{text} {words}".strip()
        where = node or self.need.heaviest
        return Problem(severity, CODE, text, node=where, path="training.batch_size", fixes=fixes)

    def _way_on(self, free: int) -> tuple[str, tuple[Fix, ...]]:
        training, batch = self.project.training, self.batch
        size = fitting_batch(self.analysis, batch, self.state, free)
        if size is not None:
            smaller = msgspec.structs.replace(training, batch_size=size)
            fix = Fix(f"Set the batch size to {size:,}", (SetTraining(smaller, "batch_size"),))
            return f"A batch size of {size:,} fits.", (fix,)
        bare = need_of(self.analysis, batch, OptimizerState())
        if bare.fits(free) and self.need.state:
            plain = msgspec.structs.replace(training, optimizer="SGD", optimizer_args={"lr": PLAIN_RATE})
            fix = Fix("Use SGD, which keeps nothing beside the weights", (SetTraining(plain, "optimizer"),))
            return f"{training.optimizer} keeps {readable(self.need.state)} of its own: SGD fits.", (fix,)
        if need_of(self.analysis, 1, self.state).total > free:
            return "Even a batch of 1 does not fit: make the largest layers smaller.", ()
        return "", ()
