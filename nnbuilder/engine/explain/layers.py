"""Which rule explains which layer: every one that can be drawn has its own."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec

from nnbuilder.engine.explain import (
    activations,
    attention,
    linear,
    moves,
    norms,
    others,
    pooling,
    recurrent,
    resampling,
    shares,
)
from nnbuilder.engine.explain.case import Case, Rule
from nnbuilder.protocol.worked import Line, Worked

_SIDES = ("1d", "2d", "3d")
_PADDINGS = ("Zero", "Constant", "Reflection", "Replication", "Circular")

RULES: Mapping[str, Rule] = {
    "Linear": linear.linear,
    **{f"Conv{side}": linear.convolution for side in _SIDES},
    **{f"ConvTranspose{side}": linear.transposed for side in _SIDES},
    **dict.fromkeys(activations.FUNCTIONS, activations.activation),
    "PReLU": activations.prelu,
    "RReLU": activations.rrelu,
    "GLU": activations.glu,
    **dict.fromkeys(("Softmax", "LogSoftmax", "Softmin", "Softmax2d"), shares.shares),
    **{f"BatchNorm{side}": norms.batch_norm for side in _SIDES},
    **{f"InstanceNorm{side}": norms.instance_norm for side in _SIDES},
    "GroupNorm": norms.group_norm,
    "LayerNorm": norms.layer_norm,
    "RMSNorm": norms.rms_norm,
    **dict.fromkeys(("LocalResponseNorm", "CrossMapLRN2d"), norms.local_response),
    **{f"MaxPool{side}": pooling.max_pool for side in _SIDES},
    **{f"AvgPool{side}": pooling.avg_pool for side in _SIDES},
    **{f"LPPool{side}": pooling.lp_pool for side in _SIDES},
    **{f"FractionalMaxPool{side}": pooling.fractional_max_pool for side in _SIDES[1:]},
    **{f"AdaptiveMaxPool{side}": pooling.adaptive_max_pool for side in _SIDES},
    **{f"AdaptiveAvgPool{side}": pooling.adaptive_avg_pool for side in _SIDES},
    **dict.fromkeys(("Dropout", "Dropout1d", "Dropout2d", "Dropout3d"), others.dropout),
    **dict.fromkeys(("AlphaDropout", "FeatureAlphaDropout"), others.alpha_dropout),
    "Embedding": others.embedding,
    "EmbeddingBag": others.embedding_bag,
    "LSTM": recurrent.lstm,
    "GRU": recurrent.gru,
    "RNN": recurrent.rnn,
    "TransformerEncoderLayer": attention.encoder_layer,
    "TransformerEncoder": attention.encoder,
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"), resampling.upsample),
    **dict.fromkeys(("Identity", "Flatten", "Unflatten"), moves.same),
    "PixelShuffle": moves.pixel_shuffle,
    "PixelUnshuffle": moves.pixel_unshuffle,
    "ChannelShuffle": moves.channel_shuffle,
    "Unfold": moves.unfold,
    "Fold": moves.fold,
    **{f"{kind}Pad{side}": moves.pad for kind in _PADDINGS for side in _SIDES},
}
"""The rule of each layer that can be drawn, by its name in torch.nn."""

_ANY_DIMENSIONS = ("BatchNorm", "Dropout", "Upsampling")
"""Layers that take fewer dimensions as what they are."""


def explain_layer(case: Case) -> Worked:
    """How one number of a layer's output comes about."""
    case = replace(case, input=case.input.detach(), output=case.output.detach())
    if not case.place:
        return Worked(case.name, "", (Line("No number came out of this layer."),))
    rule = RULES.get(case.name)
    if rule is None:
        text = f"PyTorch's {case.name} is not worked out number by number: input and output are its own."
        return Worked(case.name, "", (Line(text),))
    return _as_one_sample(case, rule) if _is_one_sample(case) else rule(case)


def _is_one_sample(case: Case) -> bool:
    """Whether PyTorch takes the rows for parts of a single sample, as there are too few dimensions."""
    if case.name.endswith("d") and case.name[-2:-1].isdigit() and not case.name.startswith(_ANY_DIMENSIONS):
        return case.input.dim() < int(case.name[-2]) + 2
    return False


def _as_one_sample(case: Case, rule: Rule) -> Worked:
    """The same with the dimensions that are missing in front."""
    missing = (None,) * (int(case.name[-2]) + 2 - case.input.dim())
    place = (*(0 for _ in missing), *case.place)
    worked = rule(replace(case, input=case.input[missing], output=case.output[missing], place=place))
    rows, dims = len(case.input), case.input.dim()
    note = f"The input has {dims} dimensions only: PyTorch takes its {rows} rows for parts of one sample."
    return msgspec.structs.replace(worked, notes=(*worked.notes, note))
