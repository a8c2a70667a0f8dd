"""The network that is looked at, built once for a project and kept while that stays the same."""

import ast
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.build import build_loss
from nnbuilder.engine.explain.answer import Reading
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.given import DTYPES, Given, GivenError
from nnbuilder.engine.objective import build_objective
from nnbuilder.engine.setup import TrainingError, loss_name, set_up
from nnbuilder.engine.weights import put_weights, read_weights
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import LOSS, Node, NodeId
from nnbuilder.project.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A network on the CPU with its loss; `kind` is what goes in, `classes` the names behind the indices.

    `weights` is the hash of those that the project stands at, empty for the seed's; `reading` says what the
    output stands for.
    """

    project: Project
    network: nn.Sequential
    layers: tuple[tuple[NodeId, str], ...]
    kind: TensorType
    loss: nn.Module
    node: Node
    classes: tuple[str, ...]
    weights: str
    notes: tuple[str, ...]
    reading: Reading


def subject_of(project: Project, base: Path | None, runs: Path | None) -> Subject:
    """Builds the network; raises what keeps it from being built."""
    project = msgspec.structs.replace(
        project, training=msgspec.structs.replace(project.training, device="cpu")
    )
    prepared, notes = _prepared(project, base)
    network, kind, layers = fresh_network(project, prepared.profile if prepared else None)
    if project.weights is not None and runs is not None:
        modules = ((node, network.get_submodule(name)) for node, name in layers)
        notes += put_weights(modules, read_weights(runs, project.weights))
    node = project.graph.of_type(LOSS)[0]
    classes = prepared.profile.classes if prepared else ()
    loss = objective(project, prepared, node)
    scaling = prepared.scaling if prepared else None
    mean, scale = (scaling.y_mean, scaling.y_scale) if scaling else (0.0, 1.0)
    reading = Reading(loss_name(node), classes, mean, scale)
    return Subject(project, network, layers, kind, loss, node, classes, project.weights or "", notes, reading)


def standing_at(subject: Subject, sha256: str, network: nn.Sequential) -> Subject:
    """The same with its network at other weights, which are stored under this hash."""
    project = msgspec.structs.replace(subject.project, weights=sha256)
    return replace(subject, project=project, network=network, weights=sha256)


def _prepared(project: Project, base: Path | None) -> tuple[Prepared | None, tuple[str, ...]]:
    try:
        return load(project.data, project.training.seed, base), ()
    except DataError as error:
        return None, (f"The data cannot be loaded: {error}",)


def objective(project: Project, prepared: Prepared | None, node: Node) -> nn.Module:
    """The loss with its class weights; the plain loss where these data do not go with the network."""
    if prepared is None or project.training.class_weights is None:
        return build_loss(node)
    try:
        return build_objective(set_up(project, prepared), project.training, prepared.profile.classes)
    except TrainingError:
        return build_loss(node)


def target_of(subject: Subject, given: Given, typed: str) -> torch.Tensor | None:
    """Targets for the rows, as the loss takes them; None where there are none.

    A single typed number holds for every row. Raises `GivenError`.
    """
    kind = LOSSES[loss_name(subject.node)].target
    if not typed.strip():
        return None if given.y is None else formed(given.y, kind, subject.kind)
    found = _typed(subject, typed.strip())
    if not found.dim():
        found = found.expand(len(given.x))
    if len(found) != len(given.x):
        rows = f"{len(given.x):,} row{'' if len(given.x) == 1 else 's'}"
        raise GivenError(f"There are {len(found):,} targets for {rows}: type one for each.")
    if kind == "class index" and not bool((found == found.trunc()).all()):
        raise GivenError("A target is the index of a class here: a whole number.")
    if kind == "binary" and not bool(((found >= 0) & (found <= 1)).all()):
        raise GivenError("A target is the probability of class 1 here: a number from 0 to 1.")
    return formed(found, kind, subject.kind)


def _typed(subject: Subject, typed: str) -> torch.Tensor:
    """The numbers that were typed; the name of a class stands for its index."""
    if typed in subject.classes:
        return torch.tensor(float(subject.classes.index(typed)), dtype=torch.float64)
    try:
        found = torch.tensor(ast.literal_eval(typed), dtype=torch.float64)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        raise GivenError(
            f"{typed!r} is no target: type a number, or a list with one for each row."
        ) from error
    if not bool(found.isfinite().all()):
        raise GivenError(f"{typed!r} is no target: it holds a number that is too large.")
    return found


def formed(y: torch.Tensor, kind: str, entering: TensorType) -> torch.Tensor:
    """Targets as a loss of this kind of target takes them."""
    if kind == "class index":
        return y.reshape(-1).long() if y.dim() < 2 else y.long()
    dtype = DTYPES[entering.dtype]
    return y.reshape(len(y), -1).to(dtype if dtype.is_floating_point else torch.float32)
