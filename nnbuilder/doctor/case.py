"""What a rule looks at: the drawing as it computes, torch's analysis of it, and what was measured."""

from collections.abc import Callable, Iterator

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.catalog.spec import LayerSpec, LossSpec
from nnbuilder.data.spec import DataProfile
from nnbuilder.doctor.evidence import Evidence, Trait
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import flat_layers, orders_of, sound
from nnbuilder.project.chain import title
from nnbuilder.project.project import Project
from nnbuilder.project.targets import output_size, target_form

TraitOf = Callable[[LayerAnalysis], Trait | None]
"""How a layer treats numbers, where torch can show it."""


class Place(msgspec.Struct, frozen=True):
    """One layer that computes: the node as drawn, its declaration and what torch says of it."""

    node: Node
    spec: LayerSpec
    layer: LayerAnalysis

    @property
    def id(self) -> NodeId:
        """The node's id."""
        return self.node.id

    @property
    def title(self) -> str:
        """How the layer is called in a sentence."""
        return title(self.node)

    @property
    def is_activation(self) -> bool:
        """Whether it is one of PyTorch's non-linear activations."""
        return "activation" in self.spec.group.lower()

    @property
    def is_dropout(self) -> bool:
        """Whether it leaves out numbers at random."""
        return "dropout" in self.spec.group.lower()

    @property
    def is_normalization(self) -> bool:
        """Whether it normalizes."""
        return "normalization" in self.spec.group.lower()

    @property
    def is_batch_norm(self) -> bool:
        """Whether it normalizes by the batch and keeps running statistics for evaluation."""
        return self.is_normalization and self.arg("track_running_stats") is True

    @property
    def is_linear(self) -> bool:
        """Whether it is a plain matrix with a bias on the last dimension."""
        names = {arg.name for arg in self.spec.args}
        return names == {"in_features", "out_features", "bias"}

    @property
    def keeps_type(self) -> bool:
        """Whether a tensor comes out as it went in, so that the layers around fit without it."""
        return self.layer.input is not None and self.layer.input == self.layer.output

    @property
    def is_passing(self) -> bool:
        """Whether it hands on every number as it is."""
        return self.spec.name == "Identity" or (self.spec.name == "Flatten" and self.keeps_type)

    def arg(self, name: str) -> ArgValue:
        """An argument as torch gets it."""
        return self.layer.args.get(name)


class End(msgspec.Struct, frozen=True):
    """Where a complete chain that can be trained meets its loss."""

    loss: Node
    spec: LossSpec
    output: TensorType
    last: Place | None
    before: Place | None

    @property
    def classes(self) -> bool:
        """Whether the loss wants raw scores of classes."""
        return self.spec.output in {"scores", "score"}


class Case(msgspec.Struct, frozen=True):
    """All that the rules know about one project; `places` in the order in which they compute.

    `end` is the end of the chain; None while something else keeps it from being trained.
    """

    project: Project
    analysis: Analysis
    profile: DataProfile | None
    places: tuple[Place, ...]
    sound: bool
    trait: TraitOf
    evidence: Evidence | None = None
    loss: Node | None = None
    end: End | None = None

    @classmethod
    def of(
        cls,
        project: Project,
        analysis: Analysis,
        profile: DataProfile | None,
        trait: TraitOf,
        evidence: Evidence | None = None,
    ) -> "Case":
        """Reads the drawing once for all rules."""
        graph = project.graph
        orders = orders_of(graph)
        known = {layer.id: layer for layer in analysis.every()}
        places = tuple(
            Place(node, LAYERS.get(node.type) or _unknown(node), known[node.id])
            for node, _ in flat_layers(graph, orders)
            if node.id in known
        )
        order = orders[None]
        loss = graph.nodes[order.chain[-1]] if order.complete else None
        end = None if loss is None else _end_of(loss, places, analysis, profile)
        return cls(project, analysis, profile, places, sound(graph, orders), trait, evidence, loss, end)

    @property
    def graph(self) -> Graph:
        """The drawing."""
        return self.project.graph

    @property
    def loss_name(self) -> str:
        """The loss that is chosen, empty where the chain does not reach one."""
        return "" if self.loss is None else _loss_name(self.loss)

    @property
    def wanted(self) -> int | None:
        """How many numbers the data and the loss ask for; None where nobody says."""
        return None if self.profile is None else output_size(self.loss_name, self.profile)

    def pairs(self) -> Iterator[tuple[Place, Place]]:
        """Each layer with the next one that does something, those that only hand on left out."""
        before: Place | None = None
        for place in self.places:
            if place.is_passing:
                continue
            if before is not None and before.layer.output is not None:
                yield before, place
            before = place

    def trait_of(self, place: Place | None) -> Trait | None:
        """How a layer treats numbers; None for layers that are no activation."""
        return None if place is None or not place.is_activation else self.trait(place.layer)


def _unknown(node: Node) -> LayerSpec:
    """A declaration for a layer of another version, about which no rule knows anything."""
    return LayerSpec(name=node.type, group="", summary="")


def _loss_name(loss: Node) -> str:
    return str(loss.args.get("loss", "CrossEntropyLoss"))


def _end_of(
    loss: Node, places: tuple[Place, ...], analysis: Analysis, profile: DataProfile | None
) -> End | None:
    spec, output = LOSSES.get(_loss_name(loss)), analysis.output
    if spec is None or output is None or not analysis.trainable:
        return None
    if profile is not None and target_form(spec.name, profile) is None:
        return None
    inner = [place for place in places if not place.is_passing]
    last = inner[-1] if inner else None
    return End(loss, spec, output, last, inner[-2] if len(inner) > 1 else None)
