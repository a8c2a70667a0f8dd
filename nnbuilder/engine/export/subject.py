"""What is exported: a network that was built, with the weights of the project or of one of its runs."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import build_sequential
from nnbuilder.engine.checkpoint import CheckpointError, read_checkpoint, resume_from, weights_sha256
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.state import TrainerState, load_model
from nnbuilder.engine.walk import input_of
from nnbuilder.engine.weights import put_weights, read_weights
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import flat_layers, orders_of, sound
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import Export
from nnbuilder.runs.record import CheckpointEntry, RunRecord
from nnbuilder.runs.store import CHECKPOINTS, load_record


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A network in eval mode; `kind` is what goes in, `layers` those that compute with their names in it.

    `weights` says in words where they come from, `sha256` is their hash, `notes` are sentences on them.
    """

    project: Project
    network: nn.Sequential
    kind: TensorType
    layers: tuple[tuple[NodeId, str], ...]
    weights: str
    sha256: str
    notes: tuple[str, ...] = ()


def subject_of(request: Export) -> Subject:
    """Builds the network and gives it its weights.

    Raises `ExportError` or `BuildError` where there is none, `CheckpointError`, `WeightsError` or
    `RunFolderError` where the weights cannot be had.
    """
    if request.run is not None:
        return _of_run(Path(request.run), request.checkpoint)
    project = request.project
    network, kind, layers = fresh_network(project, profile_for(project, request.base))
    if project.weights is None:
        return _subject(project, network, kind, layers, f"initial, from seed {project.training.seed}")
    stored = read_weights(Path(request.runs or ""), project.weights)
    notes = put_weights(((node, network.get_submodule(name)) for node, name in layers), stored)
    return _subject(project, network, kind, layers, "the project's own", notes)


def profile_for(project: Project, base: str | None) -> DataProfile | None:
    """What is known of the data; None where the Input says itself what goes in. Raises `DataError`."""
    orders = orders_of(project.graph)
    if input_of(project.graph, orders[None], None) is not None:
        return None
    return load(project.data, project.training.seed, Path(base) if base else None).profile


def fresh_network(
    project: Project, profile: DataProfile | None
) -> tuple[nn.Sequential, TensorType, tuple[tuple[NodeId, str], ...]]:
    """The network as the seed initializes it, in eval mode, with its input and the names of its layers."""
    orders = orders_of(project.graph)
    if not orders[None].layers or not sound(project.graph, orders):
        raise ExportError(
            "The drawing is not one chain of layers from Input to Loss: Problems tells where it breaks."
        )
    kind = input_of(project.graph, orders[None], profile)
    if kind is None:
        raise ExportError("The size of the Input is not known: choose data, or set its shape.")
    torch.manual_seed(project.training.seed)
    layers = tuple((node.id, name) for node, name in flat_layers(project.graph, orders))
    return build_sequential(project.graph, kind).eval(), kind, layers


def _of_run(folder: Path, wanted: str) -> Subject:
    record = load_record(folder)
    network, kind, layers = fresh_network(record.project, record.data)
    entry, notes = _entry(record, wanted)
    path = folder / CHECKPOINTS / entry.file
    state, more = _state(path, entry)
    load_model(network, state)
    word = "best" if entry.best else "last"
    words = f"the {word} checkpoint of run {record.id}, after step {state.facts.step:,}"
    return _subject(record.project, network, kind, layers, words, (*notes, *more))


def _entry(record: RunRecord, wanted: str) -> tuple[CheckpointEntry, tuple[str, ...]]:
    """The checkpoint that was asked for; the last one, and a word on it, where none was the best."""
    best = next((entry for entry in record.checkpoints if entry.best), None)
    last = max(
        (entry for entry in record.checkpoints if not entry.best), key=lambda entry: entry.step, default=None
    )
    if best is not None and (wanted == "best" or last is None):
        return best, ()
    if last is None:
        raise ExportError(f"The run {record.id} has no checkpoint whose weights could be exported.")
    if wanted == "best":
        return last, ("The run was not validated, so no checkpoint is its best: these are the last weights.",)
    return last, ()


def _state(path: Path, entry: CheckpointEntry) -> tuple[TrainerState, tuple[str, ...]]:
    """A checkpoint; of the last ones an earlier one where the newest is damaged."""
    if not entry.best:
        return resume_from(path)
    try:
        return read_checkpoint(path, entry.sha256), ()
    except CheckpointError as error:
        raise CheckpointError(f"{error} The last checkpoint can be exported instead.") from error


def _subject(
    project: Project,
    network: nn.Sequential,
    kind: TensorType,
    layers: tuple[tuple[NodeId, str], ...],
    weights: str,
    notes: tuple[str, ...] = (),
) -> Subject:
    sha256 = weights_sha256(network.state_dict())
    return Subject(project, network, kind, layers, weights, sha256, notes)
