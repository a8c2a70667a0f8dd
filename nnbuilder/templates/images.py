"""Networks for images; a row of numbers, such as the pixels of a digit, is read as one."""

from nnbuilder.graph.graph import ArgValue
from nnbuilder.templates.design import Design, Layer, layer, linear
from nnbuilder.templates.fit import Fit

_LENET = 32
"""Height and width of the images that LeNet-5 was made for."""

_MNIST = 28
"""Height and width that it takes with two rows of padding."""


def small_cnn(fit: Fit) -> Design:
    """Two convolutions with pooling, and one Linear layer."""
    _, height, width = fit.image
    layers: list[Layer] = []
    for filters in (16, 32):
        layers += [layer("Conv2d", out_channels=filters, kernel_size=3, padding=1), layer("ReLU")]
        if (pool := _halving(height, width)) is not None:
            layers.append(layer("MaxPool2d", kernel_size=pool))
        height, width = max(1, height // 2), max(1, width // 2)
    layers += [layer("Flatten"), linear(fit.outputs)]
    return Design(tuple(layers), fit.loss, _typed(fit))


def lenet_5(fit: Fit) -> Design:
    """LeCun's network of 1998 as it is written today: 61,706 parameters for one channel and ten classes."""
    _, height, width = fit.image
    padding: dict[str, ArgValue] = {"padding": 2} if height == width == _MNIST else {}
    sized = () if height == width == _LENET or padding else (_enlarged(),)
    return Design(
        (
            *sized,
            layer("Conv2d", out_channels=6, kernel_size=5, **padding),
            layer("Tanh"),
            layer("AvgPool2d", kernel_size=2),
            layer("Conv2d", out_channels=16, kernel_size=5),
            layer("Tanh"),
            layer("AvgPool2d", kernel_size=2),
            layer("Flatten"),
            linear(120),
            layer("Tanh"),
            linear(84),
            layer("Tanh"),
            linear(fit.outputs),
        ),
        fit.loss,
        _typed(fit),
    )


def all_convolutional(fit: Fit) -> Design:
    """Strides in place of pooling, and the mean over each map of scores in place of a Linear layer."""
    layers: list[Layer] = []
    for filters in (32, 64):
        for stride in (1, 2):
            conv = layer("Conv2d", out_channels=filters, kernel_size=3, stride=stride, padding=1)
            layers += [conv, layer("ReLU")]
    layers += [
        layer("Conv2d", out_channels=fit.outputs, kernel_size=1),
        layer("AdaptiveAvgPool2d", output_size=1),
        layer("Flatten"),
    ]
    return Design(tuple(layers), fit.loss, _typed(fit))


def _typed(fit: Fit) -> tuple[int, int, int] | None:
    """The shape typed on the Input where the data's own is not an image's."""
    return None if fit.shape == fit.image else fit.image


def _enlarged() -> Layer:
    return layer("Upsample", size=_LENET, scale_factor=None, mode="bilinear")


def _halving(height: int, width: int) -> ArgValue:
    """What halves both sides as far as they can be halved; None where neither can."""
    if height < 2 and width < 2:
        return None
    return 2 if height >= 2 and width >= 2 else (min(2, height), min(2, width))
