"""What is raised inside the reading of a text where a part of it cannot be read."""

from nnbuilder.interop.reading import SourceProblem


class Unreadable(Exception):  # noqa: N818
    """A part of a text cannot be read; holds the problem."""

    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))
