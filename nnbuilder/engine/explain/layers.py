"""Which rule explains which layer; the others say that they have none."""

from collections.abc import Mapping

from nnbuilder.engine.explain import activations, linear, norms, others, pooling
from nnbuilder.engine.explain.case import Case, Rule
from nnbuilder.protocol.worked import Line, Worked

_SIDES = ("1d", "2d", "3d")

RULES: Mapping[str, Rule] = {
    "Linear": linear.linear,
    **{f"Conv{side}": linear.convolution for side in _SIDES},
    **{f"ConvTranspose{side}": linear.transposed for side in _SIDES},
    **dict.fromkeys(activations.FUNCTIONS, activations.activation),
    "PReLU": activations.prelu,
    "RReLU": activations.rrelu,
    "GLU": activations.glu,
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin", "Softmax2d"), activations.shares),
    **{f"BatchNorm{side}": norms.batch_norm for side in _SIDES},
    **{f"InstanceNorm{side}": norms.instance_norm for side in _SIDES},
    "GroupNorm": norms.group_norm,
    "LayerNorm": norms.layer_norm,
    "RMSNorm": norms.rms_norm,
    **{f"MaxPool{side}": pooling.max_pool for side in _SIDES},
    **{f"AvgPool{side}": pooling.avg_pool for side in _SIDES},
    **{f"AdaptiveMaxPool{side}": pooling.adaptive_max_pool for side in _SIDES},
    **{f"AdaptiveAvgPool{side}": pooling.adaptive_avg_pool for side in _SIDES},
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "Dropout3d"), others.dropout),
    "Embedding": others.embedding,
    "EmbeddingBag": others.embedding_bag,
    **dict.fromkeys(("Identity", "Flatten", "Unflatten"), others.same),
}
"""The rule of each layer that has one, by its name in torch.nn."""


def explain_layer(case: Case) -> Worked:
    """How one number of a layer's output comes about."""
    rule = RULES.get(case.name)
    if rule is None or not case.place:
        text = f"PyTorch's {case.name} is not worked out number by number: input and output are its own."
        return Worked(case.name, "", (Line(text),))
    return rule(Case(case.module, case.input.detach(), case.output.detach(), case.place))
