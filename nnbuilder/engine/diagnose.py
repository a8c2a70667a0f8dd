"""Says why a training went wrong: the first value that is not finite, its place, its step and its cause."""

import math
from collections.abc import Mapping

from nnbuilder.engine.faults.causes import Cause, likely_cause
from nnbuilder.engine.faults.mending import fixes_for, rate_of
from nnbuilder.engine.faults.replay import Evidence, Moment, investigate
from nnbuilder.engine.faults.witness import Sight
from nnbuilder.engine.results import StepResult
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.fault import Fault, Place

_UNSEEN = Cause("unseen", "When the step was repeated, all values were finite: chance had a part in it.")

_CODES: Mapping[str, str] = {"loss": "loss-not-finite", "weights": "weights-not-finite"}


def no_moment(_step: int) -> None:
    """Where no earlier moment of a training is kept, it is repeated from its start."""


def explain_loss(trainer: Trainer, result: StepResult, moment: Moment = no_moment) -> tuple[Problem, Fault]:
    """What is to be said of a loss that is not finite, as a problem with fixes and as a value to show."""
    name = "NaN" if math.isnan(result.loss) else "infinite"
    headline = f"The loss became {name} at step {result.step:,} (epoch {result.epoch})."
    return _explain(trainer, result.step, headline, "loss-not-finite", moment)


def explain_refusal(trainer: Trainer, moment: Moment = no_moment) -> tuple[Problem, Fault]:
    """The same where the loss refused to compute with what was not finite."""
    step, epoch = trainer.step + 1, trainer.epoch + 1
    headline = f"{trainer.setup.loss_name} was given NaN or infinity at step {step:,} (epoch {epoch})."
    return _explain(trainer, step, headline, "loss-not-finite", moment)


def explain_weights(trainer: Trainer, what: str, moment: Moment = no_moment) -> tuple[Problem, Fault]:
    """The same where weights or gradients (`what`) were found not to be finite while the loss still was."""
    headline = f"Some {what} were found to be NaN or infinite after step {trainer.step:,}."
    return _explain(trainer, trainer.step, headline, "weights-not-finite", moment)


def _explain(
    trainer: Trainer, noticed: int, headline: str, code: str, moment: Moment
) -> tuple[Problem, Fault]:
    evidence = investigate(trainer, moment)
    cause = likely_cause(trainer, evidence) if evidence is not None else _UNSEEN
    fault = _fault(trainer, noticed, headline, cause, evidence)
    words = " ".join(filter(None, (headline, fault.where, cause.words)))
    fixes = fixes_for(cause.code, trainer, evidence)
    return Problem("error", code, words, node=fault.node, fixes=fixes), fault


def _fault(trainer: Trainer, noticed: int, headline: str, cause: Cause, evidence: Evidence | None) -> Fault:
    rate = rate_of(trainer.optimizer)
    if evidence is None:
        return Fault(noticed, noticed, "loss", cause.code, headline, "", cause.words, rate=rate)
    sight = evidence.sight
    return Fault(
        noticed=noticed,
        step=evidence.step,
        place=sight.place,
        code=cause.code,
        headline=headline,
        where=_where(trainer, sight, evidence.step if evidence.step != noticed else 0),
        cause=cause.words,
        node=sight.node,
        tensor=sight.tensor,
        nans=sight.nans,
        infinities=sight.infinities,
        size=sight.size,
        rate=rate,
        trail=evidence.trail,
    )


def _where(trainer: Trainer, sight: Sight, step: int) -> str:
    """The first bad tensor in words, with its step where that is not the one at which it showed."""
    layer = _label(trainer, sight.node) if sight.node is not None else ""
    names: Mapping[Place, str] = {
        "batch": "the batch of samples",
        "target": "the batch of values to predict",
        "weight": f"{sight.tensor} of {layer}",
        "buffer": f"{sight.tensor} of {layer}",
        "output": f"the output of {layer}",
        "loss": f"the {trainer.setup.loss_name} of finite outputs",
        "gradient": f"the gradient of {sight.tensor or 'the output'} of {layer}",
        "update": f"{sight.tensor} of {layer} after the optimizer's step",
    }
    when = f" in step {step:,}" if step else ""
    return f"First, {names[sight.place]} went wrong{when}: {_amount(sight)}."


def _amount(sight: Sight) -> str:
    if sight.size == 1:
        return "it is NaN" if sight.nans else "it is infinite"
    counts = [
        f"{number:,} {word}"
        for number, word in ((sight.nans, "NaN"), (sight.infinities, "infinite"))
        if number
    ]
    return f"{' and '.join(counts)} of {sight.size:,} numbers"


def _label(trainer: Trainer, key: NodeId) -> str:
    """A layer as PyTorch prints it: its type, and its name or its index."""
    if key not in dict(trainer.setup.layers):
        return trainer.setup.loss_name
    return f"{trainer.project.graph.nodes[key].type} ({dict(trainer.setup.layers)[key]})"
