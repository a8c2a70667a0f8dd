"""Networks for signals and texts."""

from nnbuilder.templates.design import Design, Layer, layer, linear
from nnbuilder.templates.fit import Fit

_WORDS = 10_000
"""How many different words a text may hold where nobody says."""


def cnn_1d(fit: Fit) -> Design:
    """Two convolutions along the signal, then the mean over all its steps."""
    _, steps = fit.sequence
    layers: list[Layer] = []
    for filters in (16, 32):
        layers += [layer("Conv1d", out_channels=filters, kernel_size=5, padding="same"), layer("ReLU")]
        if steps >= 2:
            layers.append(layer("MaxPool1d", kernel_size=2))
        steps //= 2
    layers += [layer("AdaptiveAvgPool1d", output_size=1), layer("Flatten"), linear(fit.outputs)]
    return Design(tuple(layers), fit.loss, None if fit.shape == fit.sequence else fit.sequence)


def text_classifier(fit: Fit) -> Design:
    """A learned row of numbers for each word, read by a GRU whose last state tells the class."""
    shape = (fit.features,)
    return Design(
        (
            layer("Embedding", num_embeddings=fit.words or _WORDS, embedding_dim=16),
            layer("GRU", hidden_size=32, output="last"),
            linear(fit.outputs),
        ),
        fit.loss,
        None if fit.shape == shape else shape,
        "int64",
    )
