"""What keeps the linear algebra of a network from being looked at."""

from nnbuilder.graph.errors import NNBuilderError


class AlgebraError(NNBuilderError):
    """The data or the numbers cannot be looked at so; one sentence."""
