"""A failing layer as the families of guesses see it, and what a guess is."""

from collections.abc import Iterator, Mapping
from enum import IntEnum

import msgspec

from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec, shown
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import followed
from nnbuilder.engine.walk import Step
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import active
from nnbuilder.project.chain import title
from nnbuilder.project.places import Layers, edits_before
from nnbuilder.project.problem import Fix


class Rank(IntEnum):
    """How likely a guess is what the user meant, should it mend."""

    MEANT = 0
    LIKELY = 1
    POSSIBLE = 2
    LAST = 3
    """Worth trying only where nothing likelier mends."""


class Guess(msgspec.Struct, frozen=True):
    """A fix that nobody has tried yet."""

    fix: Fix
    rank: Rank = Rank.LIKELY


Guesses = Iterator[Guess]


class Pinned(msgspec.Struct, frozen=True):
    """An argument that could follow the input but is set to something else."""

    arg: ArgSpec
    value: ArgValue
    wanted: ArgValue

    @property
    def size(self) -> int | None:
        """What it is set to, where that is one number."""
        value = self.value[0] if isinstance(self.value, tuple) and len(self.value) == 1 else self.value
        return value if isinstance(value, int) and not isinstance(value, bool) else None


class Case(msgspec.Struct, frozen=True):
    """The layer that failed: how it is drawn, what it was built from, what reaches it and torch's text.

    `args` are its arguments with "auto" resolved; `kind` is the type of its input, `before` are the layers
    that ran. `start` is the Input node and `entering` the type that it gives. `wanted` is how many dimensions
    the layer asks a sample to have, where it does.
    """

    graph: Graph
    node: Node
    spec: LayerSpec
    args: Mapping[str, ArgValue]
    kind: TensorType
    before: tuple[Step, ...]
    start: NodeId
    entering: TensorType
    text: str = ""
    profile: DataProfile | None = None
    wanted: int | None = None

    @property
    def name(self) -> str:
        """How the layer is called in a sentence."""
        return title(self.node)

    @property
    def sizes(self) -> tuple[int, ...]:
        """What one sample measures when it reaches the layer."""
        return tuple(size or 1 for size in self.kind.shape[1:])

    @property
    def pinned(self) -> tuple[Pinned, ...]:
        """Arguments that are set to something else than the input says."""
        found = []
        for arg in self.spec.args:
            value = self.node.args.get(arg.name, AUTO)
            if arg.follows and value != AUTO:
                wanted = followed(arg, self.kind)
                if wanted not in {AUTO, value}:
                    found.append(Pinned(arg, value, wanted))
        return tuple(found)

    @property
    def direct(self) -> bool:
        """Whether the Input's tensor reaches the layer in the shape that it has there."""
        return all(step.analysis.output == self.entering for step in self.before)

    def drawn(self, step: Step) -> Node:
        """The node of a layer that ran before, as it computes."""
        return active(self.graph.nodes[step.analysis.id])

    def set(self, name: str, value: ArgValue, rank: Rank = Rank.LIKELY) -> Guess:
        """Sets one argument of the failing layer."""
        return Guess(Fix(f"Set {name} to {words_of(value)}", (SetArg(self.node.id, name, value),)), rank)

    def insert(self, layers: Layers, rank: Rank = Rank.LIKELY, before: Node | None = None) -> Guesses:
        """Puts layers in front of the failing one, or of another; no guess where nothing can stand there."""
        place = before or self.node
        edits = edits_before(self.graph, place.id, layers)
        if edits is not None:
            names = " and ".join(called(name, args) for name, args in layers)
            yield Guess(Fix(f"Insert {names} before {title(place)}", edits), rank)

    def change(self, node: Node, name: str, value: ArgValue, rank: Rank = Rank.POSSIBLE) -> Guess:
        """Sets one argument of a layer before the failing one."""
        text = f"Set {name} of the {title(node)} before it to {words_of(value)}"
        return Guess(Fix(text, (SetArg(node.id, name, value),)), rank)


def removed(case: Case, rank: Rank) -> Guess:
    """Takes the failing layer out."""
    return Guess(Fix(f"Remove {case.name}", (RemoveNodes((case.node.id,)),)), rank)


def called(name: str, args: Mapping[str, ArgValue]) -> str:
    """A new layer in the title of a fix, with the size that makes it what it is."""
    for arg in ("unflattened_size", "output_size"):
        if arg in args:
            value = args[arg]
            return f"{name} {value}" if isinstance(value, tuple) else f"{name} ({value})"
    if "start_dim" in args or "end_dim" in args:
        return f"{name} of dimensions {args.get('start_dim', 1)} to {args.get('end_dim', 'the last')}"
    width = args.get("out_features")
    return name if width is None else f"{name} with {width} {'output' if width == 1 else 'outputs'}"


def words_of(value: ArgValue) -> str:
    """A value in a sentence: a tuple of one number is that number."""
    return str(value[0]) if isinstance(value, tuple) and len(value) == 1 else shown(value)


def fitting(arg: ArgSpec, sizes: tuple[int, ...]) -> ArgValue:
    """Sizes in the form in which an argument takes them: as one number where they are equal."""
    if len(set(sizes)) == 1 and arg.fault(sizes[0]) is None:
        return sizes[0]
    return sizes


def spread(value: ArgValue, count: int) -> tuple[int, ...] | None:
    """One number or a tuple as so many numbers; None for words and other lengths."""
    given = value if isinstance(value, tuple) else (value,)
    whole = tuple(one for one in given if isinstance(one, int) and not isinstance(one, bool))
    if len(whole) != len(given):
        return None
    numbers = whole * count if len(whole) == 1 else whole
    return numbers if len(numbers) == count else None
