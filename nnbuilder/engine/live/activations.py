"""The live report of what each layer gives out."""

import contextlib
from math import nan

import numpy as np
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.blame import STEP_ERRORS
from nnbuilder.engine.live.forward import some, undisturbed
from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.live.slopes import Passing, Shape, passing, shape_of
from nnbuilder.engine.probe import HistogramRows, histogram_rows
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.layers import Activations

MOST_SAMPLES = 128
"""Samples of the training part that are looked at, the same ones each time."""

EVERY_S = 1 / 15
SHARE = 0.01

NOTHING = Passing(nan, nan)


def activations(trainer: Trainer) -> Report | None:
    """The report for any training."""
    return _Activations(trainer) if trainer.setup.layers else None


class _Activations:
    """Keeps the samples, which no step changes, and the shapes of the functions."""

    every, share = EVERY_S, SHARE

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._x = some(trainer.setup.train, MOST_SAMPLES).x
        nodes = trainer.project.graph.nodes
        self._functions = {node for node, _ in trainer.setup.layers if _is_function(nodes[node].type)}
        self._shapes: dict[NodeId, Shape | None] = {}
        with contextlib.suppress(*STEP_ERRORS):
            self("")  # the first time takes longer, and would put off the second one

    def __call__(self, run_id: str) -> Reported | None:
        """All layers in their order, as they are now."""
        found: list[tuple[NodeId, HistogramRows, Passing]] = []
        x = self._x.clone()
        with undisturbed(self._trainer) as model:
            for node, layer in self._trainer.setup.modules(model):
                passed = self._passing(node, layer, x)
                y = layer(x.clone() if getattr(layer, "inplace", False) else x)
                if y.is_floating_point() and not _same_numbers(x, y):
                    found.append((node, histogram_rows([[y]]), passed))
                x = y
        if not found:
            return None
        nodes, rows, passed_all = zip(*found, strict=True)
        shapes = [self._shapes.get(node) for node in nodes]
        message = Activations(
            run_id,
            self._trainer.step,
            nodes,
            tuple(row.nonfinite[0] for row in rows),
            tuple(shape is not None and shape.bounded for shape in shapes),
            len(x),
        )
        shares = np.array([(one.dead, one.flat) for one in passed_all], np.float32)
        counts, edges = ([getattr(row, name) for row in rows] for name in ("counts", "edges"))
        return message, (np.concatenate(counts), np.concatenate(edges), *shares.T.copy())

    def _passing(self, node: NodeId, layer: nn.Module, x: torch.Tensor) -> Passing:
        if node not in self._functions or not x.is_floating_point():
            return NOTHING
        if node not in self._shapes:
            self._shapes[node] = shape_of(layer, x)
        shape = self._shapes[node]
        return (passing(layer, x, shape) if shape else None) or NOTHING


def _is_function(layer: str) -> bool:
    spec = LAYERS.get(layer)
    return spec is not None and spec.group == "Activation"


def _same_numbers(x: torch.Tensor, y: torch.Tensor) -> bool:
    """Whether a layer has handed on what it was given, perhaps in another shape."""
    return x.numel() == y.numel() and x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()
