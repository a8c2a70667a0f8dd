"""The losses that can be chosen.

`reduction` and the long deprecated `size_average` and `reduce` are left out: training needs the mean.
`weight`, `pos_weight` and `ignore_index` take tensors or values of the data, not of the drawing.
"""

from nnbuilder.catalog.layers.common import number, whole
from nnbuilder.catalog.spec import LossSpec

_ALL = (
    LossSpec(
        name="CrossEntropyLoss",
        summary="For classes: how surprised the network is by the right class. Takes raw scores.",
        output="scores",
        target="class index",
        weighs=True,
        args=(
            number("label_smoothing", "Share of the target spread over all classes.", 0.0, 0, 1, step=0.05),
        ),
    ),
    LossSpec(
        name="NLLLoss",
        summary="For classes, on the log-probabilities of a LogSoftmax.",
        output="log-probabilities",
        target="class index",
        weighs=True,
    ),
    LossSpec(
        name="MultiMarginLoss",
        summary="For classes: how far the right score is from leading all others by a margin.",
        output="margins",
        target="class index",
        weighs=True,
        args=(
            whole("p", "Power of what is missing from the margin: 1 or 2.", 1, 1, 2),
            number("margin", "By how much the right score should lead.", 1.0, step=0.1),
        ),
    ),
    LossSpec(
        name="BCEWithLogitsLoss",
        summary="For two classes and one output: takes the raw score.",
        output="score",
        target="binary",
        weighs=True,
    ),
    LossSpec(
        name="BCELoss",
        summary="For two classes and one output: takes the probability of a Sigmoid.",
        output="probability",
        target="binary",
    ),
    LossSpec(
        name="MSELoss",
        summary="For numbers: the mean of the squared differences.",
        output="values",
        target="values",
    ),
    LossSpec(
        name="L1Loss",
        summary="For numbers: the mean of the absolute differences.",
        output="values",
        target="values",
    ),
    LossSpec(
        name="SmoothL1Loss",
        summary="For numbers: squared near zero, absolute further out.",
        output="values",
        target="values",
        args=(number("beta", "Where it turns from squared to absolute.", 1.0, 0, step=0.1),),
    ),
    LossSpec(
        name="HuberLoss",
        summary="For numbers: like SmoothL1Loss, scaled by delta.",
        output="values",
        target="values",
        args=(number("delta", "Where it turns from squared to absolute.", 1.0, 0, above=True, step=0.1),),
    ),
)

LOSSES = {spec.name: spec for spec in _ALL}
"""Every loss by its torch.nn name, in the order shown."""
