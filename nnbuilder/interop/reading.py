"""What was found in a text: layers in order, and everything that could not be read, each with its place."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from nnbuilder.graph.graph import ArgValue, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import START, Place, tidy_places


class SourceProblem(msgspec.Struct, frozen=True):
    """One thing in a text that is not read: a sentence, and where, line and column counted from 1.

    An "error" keeps the text from being used; a "warning" names what was left out beside the network.
    """

    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """The problem on one line, with its place in front."""
        return f"{self.line}:{self.column}: {self.message}"


class ReadLayer(msgspec.Struct, frozen=True):
    """One layer of a text, or a nested Sequential with its layers.

    `args` holds what the text says and PyTorch's default does not; `name` is empty where the state_dict has
    the index. Training leaves a `frozen` one, with all that is in it, as it is. It stands from `line` and
    `column` up to before `end_line` and `end_column`, counted from 1; several layers that one line in a loop
    makes stand at the same place.
    """

    type: str
    args: Mapping[str, ArgValue] = {}
    name: str = ""
    layers: tuple["ReadLayer", ...] = ()
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    frozen: bool = False


class Network(msgspec.Struct, frozen=True):
    """One network of a text that holds several: what the text calls it, and the line where it starts."""

    name: str
    line: int = 1


class Asked(msgspec.Struct, frozen=True):
    """A value that a text leaves open: the name as it is written there, and what it is wanted for.

    `layer` and `arg` are the declaration that the value goes to, where it goes to one as it is; `default` is
    what stands in the text as a default of the name, None without one.
    """

    name: str
    line: int
    column: int
    layer: str = ""
    arg: str = ""
    default: ArgValue = None


class Skipped(msgspec.Struct, frozen=True):
    """A line of a text that is no part of the network: the line, its text, and why it was left out."""

    line: int
    text: str
    why: str


class Offer(msgspec.Struct, frozen=True):
    """What stands beside the network for its training; each value with the line where it was found.

    `lines` is keyed by "loss", "optimizer", "batch_size" and "epochs". A loss and an optimizer are classes of
    torch with their arguments.
    """

    loss: str = ""
    loss_args: Mapping[str, ArgValue] = {}
    optimizer: str = ""
    optimizer_args: Mapping[str, ArgValue] = {}
    batch_size: int | None = None
    epochs: int | None = None
    lines: Mapping[str, int] = {}


class Reading(msgspec.Struct, frozen=True):
    """The network of a text in order, and the problems in the order in which they stand there.

    `networks` names all that the text holds; `chosen` is the one that `layers` are of. Where values are
    `asked` for, the layers hold stand-ins, and `ok` is false.
    """

    layers: tuple[ReadLayer, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    networks: tuple[Network, ...] = ()
    chosen: str = ""
    asked: tuple[Asked, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    offer: Offer = Offer()

    @property
    def ok(self) -> bool:
        """Whether there is a network and nothing in it had to be left out."""
        refused = any(problem.severity == "error" for problem in self.problems)
        return bool(self.layers) and not refused and not self.asked

    def fragment(self, graph: Graph, group: NodeId | None = None, start: Place = START) -> Graph:
        """The layers as nodes that can be put into a graph: free ids, a chain of edges, tidy places."""
        nodes: dict[NodeId, Node] = {}
        edges: list[Edge] = []
        _draw(self.layers, group, start, fresh_ids(graph), nodes, edges)
        return Graph(nodes, tuple(edges))


def _draw(
    layers: tuple[ReadLayer, ...],
    group: NodeId | None,
    start: Place,
    ids: Iterator[NodeId],
    nodes: dict[NodeId, Node],
    edges: list[Edge],
) -> None:
    before: NodeId | None = None
    for layer, (x, y) in zip(layers, tidy_places(len(layers), start), strict=True):
        key = next(ids)
        nodes[key] = Node(
            key, layer.type, dict(layer.args), x, y, layer.name, parent=group, frozen=layer.frozen
        )
        if before is not None:
            edges.append(Edge(before, key))
        _draw(layer.layers, key, START, ids, nodes, edges)
        before = key
