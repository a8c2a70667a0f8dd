"""What can be changed in the project so that a value that went wrong does not come again."""

from collections.abc import Callable, Mapping

import msgspec
import torch

from nnbuilder.doctor.fixes import insert_before, set_arg
from nnbuilder.engine.faults.replay import Evidence
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue, Node
from nnbuilder.project.edits import SetData, SetTraining, SetWeights
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import TrainingConfig

EPS = 1e-5
"""What is offered where nothing was added to a denominator."""

CLIP = 1.0
"""The limit that is offered for each number of a gradient: one that is infinite becomes that number."""

Mend = Callable[[Trainer, Evidence], tuple[Fix, ...]]


def fixes_for(code: str, trainer: Trainer, evidence: Evidence | None) -> tuple[Fix, ...]:
    """Edits for a cause, the best first; empty where the project cannot help it."""
    if evidence is None:
        return smaller_rate(trainer)
    return tuple(fix for mend in _MENDS.get(code, (_rate,)) for fix in mend(trainer, evidence))


def smaller_rate(trainer: Trainer) -> tuple[Fix, ...]:
    """A tenth of the learning rate."""
    rate = rate_of(trainer.optimizer)
    if rate is None or rate <= 0:
        return ()
    smaller = float(f"{rate / 10:.6g}")
    return (Fix(f"Set lr to {smaller:g}", (SetTraining(_with(trainer.config, lr=smaller), "lr"),)),)


def rate_of(optimizer: torch.optim.Optimizer) -> float | None:
    """The learning rate of an optimizer, None where it has none."""
    rate = optimizer.param_groups[0].get("lr")
    return float(rate) if isinstance(rate, float | int | torch.Tensor) else None


def _rate(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    return smaller_rate(trainer)


def _clip(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    if trainer.config.clip_value is not None:
        return ()
    clipped = msgspec.structs.replace(trainer.config, clip_value=CLIP)
    return (Fix(f"Clip gradients at {CLIP:g}", (SetTraining(clipped, "clip_value"),)),)


def _standardize(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    data = trainer.project.data
    if data.standardize:
        return ()
    return (
        Fix("Standardize the data", (SetData(msgspec.structs.replace(data, standardize=True), "scaling"),)),
    )


def _seed(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    if trainer.project.weights is None:
        return ()
    return (Fix(f"Start from seed {trainer.config.seed} instead", (SetWeights(None),)),)


def _layer_eps(trainer: Trainer, evidence: Evidence) -> tuple[Fix, ...]:
    node = _node(trainer, evidence)
    return () if node is None else (set_arg(node, "eps", EPS),)


def _optimizer_eps(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    changed = _without(trainer.config, "eps")
    return (Fix("Reset eps of the optimizer", (SetTraining(changed, "eps"),)),)


def _no_decay(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    changed = _without(trainer.config, "weight_decay")
    return (Fix("Reset weight_decay", (SetTraining(changed, "weight_decay"),)),)


def _weigh_alike(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    alike = msgspec.structs.replace(trainer.config, class_weights=None)
    return (Fix("Weigh all classes the same", (SetTraining(alike, "class_weights"),)),)


def _minimize(trainer: Trainer, _: Evidence) -> tuple[Fix, ...]:
    return (Fix("Turn maximize off", (SetTraining(_without(trainer.config, "maximize"), "maximize"),)),)


def _square(trainer: Trainer, evidence: Evidence) -> tuple[Fix, ...]:
    node = _node(trainer, evidence)
    return () if node is None else (set_arg(node, "norm_type", 2.0),)


def _positive(trainer: Trainer, evidence: Evidence) -> tuple[Fix, ...]:
    node = _node(trainer, evidence)
    return () if node is None else insert_before(trainer.project.graph, "ReLU", node)


def _normalize(trainer: Trainer, evidence: Evidence) -> tuple[Fix, ...]:
    """Numbers that are brought back to the size of one in front of the layer that they overflow in."""
    node, fed = _node(trainer, evidence), evidence.fed
    if node is None or fed is None or fed.ndim != 2:
        return ()
    return insert_before(trainer.project.graph, "LayerNorm", node)


_MENDS: Mapping[str, tuple[Mend, ...]] = {
    "data": (),
    "target": (),
    "stored-weights": (_seed,),
    "initial-weights": (_seed,),
    "divided-by-zero": (_layer_eps,),
    "half-overflow": (_standardize,),
    "maximize": (_minimize,),
    "optimizer-eps": (_optimizer_eps,),
    "weighted-by-zero": (_weigh_alike,),
    "root-of-negative": (_square, _positive),
    "learning-rate": (_rate, _clip),
    "weight-decay": (_no_decay, _rate),
    "huge-data": (_standardize,),
    "huge-target": (_standardize, _rate),
    "log-of-zero": (_seed, _standardize, _normalize, _rate),
    "loss-overflow": (_standardize, _normalize, _rate),
    "exploding-gradient": (_seed, _rate),
    "exploding-start": (_seed, _normalize, _rate),
    "update-overflow": (_clip, _rate),
    "overflow": (_standardize, _seed, _rate),
}
"""What helps against each cause; a smaller learning rate against all others."""


def _node(trainer: Trainer, evidence: Evidence) -> Node | None:
    """The layer in which a value went wrong."""
    return trainer.project.graph.nodes.get(evidence.sight.node) if evidence.sight.node else None


def _with(config: TrainingConfig, **args: ArgValue) -> TrainingConfig:
    return msgspec.structs.replace(config, optimizer_args={**config.optimizer_args, **args})


def _without(config: TrainingConfig, name: str) -> TrainingConfig:
    left = {key: value for key, value in config.optimizer_args.items() if key != name}
    return msgspec.structs.replace(config, optimizer_args=left)
