"""What torch accepts of one layer and what fails, or misleads, as soon as the network trains."""

import math
from collections.abc import Iterator

import msgspec
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.mending.norms import other_norms
from nnbuilder.engine.walk import Inference, input_faulty
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.edits import Rename, ResetArg
from nnbuilder.graph.graph import Graph, Node
from nnbuilder.graph.order import Order, Orders
from nnbuilder.project.chain import title
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

TAKEN = frozenset(dir(nn.Sequential()))
"""Attributes of an `nn.Sequential`, which no layer in it can be named after."""


def input_problems(
    graph: Graph, order: Order, profile: DataProfile | None, analysis: Analysis, *, waits: bool = False
) -> Iterator[Problem]:
    """Whether the Input node knows its size and agrees with the data.

    With `waits` it is for data of another kind, which cannot be chosen yet: a note, and no mistake.
    """
    if not order.chain:
        return
    node = graph.nodes[order.chain[0]]
    if analysis.input is None:
        if not input_faulty(node):  # else `project.check` says what is wrong
            text = "The Input does not know its shape: choose data, or type a shape such as (4,)."
            yield Problem(
                "error", "input-unknown", text, node=node.id, arg="shape", path=arg_path(node, "shape")
            )
        return
    if profile is None:
        return
    if math.prod(size or 1 for size in analysis.input.shape) != math.prod(profile.shape):
        row = "×".join(map(str, profile.shape))
        path = arg_path(node, "shape")
        if waits:
            text = (
                f"This network is for samples of {analysis.input.label()}, and {profile.title} has rows of "
                f"{row}: shapes and counts hold, but training waits for such data."
            )
            yield Problem("note", "waits-for-data", text, node=node.id, arg="shape", path=path)
            return
        text = f"The Input is set to {analysis.input.label()}, but a row of {profile.title} has shape {row}."
        fix = Fix("Let the Input follow the data (auto)", (ResetArg(node.id, "shape"),))
        yield Problem("error", "input-data", text, node=node.id, arg="shape", path=path, fixes=(fix,))


def name_problems(graph: Graph, orders: Orders) -> Iterator[Problem]:
    """Names that torch cannot give to a layer of a Sequential."""
    for key in (key for order in orders.values() for key in order.layers):
        node = graph.nodes[key]
        if node.name in TAKEN:
            text = f"A layer cannot be named {node.name}: PyTorch's Sequential has something of that name."
            fix = Fix("Clear this name", (Rename(key, ""),))
            yield Problem("error", "name-taken", text, node=key, path=f"graph.nodes.{key}.name", fixes=(fix,))


def lonely_problems(
    project: Project, profile: DataProfile | None, analysis: Analysis, inference: Inference
) -> Iterator[Problem]:
    """Normalization over a batch when an epoch has a batch of a single sample: torch is asked about that."""
    size = project.training.batch_size
    if profile is None or not _lonely(profile.training, size):
        return
    refusing = tuple(_refusing(analysis, inference))
    if refusing:
        layer, error = refusing[0]
        what = "Each" if size == 1 else "The last"
        text = (
            f"{what} batch of an epoch holds a single sample ({profile.training} rows in batches of "
            f"{size}), and {title(project.graph.nodes[layer.id])} needs more than one to train."
        )
        others = other_norms(project.graph, [layer for layer, _ in refusing], inference)
        yield Problem(
            "error",
            "lonely-sample",
            text,
            torch=error,
            node=layer.id,
            path="training.batch_size",
            fixes=(*_other_sizes(project, profile.training), *others),
        )


def _refusing(analysis: Analysis, inference: Inference) -> Iterator[tuple[LayerAnalysis, str]]:
    """Normalizations that do not train with a single sample, and what torch says then."""
    for layer in analysis.every():
        spec = LAYERS.get(layer.layer)
        if spec is None or spec.group != "Normalization" or layer.input is None or layer.output is None:
            continue
        single = TensorType((1, *layer.input.shape[1:]), layer.input.dtype)
        outcome = inference.outcome(spec, layer.args, single, lambda: None)
        if outcome.error is not None:
            yield layer, outcome.error


def _lonely(rows: int, size: int) -> bool:
    """Whether one pass over the rows has a batch of one."""
    return rows > 0 and (size == 1 or rows % size == 1)


def _other_sizes(project: Project, rows: int) -> tuple[Fix, ...]:
    """The nearest batch sizes that leave no sample alone."""
    size = project.training.batch_size
    near = (other for other in (size + 1, size - 1, size + 2) if other > 1 and not _lonely(rows, other))
    fixes = []
    for other in near:
        training = msgspec.structs.replace(project.training, batch_size=other)
        fixes.append(Fix(f"Set the batch size to {other}", (SetTraining(training, "batch_size"),)))
    return tuple(fixes[:2])


def arg_path(node: Node, arg: str) -> str:
    """The place of a node's argument in the project file."""
    return f"graph.nodes.{node.id}.args.{arg}"
