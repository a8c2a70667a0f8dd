"""Embeddings with sparse gradients, and optimizers that refuse those: torch is asked by one step of each."""

import warnings
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.doctor.rule import layer_page
from nnbuilder.engine.build import BuildError, build_optimizer, clip_gradients
from nnbuilder.engine.infer import TORCH_ERRORS, message_of
from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.chain import title
from nnbuilder.project.edits import Edit, SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import training_faults

WHY = (
    "With sparse=True the gradient of an embedding holds only the rows that a batch used. Optimizers that "
    "keep averages for each weight need all rows, and stop at the first step. Without sparse an embedding "
    "computes the same, only with more memory for its gradient."
)

TAKES = "SGD"
"""The optimizer that is offered instead."""


def sparse_problems(project: Project, analysis: Analysis) -> Iterator[Problem]:
    """What torch says when the chosen optimizer meets the gradients of a sparse embedding."""
    sparse = [layer for layer in analysis.every() if layer.args.get("sparse") is True]
    training = project.training
    if not sparse or training.optimizer not in OPTIMIZERS or any(training_faults(training)):
        return
    refusal = _refusal(training)
    if refusal is None:
        return
    first = sparse[0]
    how = " with these arguments" if _asked(training.optimizer, ()) is None else ""
    why = f"which {training.optimizer} does not take{how}"
    if training.clips and _refusal(_unclipped(training)) is None:
        why = "which cannot be clipped"
    text = (
        f"{title(project.graph.nodes[first.id])} makes sparse gradients, {why}: training would stop at its "
        "first step."
    )
    yield Problem(
        "error",
        "sparse-gradients",
        text,
        torch=refusal,
        node=first.id,
        arg="sparse",
        path=f"graph.nodes.{first.id}.args.sparse",
        fixes=tuple(_fixes(project, sparse)),
        why=WHY,
        url=layer_page("Embedding"),
    )


def _fixes(project: Project, sparse: list[LayerAnalysis]) -> Iterator[Fix]:
    edits: tuple[Edit, ...] = tuple(SetArg(layer.id, "sparse", value=False) for layer in sparse)
    what = title(project.graph.nodes[sparse[0].id]) if len(sparse) == 1 else f"{len(sparse)} layers"
    yield Fix(f"Switch off sparse of {what}", edits)
    free = _unclipped(project.training)
    if project.training.clips and _refusal(free) is None:
        yield Fix("Leave gradients as they are", (SetTraining(free, "clipping"),))
    other = msgspec.structs.replace(project.training, optimizer=TAKES, optimizer_args={})
    if project.training.optimizer != TAKES and _refusal(other) is None:
        yield Fix(f"Use {TAKES} instead of {project.training.optimizer}", (SetTraining(other, "optimizer"),))


def _refusal(training: TrainingConfig) -> str | None:
    args = tuple(sorted(training.optimizer_args.items()))
    return _asked(training.optimizer, args, training.clip_value, training.clip_norm)


def _unclipped(training: TrainingConfig) -> TrainingConfig:
    return msgspec.structs.replace(training, clip_value=None, clip_norm=None)


@lru_cache(maxsize=64)
def _asked(
    optimizer: str,
    args: tuple[tuple[str, ArgValue], ...],
    clip_value: float | None = None,
    clip_norm: float | None = None,
) -> str | None:
    """Why torch refuses one of two steps of an embedding of four rows; None where it does both."""
    seeded = torch.get_rng_state()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = nn.Embedding(4, 2, sparse=True)
            config = TrainingConfig(optimizer, dict(args), clip_value=clip_value, clip_norm=clip_norm)
            chosen = build_optimizer(config, rows.parameters(), sparse=True)
            for _ in range(2):  # some keep averages from the first step on
                chosen.zero_grad()
                rows(torch.tensor([0, 2])).sum().backward()
                clip_gradients(config, list(rows.parameters()))
                chosen.step(lambda: 0.0)
    except BuildError:
        return None  # `optimizer_problems` says so
    except TORCH_ERRORS as error:
        return message_of(error)
    finally:
        torch.set_rng_state(seeded)
    return None
