"""Choices of training that are out of proportion to the optimizer, the data or the network."""

import math
from collections.abc import Iterator, Mapping

from nnbuilder.catalog.registry import OPTIMIZERS, SCHEDULERS
from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.fixes import hidden_layer, insert_before, set_batch_size, set_learning_rate
from nnbuilder.doctor.rule import TUTORIALS, Finding, Rule, layer_page
from nnbuilder.graph.edits import SetArg
from nnbuilder.project.problem import Fix

AROUND = 100.0
"""How far below and above PyTorch's default a learning rate may lie to be usual."""

USUAL: Mapping[str, tuple[float, float]] = {"SGD": (1e-4, 1.0), "RMSprop": (1e-5, 0.1), "Rprop": (1e-5, 1.0)}
"""The usual learning rates of optimizers whose default is not in the middle of them."""

MANY = 50
"""So many parameters for each training sample are far more than it can settle."""

BATCH = 32
"""The batch size that is offered at most."""

ATTEMPTS = 2
"""So many widths are tried."""


def _learning_rate(case: Case) -> Iterator[Finding]:
    training = case.project.training
    schedule = SCHEDULERS.get(training.lr_scheduler or "")
    if schedule is not None and any(one.name == "max_lr" for one in schedule.args):
        return  # its own rates hold
    spec = OPTIMIZERS.get(training.optimizer)
    arg = next((arg for arg in spec.args if arg.name == "lr"), None) if spec is not None else None
    if arg is None or not isinstance(arg.default, int | float):
        return
    rate = training.optimizer_args.get("lr", arg.default)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate < math.inf:
        return  # that it cannot be is said already
    low, high = USUAL.get(training.optimizer, (arg.default / AROUND, arg.default * AROUND))
    if low <= rate <= high:
        return
    if rate == 0:
        what = "nothing is learned"
    elif rate < low:
        what = "the weights hardly move"
    else:
        what = "the steps are likely to jump past every minimum"
    usual = f"the usual for {training.optimizer}, {_plain(low)} to {_plain(high)}"
    text = f"The learning rate {_plain(rate)} is far from {usual}: {what}."
    fix = set_learning_rate(training, arg.default)
    yield Finding(text, arg="lr", path="training.optimizer_args.lr", fixes=(fix,))


def _plain(rate: float) -> str:
    """A learning rate without an exponent, unless it is very small."""
    return f"{rate:g}" if rate < 1e-9 else f"{rate:.12f}".rstrip("0").rstrip(".")


def _batch(case: Case) -> Iterator[Finding]:
    size = case.project.training.batch_size
    rows = 0 if case.profile is None else case.profile.training
    if rows < 2 or size <= rows:
        return
    text = (
        f"A batch of {size:,} is larger than the {rows:,} rows for training: each epoch is a single step "
        "over all of them."
    )
    smaller = max(1, min(BATCH, rows // 4))
    path = "training.batch_size"
    yield Finding(text, arg="batch_size", path=path, fixes=(set_batch_size(case.project.training, smaller),))


def _capacity(case: Case) -> Iterator[Finding]:
    rows = 0 if case.profile is None else case.profile.training
    count = case.analysis.trainable
    helped = any(place.is_dropout and place.arg("p") != 0 for place in case.places)
    if not rows or case.end is None or count <= MANY * rows or helped:
        return
    text = (
        f"The network has {count:,} parameters for {rows:,} training samples, {count // rows:,} for each: it "
        "can learn them by heart."
    )
    heavy = max(case.places, key=lambda place: place.layer.trainable)
    yield Finding(text, heavy.id, fixes=_dropout(case), tried=tuple(_narrower(case)))


def _dropout(case: Case) -> tuple[Fix, ...]:
    """A Dropout before the last layer with parameters, where hidden layers come before that."""
    weights = [place for place in case.places if place.layer.trainable]
    return insert_before(case.graph, "Dropout", weights[-1].node) if len(weights) > 1 else ()


def _narrower(case: Case) -> Iterator[Fix]:
    """Hidden layers as much narrower as parameters are too many, which grow with the square of the width."""
    wide = [place for place in case.places if _width(place) > 1]
    rows = 1 if case.profile is None else case.profile.training
    first = max(1, math.ceil(math.log2(case.analysis.trainable / (MANY * rows)) / 2))
    for halving in range(first, first + ATTEMPTS):
        edits = [SetArg(place.id, "out_features", max(1, _width(place) >> halving)) for place in wide[:-1]]
        if edits:
            yield Fix(f"Make hidden layers {2**halving} times narrower", tuple(edits))


def _width(place: Place) -> int:
    width = place.arg("out_features")
    return width if isinstance(width, int) else 0


def _linear_model(case: Case) -> Iterator[Finding]:
    """A network without a hidden layer has a name of its own."""
    end = case.end
    layers = [place for place in case.places if not place.is_passing]
    if end is None or not layers or not layers[0].is_linear or len(layers) > 2:
        return
    trait = case.trait_of(layers[1]) if len(layers) == 2 else None
    plain = len(layers) == 1
    if end.spec.output == "values" and plain:
        what = "linear regression: the prediction is a weighted sum of the inputs"
    elif end.spec.output in {"score", "scores"} and plain:
        what = "logistic regression: one weighted sum for each score"
    elif trait is not None and end.spec.output == "probability" and trait.probability:
        what = "logistic regression: a weighted sum, squeezed between 0 and 1"
    elif trait is not None and end.spec.output == "log-probabilities" and trait.sums == "log":
        what = "logistic regression: one weighted sum for each class"
    else:
        return
    text = f"This network is {what}. It draws straight boundaries only; a hidden layer can bend them."
    yield Finding(text, layers[0].id, tried=hidden_layer(case.graph, layers[0].node))


RULES = (
    Rule(
        "learning-rate",
        "warning",
        "A learning rate far outside the usual",
        "The learning rate is the length of each step along the gradient. Too small, and epochs pass "
        "without progress; too large, and the loss jumps about or grows without end.",
        f"{TUTORIALS}beginner/basics/optimization_tutorial.html",
        _learning_rate,
    ),
    Rule(
        "batch-larger-than-data",
        "warning",
        "A batch larger than the data",
        "The weights change once for each batch. With one batch an epoch there is one change an epoch, "
        "and none of the noise of small batches, which helps to find flat minima.",
        "https://docs.pytorch.org/docs/stable/data.html",
        _batch,
    ),
    Rule(
        "many-parameters",
        "note",
        "Far more parameters than samples",
        "A network with many more parameters than samples can reproduce every sample, noise included, "
        "and still be wrong on new ones. Watch the validation loss: where it rises while the training "
        "loss falls, use a smaller network, dropout, weight decay or more data.",
        layer_page("Dropout"),
        _capacity,
    ),
    Rule(
        "linear-model",
        "note",
        "A network without a hidden layer",
        "A single Linear, with sigmoid or softmax or without, is linear or logistic regression. It is a "
        "good first model: quick, convex, easy to read. What no straight line separates, it cannot "
        "learn.",
        layer_page("Linear"),
        _linear_model,
    ),
)
