"""What the last layers make of the numbers before the loss sees them."""

import math
from collections.abc import Iterator

from nnbuilder.doctor.case import Case, End, Place
from nnbuilder.doctor.evidence import Trait
from nnbuilder.doctor.fixes import insert_before, remove, use_instead, use_loss
from nnbuilder.doctor.rule import Finding, Rule, layer_page
from nnbuilder.project.problem import Fix


def _constant(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.last is None or trait is None or not trait.constant:
        return
    last = end.last
    text = (
        f"{last.title} of a single value is always {trait.low:g}: every sample gets the same, "
        "nothing is learned."
    )
    sigmoid = end.spec.output == "probability"
    fix = use_instead(last.node, "Sigmoid") if sigmoid else remove(last.node)
    yield Finding(text, last.id, fixes=(fix,))


def _missing_log(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.spec.output != "log-probabilities" or _is_constant(trait):
        return
    if trait is None or trait.sums != "log":
        text = (
            f"{end.spec.name} expects log-probabilities: without a LogSoftmax before it the loss "
            "means nothing."
        )
        fixes = _insert(case, end, "LogSoftmax", "CrossEntropyLoss")
        yield Finding(text, end.loss.id, "loss", fixes=fixes)


def _missing_sigmoid(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.spec.output != "probability" or _is_constant(trait):
        return
    if trait is None or not trait.probability:
        text = (
            f"{end.spec.name} expects probabilities: PyTorch stops at the first value that is not "
            "between 0 and 1."
        )
        fixes = _insert(case, end, "Sigmoid", "BCEWithLogitsLoss")
        yield Finding(text, end.loss.id, "loss", fixes=fixes)


def _log_softmax(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.last is None or end.spec.output != "scores" or _is_constant(trait):
        return
    if trait is not None and trait.sums == "log":
        text = (
            f"{end.spec.name} applies log-softmax itself: {end.last.title} before it changes nothing "
            "and can go."
        )
        yield Finding(text, end.last.id, fixes=(remove(end.last.node),))


def _softmax(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.last is None or end.spec.output != "scores" or _is_constant(trait):
        return
    if trait is not None and trait.sums == "one":
        yield _squeezed(end, end.last)


def _sigmoid(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.last is None or trait is None or trait.constant or trait.sums:
        return
    if not (trait.elementwise and trait.probability):
        return
    if end.spec.output == "scores":
        yield _squeezed(end, end.last)
    elif end.spec.output == "score":
        text = (
            f"{end.spec.name} expects a raw score and applies sigmoid itself: with {end.last.title} before "
            "it the probability never falls below one half, so one class is never predicted."
        )
        yield Finding(text, end.last.id, fixes=(remove(end.last.node),))


def _tied(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    if end is None or end.last is None or end.spec.output != "values" or _is_constant(trait):
        return
    if trait is not None and trait.sums:
        text = f"{end.last.title} ties its outputs together, so they cannot take any value."
        yield Finding(text, end.last.id, fixes=(remove(end.last.node),))


def _cut_scores(case: Case) -> Iterator[Finding]:
    """Looks at what arrives as scores: the last layer, or the one before a softmax at the end."""
    end, trait = case.end, _last_trait(case)
    if end is None or end.spec.output == "values" or _is_constant(trait):
        return
    softmax = trait is not None and bool(trait.sums)
    if not softmax and not end.classes:
        return
    place = end.before if softmax else end.last
    cut = case.trait_of(place)
    if place is None or cut is None or not cut.elementwise or cut.constant or _unbounded(cut):
        return
    if cut.probability and not softmax:
        return  # sigmoid, which has a rule of its own
    text = (
        f"{place.title} gives {_range(cut)}, so the scores of the classes cannot move freely: "
        f"softmax needs them far apart, on both sides of 0, to be sure."
    )
    yield Finding(text, place.id, fixes=(remove(place.node),))


def _dropout(case: Case) -> Iterator[Finding]:
    end = case.end
    if end is None or end.last is None or not end.last.is_dropout:
        return
    share = end.last.arg("p")
    if isinstance(share, int | float) and share == 0:
        return
    text = (
        f"{end.last.title} is the last layer: while training, it makes {_percent(share)} of the answers zero "
        "whatever the network computed."
    )
    yield Finding(text, end.last.id, fixes=(remove(end.last.node),))


def _cut_values(case: Case) -> Iterator[Finding]:
    end, trait = case.end, _last_trait(case)
    facts = case.evidence.facts if case.evidence is not None else None
    targets = facts.targets if facts is not None else None
    if end is None or end.last is None or end.spec.output != "values" or targets is None:
        return
    if trait is None or not trait.elementwise or trait.constant or _unbounded(trait):
        return
    if trait.low <= targets.low and targets.high <= trait.high:
        return
    text = (
        f"{end.last.title} gives {_range(trait)}, but the targets run from {targets.low:.3g} to "
        f"{targets.high:.3g}: those outside can never be predicted."
    )
    yield Finding(text, end.last.id, fixes=(remove(end.last.node),))


def _squeezed(end: End, last: Place) -> Finding:
    text = (
        f"{end.spec.name} expects raw scores and applies log-softmax itself: after {last.title} the scores "
        "lie between 0 and 1, so the loss can never come near 0 and the network learns slowly."
    )
    return Finding(text, last.id, fixes=(remove(last.node),))


def _last_trait(case: Case) -> Trait | None:
    return None if case.end is None else case.trait_of(case.end.last)


def _is_constant(trait: Trait | None) -> bool:
    return trait is not None and trait.constant


def _unbounded(trait: Trait) -> bool:
    return math.isinf(trait.low) and math.isinf(trait.high)


def _range(trait: Trait) -> str:
    if math.isinf(trait.high):
        return f"nothing below {trait.low:.3g}"
    if math.isinf(trait.low):
        return f"nothing above {trait.high:.3g}"
    return f"only numbers from {trait.low:.3g} to {trait.high:.3g}"


def _percent(share: object) -> str:
    return f"{share:.0%}" if isinstance(share, int | float) else "a share"


def _insert(case: Case, end: End, name: str, instead: str) -> tuple[Fix, ...]:
    return (*insert_before(case.graph, name, end.loss), use_loss(end.loss, instead))


RULES = (
    Rule(
        "constant-output",
        "error",
        "Always the same output",
        "Softmax divides each exponential by the sum of all of them; a single value is divided by "
        "itself. The output is then the same for every sample and its gradient is zero.",
        layer_page("Softmax"),
        _constant,
    ),
    Rule(
        "missing-sigmoid",
        "error",
        "Scores where probabilities are expected",
        "BCELoss takes the logarithm of its input and of one minus its input. BCEWithLogitsLoss takes "
        "raw scores, applies the sigmoid itself and is numerically safer than a Sigmoid followed by "
        "BCELoss.",
        layer_page("BCELoss"),
        _missing_sigmoid,
    ),
    Rule(
        "missing-log-softmax",
        "warning",
        "Scores where log-probabilities are expected",
        "NLLLoss only picks the output of the right class and turns its sign: raw scores make the loss "
        "smaller by growing without end, whatever the other classes get. CrossEntropyLoss is LogSoftmax "
        "and NLLLoss in one.",
        layer_page("NLLLoss"),
        _missing_log,
    ),
    Rule(
        "softmax-before-loss",
        "warning",
        "Softmax before a loss that has its own",
        "Softmax of numbers between 0 and 1 is nearly even: with 3 classes even a perfect answer has "
        "loss 0.55 instead of 0, and the gradient that reaches the layers before is squeezed twice.",
        layer_page("CrossEntropyLoss"),
        _softmax,
    ),
    Rule(
        "sigmoid-before-loss",
        "warning",
        "Sigmoid before a loss that has its own",
        "The loss takes raw scores of any size. Those between 0 and 1 leave it no room: it can neither "
        "come near 0 nor say no to a class.",
        layer_page("BCEWithLogitsLoss"),
        _sigmoid,
    ),
    Rule(
        "log-softmax-before-loss",
        "note",
        "LogSoftmax twice",
        "The logarithm of a softmax is its own log-softmax, so the second one changes neither loss nor "
        "gradient; it only costs time.",
        layer_page("CrossEntropyLoss"),
        _log_softmax,
    ),
    Rule(
        "bounded-scores",
        "warning",
        "Scores that are cut off",
        "The probability of a class comes from how far its score lies above the others. A ReLU leaves no "
        "score below 0 and no gradient for those that it cut off; a Tanh keeps them within 2 of each "
        "other, so the loss cannot come near 0.",
        layer_page("CrossEntropyLoss"),
        _cut_scores,
    ),
    Rule(
        "softmax-regression",
        "warning",
        "Softmax at the output of a regression",
        "The outputs of a softmax sum to one: raising one lowers the others. Values to be predicted are "
        "free.",
        layer_page("Softmax"),
        _tied,
    ),
    Rule(
        "activation-at-output",
        "warning",
        "Activation at the output of a regression",
        "The last layer must reach every value that is to be predicted. A Linear does; an activation "
        "after it cuts off what lies outside its range, and has no slope there to learn from.",
        layer_page("MSELoss"),
        _cut_values,
        measured=True,
    ),
    Rule(
        "dropout-at-output",
        "warning",
        "Dropout at the output",
        "Dropout between hidden layers keeps them from relying on one another. At the output it only "
        "makes right answers wrong: the loss has a floor that no weights can lower.",
        layer_page("Dropout"),
        _dropout,
    ),
)
