"""How the network starts: what one real forward and backward pass over the first batch shows."""

from collections.abc import Iterator

from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.evidence import LayerTrial
from nnbuilder.doctor.fixes import insert_before, standardize, use_instead
from nnbuilder.doctor.rule import Finding, Rule, layer_page

DEAD = 0.9
"""From this share of numbers on that no sample brings to life, a layer starts dead."""

FLAT = 0.6
"""From this share of numbers on that lie where the curve is flat, a layer starts saturated."""


def _dead(case: Case) -> Iterator[Finding]:
    for place, trial in _tried(case):
        trait = case.trait_of(place)
        if trait is None or trait.bounded or trial.dead is None or trial.dead < DEAD:
            continue
        share = "All" if trial.dead == 1 else f"{trial.dead:.0%} of the"
        text = (
            f"{share} numbers that reach {place.title} are cut off for every sample of the first batch: "
            f"{'nothing' if trial.dead == 1 else 'next to nothing'} before it can learn."
        )
        fixes = (*standardize(case.project.data), use_instead(place.node, "LeakyReLU"))
        yield Finding(text, place.id, fixes=fixes)


def _saturated(case: Case) -> Iterator[Finding]:
    for place, trial in _tried(case):
        trait = case.trait_of(place)
        if trait is None or not trait.bounded or trial.flat is None or trial.flat < FLAT:
            continue
        text = (
            f"{trial.flat:.0%} of the numbers that reach {place.title} lie where its curve is flat: its "
            "slope there is less than a twentieth, and so is what the layers before it learn."
        )
        normal = insert_before(case.graph, "LayerNorm", place.node)
        yield Finding(text, place.id, fixes=standardize(case.project.data), tried=normal)


def _not_finite(case: Case) -> Iterator[Finding]:
    trial = case.evidence.trial if case.evidence is not None else None
    if trial is None or trial.loss is not None or case.loss is None:
        return
    text = "The loss of the first batch is not a finite number, so training stops before it has begun."
    yield Finding(text, case.loss.id, fixes=standardize(case.project.data))


def _skipped(case: Case) -> Iterator[Finding]:
    if case.evidence is not None and case.evidence.skipped:
        yield Finding(f"No batch was tried: {case.evidence.skipped}", path="graph")


def _tried(case: Case) -> Iterator[tuple[Place, LayerTrial]]:
    """The layers with what the first batch showed of them."""
    trial = case.evidence.trial if case.evidence is not None else None
    for place in case.places if trial is not None else ():
        found = trial.layers.get(place.id) if trial is not None else None
        if found is not None:
            yield place, found


RULES = (
    Rule(
        "dying-relu",
        "warning",
        "An activation that starts dead",
        "Where an activation is flat its gradient is 0, and the weights before it are never changed "
        "again by those samples. That happens when its inputs are far below 0, mostly because the data "
        "are not standardized or biases are very negative. LeakyReLU has a slope on both sides.",
        layer_page("LeakyReLU"),
        _dead,
        measured=True,
    ),
    Rule(
        "saturated-activation",
        "warning",
        "An activation that starts saturated",
        "Sigmoid and tanh are steep only near 0. Far from it they give almost the same for every sample "
        "and pass next to no gradient back. Inputs of size 1 keep them in the steep part.",
        layer_page("Tanh"),
        _saturated,
        measured=True,
    ),
    Rule(
        "loss-not-finite",
        "warning",
        "A loss that is not finite",
        "Sums of huge numbers overflow and logarithms of 0 are infinite. No gradient comes from such a loss.",
        "https://docs.pytorch.org/docs/stable/autograd.html",
        _not_finite,
        measured=True,
    ),
    Rule(
        "not-tried",
        "note",
        "No batch was tried",
        "Some advice needs one real forward and backward pass. It is made only where it is quick, so "
        "that editing stays smooth; everything else was looked at.",
        "https://docs.pytorch.org/docs/stable/notes/autograd.html",
        _skipped,
        measured=True,
    ),
)
