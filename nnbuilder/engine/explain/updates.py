"""What one step of an optimizer does to one weight: its rule with its numbers, and what it keeps."""

from collections.abc import Callable, Mapping

from nnbuilder.engine.explain import adams, descents, scaled
from nnbuilder.engine.explain.steps import Steps, Update
from nnbuilder.protocol.worked import Worked

RULES: Mapping[str, Callable[[Update, Steps], Worked]] = {
    "SGD": descents.sgd,
    "Adam": adams.adam,
    "AdamW": adams.adam,
    "RMSprop": scaled.rmsprop,
    "Adagrad": scaled.adagrad,
    "Adadelta": scaled.adadelta,
    "Adamax": adams.adamax,
    "NAdam": adams.nadam,
    "RAdam": adams.radam,
    "ASGD": descents.asgd,
    "Rprop": descents.rprop,
    "Adafactor": scaled.adafactor,
    "LBFGS": descents.lbfgs,
}
"""The rule of each optimizer, by its name in torch.optim."""


def explain_update(update: Update) -> Worked:
    """The step of one weight."""
    return RULES[update.optimizer](update, Steps(update))
