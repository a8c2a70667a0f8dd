"""Finds out why a loss is not finite: the first place where a value went wrong."""

from dataclasses import dataclass

import msgspec
import torch

from nnbuilder.engine.trainer import StepResult, Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.problem import Fix, Problem


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the first value went wrong, in words and as a layer."""

    words: str
    node: NodeId | None = None


def explain_loss(trainer: Trainer, result: StepResult) -> Problem:
    """The problem of a loss that is not finite: step, epoch, cause, and a smaller learning rate as a fix."""
    cause = find_cause(trainer)
    message = (
        f"The loss became {result.loss} at step {result.step:,} (epoch {result.epoch}): {cause.words}. "
        "The network was left as it was before this step."
    )
    return Problem("error", "loss-not-finite", message, node=cause.node, fixes=_fixes(trainer))


def find_cause(trainer: Trainer) -> Cause:
    """The first of data, weights, layer outputs and loss that holds NaN or infinity for the last batch."""
    if trainer.batch is None:
        return Cause("no batch was seen yet")
    x, _ = trainer.batch
    if not _finite(x):
        return Cause("the batch holds NaN or infinite values")
    for node, layer in trainer.layers:
        for name, parameter in layer.named_parameters():
            if not _finite(parameter):
                return Cause(f"{name} of {_label(trainer, node)} holds NaN or infinite values", node)
    return _replay(trainer, x)


def _replay(trainer: Trainer, x: torch.Tensor) -> Cause:
    """Runs the batch through the network, in eval mode so that nothing changes, until a value goes wrong."""
    trainer.model.eval()
    with torch.inference_mode():
        for node, layer in trainer.setup.modules(trainer.model):
            x = layer(x)
            if not _finite(x):
                words = (
                    f"the output of {_label(trainer, node)} is NaN or infinite, though its weights are not"
                )
                return Cause(words, node)
    largest = float(x.abs().max()) if x.numel() else 0.0
    words = f"the network's outputs are finite (up to {largest:.3g}), but the loss of them is not"
    return Cause(words, trainer.setup.loss.id)


def _fixes(trainer: Trainer) -> tuple[Fix, ...]:
    rate = trainer.optimizer.param_groups[0].get("lr")
    if not isinstance(rate, float) or rate <= 0:
        return ()
    smaller = float(f"{rate / 10:.6g}")
    args = {**trainer.config.optimizer_args, "lr": smaller}
    training = msgspec.structs.replace(trainer.config, optimizer_args=args)
    return (Fix(f"Set lr to {smaller:g}", (SetTraining(training, "lr"),)),)


def _label(trainer: Trainer, key: NodeId) -> str:
    node = trainer.project.graph.nodes[key]
    return f"{node.type} {node.name or key}"


def _finite(tensor: torch.Tensor) -> bool:
    return not tensor.is_floating_point() or bool(torch.isfinite(tensor).all())
