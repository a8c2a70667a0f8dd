"""The mistakes in words: what each is called, what it does, and when it cannot be made."""

from collections.abc import Mapping
from dataclasses import dataclass

from nnbuilder.graph.graph import LOSS
from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import LoopEnd, LoopsTrained, Mistake

_DROPPING = ("Dropout", "AlphaDropout", "BatchNorm", "RReLU", "Transformer")
"""Parts of the names of layers that behave otherwise in eval mode."""


_FORGIVEN = "Here it came out no worse: these data and this network forgive it, others do not."


@dataclass(frozen=True, slots=True)
class Words:
    """A mistake on its check box, and what it does in a sentence or two."""

    label: str
    does: str


WORDS: Mapping[Mistake, Words] = {
    "zero_grad": Words(
        "no zero_grad()",
        "Without zero_grad() each gradient is added to all those before: steps grow, and lead away from "
        "where this batch points.",
    ),
    "eval": Words(
        "no eval()",
        "Without eval() the validation is measured in train mode: Dropout still drops and BatchNorm takes "
        "the statistics of these very rows, so the numbers say less about new data. Training itself learns "
        "the same, but for what BatchNorm then keeps of the validation rows.",
    ),
    "shuffle": Words(
        "no shuffling",
        "Without shuffling every epoch goes through the rows in the order of the data: where they are "
        "sorted, the network learns one class after the other and forgets the one before.",
    ),
    "standardize": Words(
        "no standardizing",
        "Without standardizing large features drown small ones: one learning rate is too large for some "
        "weights and too small for others.",
    ),
    "softmax": Words(
        "softmax twice",
        "Softmax before a loss that has it inside squeezes the scores into 0 to 1: the loss cannot come "
        "near zero any more, and gradients shrink.",
    ),
    "lr": Words(
        "lr × 100",
        "With a learning rate a hundred times too large each step jumps across the valley: the loss leaps "
        "about, stays high or is no number any more.",
    ),
}


def label(mistake: Mistake, project: Project) -> str:
    """What is written beside a check box."""
    if mistake == "softmax" and _loss(project) == "BCEWithLogitsLoss":
        return "sigmoid twice"
    return WORDS[mistake].label


def obstacle(mistake: Mistake, project: Project) -> str:
    """Why a mistake cannot be made in a project; empty where it can."""
    if mistake == "softmax" and _loss(project) not in {"CrossEntropyLoss", "BCEWithLogitsLoss"}:
        return f"{_loss(project)} has no softmax and no sigmoid inside."
    if mistake == "standardize" and not project.data.standardize:
        return "These data are not standardized: the project makes this mistake already."
    if mistake == "eval" and not project.data.split.validation:
        return "There is no validation part, so nothing is measured in eval mode."
    return ""


def does(mistake: Mistake, project: Project) -> str:
    """What a mistake does in a project."""
    if mistake == "eval" and not has_two_modes(project):
        return "No layer here behaves otherwise in eval mode, so leaving out eval() changes nothing."
    text = WORDS[mistake].does
    return text if label(mistake, project) == WORDS[mistake].label else text.replace("Softmax", "Sigmoid")


def has_two_modes(project: Project) -> bool:
    """Whether some layer behaves otherwise in eval mode."""
    return any(
        any(part in node.type for part in _DROPPING) or bool(node.args.get("dropout"))
        for node in project.graph.nodes.values()
    )


def verdict(end: LoopsTrained) -> str:
    """Where both loops have come to, in numbers."""
    right, wrong = (_standing(one, end.metric) for one in (end.right, end.wrong))
    told = f"Right loop: {right}. With mistakes: {wrong}."
    return f"{told} {_FORGIVEN}" if _forgiven(end) else told


def _forgiven(end: LoopsTrained) -> bool:
    """Whether the loop with mistakes has come out no worse, by the numbers that are told."""
    pairs = ((end.right.validation, end.wrong.validation), (end.right.loss, end.wrong.loss))
    found = next(((one, other) for one, other in pairs if one is not None and other is not None), None)
    return end.wrong.broke is None and found is not None and found[1] <= found[0]


def _standing(end: LoopEnd, metric: str) -> str:
    if end.broke is not None:
        return f"the loss is no number any more from step {end.broke:,} on"
    parts = [f"training loss {end.loss:.3g}" if end.loss is not None else ""]
    parts.append(f"validation loss {end.validation:.3g}" if end.validation is not None else "")
    if end.metric is not None:
        parts.append(f"accuracy {end.metric:.1%}" if metric == "accuracy" else f"R² {end.metric:.3f}")
    return ", ".join(filter(None, parts))


def _loss(project: Project) -> str:
    node = next(iter(project.graph.of_type(LOSS)), None)
    return "CrossEntropyLoss" if node is None else str(node.args.get("loss", "CrossEntropyLoss"))
