"""A project with what is read off it once, for everything that asks torch about it."""

import math
from collections.abc import Iterator, Sequence

import msgspec

from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.walk import Inference, Probe, Step, assembled, input_faulty, input_of, silent, walk
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.graph import INPUT, Node
from nnbuilder.graph.order import Order, Orders, flat_layers, orders_of
from nnbuilder.project.project import Project


def waits_for_data(project: Project, profile: DataProfile | None) -> bool:
    """Whether the Input is typed for samples of a kind that these data are not: images, sequences, words.

    Then nothing that the data say is about this network. One row of numbers of another length is a mistake.
    """
    inputs = project.graph.of_type(INPUT)
    if profile is None or not inputs or input_faulty(inputs[0]):
        return False
    shape, dtype = inputs[0].args.get("shape"), inputs[0].args.get("dtype")
    if not isinstance(shape, tuple) or (len(shape) == 1 and dtype != "int64"):
        return False
    sizes = [size for size in shape if isinstance(size, int)]
    return math.prod(sizes) != math.prod(profile.shape)


class Subject(msgspec.Struct, frozen=True):
    """A project, what is known of its data, its orders, its layers and the type of its input."""

    project: Project
    profile: DataProfile | None
    orders: Orders
    layers: tuple[Node, ...]
    kind: TensorType | None

    @property
    def order(self) -> Order:
        """The order of the top."""
        return self.orders[None]

    @classmethod
    def of(cls, project: Project, profile: DataProfile | None) -> "Subject":
        """Reads a project."""
        orders = orders_of(project.graph)
        layers = tuple(node for node, _ in flat_layers(project.graph, orders))
        return cls(project, profile, orders, layers, input_of(project.graph, orders[None], profile))

    def steps(self, inference: Inference, probe: Probe = silent) -> Iterator[Step]:
        """The walk along its chain."""
        return walk(self.project.graph, self.orders, self.kind, inference, probe)

    def analysis(self, steps: Sequence[Step]) -> Analysis:
        """The answer as far as these steps go; there is an output only where the chain reaches the Loss."""
        layers = assembled(self.project.graph, self.orders, steps, self.kind)
        reached = self.order.complete and len(layers) == len(self.order.layers)
        whole = reached and len(steps) == len(self.layers)
        return Analysis(layers, self.kind, (layers[-1].output if layers else self.kind) if whole else None)
