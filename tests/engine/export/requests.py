"""Requests for exports, trained runs to export, and what a subject looks like."""

from pathlib import Path
from typing import Literal

import torch

from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.build import build_sequential
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.export.subject import Subject
from nnbuilder.engine.export.ways import export
from nnbuilder.engine.run_loop import train_run
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Graph
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.tasks import Export, Exported
from tests.engine.samples import Layer, chain, data_of

LAYERS: tuple[Layer, ...] = (("Linear", {"out_features": 5}), ("ReLU", {}), ("Linear", {"out_features": 3}))
IRIS = Project(
    graph=chain(*LAYERS),
    data=DataSpec(BuiltinData("iris")),
    training=TrainingConfig("Adam", {"lr": 0.05}, 16, 3, 7),
)


def exported(
    project: Project,
    form: str,
    path: Path,
    run: str | None = None,
    which: Literal["best", "last"] = "best",
    runs: str | None = None,
) -> Exported:
    """Exports; what is said meanwhile must be words."""
    said: list[str] = []
    request = Export(project, form, str(path), None, runs, run, which)
    done = export(request, said.append)
    assert all(said)
    return done


def trained(project: Project, folder: Path) -> Path:
    """The folder of a run of this project that came to its end."""
    train_run(project, data_of(project), folder, lambda _message, _arrays=(): None, Unattended())
    return folder


def subject_for(graph: Graph, kind: TensorType, seed: int = 0) -> Subject:
    """A network without data, initialized from a seed."""
    torch.manual_seed(seed)
    network = build_sequential(graph, kind).eval()
    layers = tuple((node.id, name) for node, name in flat_layers(graph, orders_of(graph)))
    return Subject(Project(graph=graph), network, kind, layers, "of a test", "")
