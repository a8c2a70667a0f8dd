"""What a frozen layer does that people who freeze one may not mean."""

from collections.abc import Iterator

from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.rule import Finding, Rule, layer_page
from nnbuilder.graph.edits import SetFrozen
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix


def _random(case: Case) -> Iterator[Finding]:
    """Only where weights are the seed's, and some other layer is trained."""
    frozen = [place for place in case.places if place.layer.parameters and not place.layer.trainable]
    if case.project.weights is not None or not frozen or not case.analysis.trainable:
        return
    first = frozen[0]
    who = f"{first.title} is" if len(frozen) == 1 else f"{first.title} and {len(frozen) - 1} more are"
    text = f"{who} frozen at the seed's random numbers: nothing was learned there that could be kept."
    switches = _switches(case, frozen)
    words = "Unfreeze it" if len(switches) == 1 else f"Unfreeze these {len(switches)}"
    yield Finding(text, first.id, fixes=(Fix(words, (SetFrozen(switches, frozen=False),)),))


def _statistics(case: Case) -> Iterator[Finding]:
    for place in case.places:
        if place.is_batch_norm and case.graph.is_frozen(place.id):
            text = (
                f"{place.title} is frozen, but its running mean and variance are no parameters: while "
                "training they go on following the batches, and what it gives changes."
            )
            yield Finding(text, place.id)


def _switches(case: Case, frozen: list[Place]) -> tuple[NodeId, ...]:
    """The nodes that say it: the layers themselves, or groups around them."""
    around = (key for place in frozen for key in (place.id, *case.graph.groups_of(place.id)))
    return tuple(dict.fromkeys(key for key in around if case.graph.nodes[key].frozen))


RULES = (
    Rule(
        "frozen-at-random",
        "note",
        "Frozen before it has learned",
        "Layers are frozen to keep what they have learned: from weights that were imported, or after a first "
        "training. Frozen at random numbers they mix their input at random, and only the others can learn.",
        "https://docs.pytorch.org/docs/stable/notes/autograd.html",
        _random,
    ),
    Rule(
        "frozen-statistics",
        "note",
        "Statistics of a frozen layer",
        "requires_grad_(False) keeps weight and bias. The running statistics are buffers, which every batch "
        "in train() mode moves, with or without gradients.",
        layer_page("BatchNorm1d"),
        _statistics,
    ),
)
