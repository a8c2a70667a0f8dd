"""Logistic regression two ways: one Linear whose loss PyTorch makes small, and scikit-learn's own.

Both make the same number small: the mean cross entropy of the training rows, plus the sum of all squared
weights (the biases left out) over 2 C n. PyTorch does it by LBFGS in float64 until nothing changes any more.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.algebra.boundary import segments
from nnbuilder.engine.algebra.errors import AlgebraError
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.engine.weights import put_weights, read_weights
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.algebra import Fitted, Matrix, Regress, Regressed

MOST = 5000
"""Training rows that are fitted, at most."""

POINTS = 500
"""Rows that are drawn, at most."""

GRADIENT = 1e-8
"""How small all slopes must be for both to be done."""

PYTORCH, SKLEARN, DRAWN = "PyTorch", "scikit-learn", "Your network now"

_ENDS = frozenset(("Sigmoid", "Softmax", "LogSoftmax", "Identity", "Flatten"))
"""What may stand beside the one Linear of a network that is a regression."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Coefficients float64: weight (scores, features), bias (scores,); one score for two classes."""

    weight: Tensor
    bias: Tensor

    def probabilities(self, x: Tensor) -> Tensor:
        """Of each class, (rows, classes)."""
        scores = x @ self.weight.T + self.bias
        if scores.shape[1] > 1:
            return scores.softmax(dim=1)
        return torch.cat([torch.sigmoid(-scores), torch.sigmoid(scores)], dim=1)


def regress(request: Regress) -> Regressed:
    """Fits both; raises `AlgebraError` where there are no classes, and `DataError`."""
    prepared = load(
        request.project.data, request.project.training.seed, Path(request.base) if request.base else None
    )
    profile = prepared.profile
    if len(profile.classes) < 2:
        raise AlgebraError(
            f"Logistic regression tells classes apart, but the target of {profile.title} is a number."
        )
    x = torch.from_numpy(prepared.train.x[:MOST]).double().reshape(-1, int(np.prod(profile.shape)))
    y = torch.from_numpy(np.asarray(prepared.train.y[:MOST])).long()
    if len(torch.bincount(y).nonzero()) < 2:
        raise AlgebraError("All training rows have the same class: there is nothing to tell apart.")
    ours = by_torch(x, y, len(profile.classes), request.strength)
    theirs = by_sklearn(x, y, len(profile.classes), request.strength)
    drawn = drawn_scores(request, prepared)
    fits = [(PYTORCH, ours), (SKLEARN, theirs), *([(DRAWN, drawn)] if drawn is not None else [])]
    chances = [scores.probabilities(x) for _, scores in fits]
    flat = x.shape[1] == 2
    notes = (f"The first {MOST:,} training rows are fitted.",) if len(prepared.train.y) > MOST else ()
    return Regressed(
        features=_features(prepared, x.shape[1]),
        classes=profile.classes,
        fits=tuple(_fitted(name, scores, x, y) for name, scores in fits),
        rows=len(x),
        same=int((chances[0].argmax(dim=1) == chances[1].argmax(dim=1)).sum()),
        apart=float((chances[0] - chances[1]).abs().max()),
        decay=1 / (request.strength * len(x)),
        points=tuple(map(tuple, x[:POINTS].tolist())) if flat else (),
        targets=tuple(y[:POINTS].tolist()) if flat else (),
        notes=notes,
    )


def by_torch(x: Tensor, y: Tensor, classes: int, strength: float) -> Scores:
    """The Linear whose loss is least; x (rows, features) float64, y (rows,) the indices of classes."""
    scores = 1 if classes == 2 else classes
    layer = nn.Linear(x.shape[1], scores, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer: torch.optim.Optimizer = torch.optim.LBFGS(
        layer.parameters(),
        max_iter=2000,
        tolerance_grad=GRADIENT,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        optimizer.zero_grad()
        loss = _loss(layer(x), y) + layer.weight.square().sum() / (2 * strength * len(x))
        torch.autograd.backward(loss)
        return float(loss.detach())

    optimizer.step(closure)
    return centred(layer.weight.detach(), layer.bias.detach())


def by_sklearn(x: Tensor, y: Tensor, classes: int, strength: float) -> Scores:
    """The same by scikit-learn; a class without rows has no coefficients there, and is left at zero."""
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it does not converge, the difference says so
        found: Any = LogisticRegression(C=strength, tol=GRADIENT, max_iter=2000).fit(x.numpy(), y.numpy())
    weight, bias = torch.from_numpy(found.coef_).double(), torch.from_numpy(found.intercept_).double()
    if classes == 2 or len(weight) == classes:
        return centred(weight, bias)
    return _spread(weight, bias, [int(one) for one in found.classes_], classes)


def drawn_scores(request: Regress, prepared: Prepared) -> Scores | None:
    """The coefficients of the drawn network as it stands; None where it is no regression of these classes."""
    project, classes = request.project, len(prepared.profile.classes)
    try:
        network, _, layers = fresh_network(project, prepared.profile)
        if project.weights is not None and request.runs:
            modules = ((node, network.get_submodule(name)) for node, name in layers)
            put_weights(modules, read_weights(Path(request.runs), project.weights))
    except NNBuilderError:
        return None
    found = [network.get_submodule(name) for _, name in layers]
    linear = [one for one in found if isinstance(one, nn.Linear)]
    others = {type(one).__name__ for one in found if not isinstance(one, nn.Linear)}
    if (
        len(linear) != 1
        or not others <= _ENDS
        or linear[0].in_features != int(np.prod(prepared.profile.shape))
    ):
        return None
    weight = linear[0].weight.detach().double()
    bias = (
        torch.zeros(len(weight), dtype=torch.float64)
        if linear[0].bias is None
        else linear[0].bias.detach().double()
    )
    if len(weight) == 2 == classes:
        weight, bias = weight[1:] - weight[:1], bias[1:] - bias[:1]
    wanted = 1 if classes == 2 else classes
    return centred(weight, bias) if len(weight) == wanted else None


def centred(weight: Tensor, bias: Tensor) -> Scores:
    """Scores with their mean taken off, where there are several: softmax does not see it."""
    if len(weight) > 1:
        weight, bias = weight - weight.mean(dim=0), bias - bias.mean()
    return Scores(weight, bias)


def _spread(weight: Tensor, bias: Tensor, known: list[int], classes: int) -> Scores:
    """Coefficients of some classes among all of them."""
    if len(known) == 2:
        weight, bias = torch.cat([-weight, weight]) / 2, torch.cat([-bias, bias]) / 2
    whole, ends = torch.zeros(classes, weight.shape[1], dtype=torch.float64), torch.full((classes,), -30.0)
    ends = ends.double()
    whole[known], ends[known] = weight, bias
    return Scores(whole, ends)


def _loss(scores: Tensor, y: Tensor) -> Tensor:
    """The mean cross entropy."""
    if scores.shape[1] == 1:
        return nn.functional.binary_cross_entropy_with_logits(scores[:, 0], y.double())
    return nn.functional.cross_entropy(scores, y)


def _fitted(name: str, scores: Scores, x: Tensor, y: Tensor) -> Fitted:
    chances = scores.probabilities(x)
    right = (chances.argmax(dim=1) == y).double().mean()
    lines: Matrix = ()
    if x.shape[1] == 2:
        low, high = x.amin(dim=0).tolist(), x.amax(dim=0).tolist()
        lines = segments(scores.weight.tolist(), scores.bias.tolist(), (low[0], low[1], high[0], high[1]))
    return Fitted(
        name,
        tuple(map(tuple, scores.weight.tolist())),
        tuple(scores.bias.tolist()),
        float(_loss(x @ scores.weight.T + scores.bias, y)),
        float(right),
        lines,
    )


def _features(prepared: Prepared, count: int) -> tuple[str, ...]:
    """The names of the features; their places where they have none."""
    known = prepared.profile.features
    return known if len(known) == count else tuple(f"x[{place}]" for place in range(count))
