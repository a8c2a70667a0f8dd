"""A project around the network of a reading: an Input that fits its first layer, a Loss, and the training.

What the text does not tell is taken from the project that is already there, or assumed and said.
"""

import itertools
from collections.abc import Iterable, Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES, new_node
from nnbuilder.graph.edits import AddNodes, RemoveNodes, RemoveNotes
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import Style
from nnbuilder.graph.placing import arranged
from nnbuilder.interop.follow import followed
from nnbuilder.interop.reading import Offer, Reading, ReadLayer
from nnbuilder.project.edits import SetSource, SetTraining, SetWeights, Several
from nnbuilder.project.project import Project, TrainingConfig

_ENDS = {"LogSoftmax": "NLLLoss", "Sigmoid": "BCELoss"}
"""The loss that belongs to what stands at the end of a network."""


class Given(msgspec.Struct, frozen=True):
    """What somebody says of the input: one sample's shape without the batch, and its dtype; None unsaid.

    `data` is the shape of the samples that the project has: an Input of that shape follows them.
    """

    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    data: tuple[int, ...] | None = None


UNSAID = Given()
"""Nobody says anything of the input."""


class Imported(msgspec.Struct, frozen=True):
    """The project, and sentences on what was assumed for it."""

    project: Project
    assumed: tuple[str, ...] = ()


def import_project(
    reading: Reading,
    base: Project | None = None,
    given: Given = UNSAID,
    offered: Iterable[str] = ("loss", "optimizer", "batch_size", "epochs"),
    style: Style = "wrapped",
) -> Imported:
    """The network of a reading as a whole project; data and training are those of `base`.

    `offered` names the values beside the network that are taken over.
    """
    base = base or Project()
    taken = set(offered)
    shape, dtype, assumed = proposed_input(reading.layers, given)
    width = shape[-1] if shape else None
    args: dict[str, ArgValue] = {} if shape in {None, given.data} else {"shape": shape}
    args |= {} if dtype is None else {"dtype": dtype}
    loss, said = _loss(reading, base, taken)
    graph = _drawn(followed(reading, width), args, loss, style)
    training = _training(reading.offer, base.training, taken)
    project = Project(graph=graph, data=base.data, training=training)
    return Imported(project, (*assumed, *said))


def replacing(before: Project, after: Project) -> Several:
    """One step from a project to the network and the training of another; the data stay.

    Weights and the text of the code panel belong to the network that goes, and go with it.
    """
    old, new = before.graph, after.graph
    nodes = tuple(key for key, node in old.nodes.items() if node.parent is None)
    notes = tuple(key for key, note in old.notes.items() if note.parent is None)
    return Several(
        "Import a network",
        (
            *((RemoveNotes(notes),) if notes else ()),
            *((RemoveNodes(nodes, close_gap=False),) if nodes else ()),
            AddNodes(tuple(new.nodes.values()), new.edges, verb="Import"),
            *((SetTraining(after.training),) if after.training != before.training else ()),
            *((SetWeights(None),) if before.weights is not None else ()),
            *((SetSource(None),) if before.source is not None else ()),
        ),
    )


def proposed_input(
    layers: tuple[ReadLayer, ...], given: Given
) -> tuple[tuple[int, ...] | None, str | None, tuple[str, ...]]:
    """Shape and dtype that the Input is typed with, None for what follows the data, and what was assumed.

    They are as given, or as the first layer takes them.
    """
    first = first_layer(layers)
    dtype = given.dtype
    if dtype is None and first is not None and LAYERS[first.type].group == "Sparse":
        dtype = "int64"
    if given.shape is not None or first is None:
        return given.shape, dtype, ()
    size = first.args.get("in_features")
    if first.type == "Linear" and isinstance(size, int):
        return (size,), dtype, ()
    said = f"Nothing says how large an input is, and {first.type} takes any: set the shape of the Input."
    return None, dtype, (said,)


def first_layer(layers: Iterable[ReadLayer]) -> ReadLayer | None:
    """The first layer that changes its input, groups opened."""
    for layer in layers:
        found = first_layer(layer.layers) if layer.type == GROUP else layer
        if found is not None and found.type != "Identity":
            return found
    return None


def _loss(reading: Reading, base: Project, taken: set[str]) -> tuple[dict[str, ArgValue], tuple[str, ...]]:
    """The arguments of the Loss: as offered, as the last layer asks for, or as they are."""
    offer = reading.offer
    if offer.loss in LOSSES and "loss" in taken:
        return {**offer.loss_args, "loss": offer.loss}, ()
    last = _last(reading.layers)
    if last in _ENDS:
        return {"loss": _ENDS[last]}, (f"The loss is {_ENDS[last]}, as {last} stands at the end.",)
    before = base.graph.of_type(LOSS)
    return (dict(before[0].args) if before else {}), ()


def _last(layers: tuple[ReadLayer, ...]) -> str:
    if not layers:
        return ""
    return _last(layers[-1].layers) if layers[-1].type == GROUP else layers[-1].type


def _training(offer: Offer, before: TrainingConfig, taken: set[str]) -> TrainingConfig:
    found: Mapping[str, object] = {"batch_size": offer.batch_size, "epochs": offer.epochs}
    values = {name: value for name, value in found.items() if value is not None and name in taken}
    if offer.optimizer and "optimizer" in taken:
        values |= {"optimizer": offer.optimizer, "optimizer_args": dict(offer.optimizer_args)}
    return msgspec.structs.replace(before, **values)


def _drawn(
    reading: Reading, shape: Mapping[str, ArgValue], loss: Mapping[str, ArgValue], style: Style
) -> Graph:
    """The whole chain, tidy."""
    ids = fresh_ids(Graph())
    source = _end(INPUT, next(ids), shape)
    piece = reading.fragment(Graph({source.id: source}))
    target = _end(LOSS, next(fresh_ids(Graph({source.id: source, **piece.nodes}))), loss)
    top = [key for key, node in piece.nodes.items() if node.parent is None]
    inside = [edge for edge in piece.edges if piece.nodes[edge.source].parent is not None]
    chain = itertools.starmap(Edge, itertools.pairwise([source.id, *top, target.id]))
    nodes = {source.id: source, **piece.nodes, target.id: target}
    return arranged(Graph(nodes, (*chain, *inside)), style)


def _end(kind: str, key: NodeId, args: Mapping[str, ArgValue]) -> Node:
    node = new_node(kind, key)
    return msgspec.structs.replace(node, args={**node.args, **args})
