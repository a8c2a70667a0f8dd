"""Networks for tables: rows of numbers, as they come from a CSV file."""

from nnbuilder.templates.design import Design, Layer, group, layer, linear
from nnbuilder.templates.fit import Fit

_NARROWEST, _WIDEST = 16, 256


def logistic_regression(fit: Fit) -> Design:
    """One Linear layer: for two classes the probability of one, else a score for each; or a linear fit."""
    layers = _flattened(fit)
    if fit.classes == 2:
        return Design((*layers, linear(1), layer("Sigmoid")), "BCELoss")
    return Design((*layers, linear(fit.outputs)), fit.loss)


def mlp(fit: Fit) -> Design:
    """Two hidden layers as wide as the data ask for."""
    wide = hidden_width(fit)
    hidden = linear(wide), layer("ReLU"), linear(wide // 2), layer("ReLU")
    return Design((*_flattened(fit), *hidden, linear(fit.outputs)), fit.loss)


def regression_mlp(fit: Fit) -> Design:
    """One wide and one narrow hidden layer with smooth activations, as curves are smooth."""
    wide = max(32, hidden_width(fit))
    hidden = linear(wide), layer("SiLU"), linear(wide // 2), layer("SiLU")
    return Design((*_flattened(fit), *hidden, linear(fit.outputs)), fit.loss)


def deep_mlp(fit: Fit) -> Design:
    """Four equal blocks, each normalized and with dropout."""
    wide = hidden_width(fit)
    blocks = [
        group(f"block{number}", linear(wide), layer("LayerNorm"), layer("GELU"), layer("Dropout", p=0.1))
        for number in range(1, 5)
    ]
    return Design(
        (*_flattened(fit), *blocks, Layer("Linear", {"out_features": fit.outputs}, "head")), fit.loss
    )


def autoencoder(fit: Fit) -> Design:
    """An encoder down to a few numbers, and a decoder that makes the sample of them again."""
    wide, code = hidden_width(fit), max(1, min(fit.features - 1, fit.features // 8 + 2))
    return Design(
        (
            *_flattened(fit),
            group("encoder", linear(wide), layer("ReLU"), linear(code), layer("Tanh")),
            group("decoder", linear(wide), layer("ReLU"), linear(fit.features)),
        ),
        "MSELoss",
    )


def hidden_width(fit: Fit) -> int:
    """Neurons of a hidden layer: a power of two, about twice as many as numbers come in."""
    return min(_WIDEST, max(_NARROWEST, 1 << (2 * fit.features - 1).bit_length()))


def _flattened(fit: Fit) -> tuple[Layer, ...]:
    return (layer("Flatten"),) if len(fit.shape) > 1 else ()
