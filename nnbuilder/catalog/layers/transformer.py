"""Transformer layers: sequences whose steps look at each other."""

import msgspec

from nnbuilder.catalog.layers.common import BIAS, EPS, choice, number, size, switch, whole
from nnbuilder.catalog.layers.recurrent import MOST_LAYERS
from nnbuilder.catalog.spec import LayerSpec

GROUP = "Transformer"

_WORDS = ("attention", "self-attention", "encoder", "sequence", "text", "bert", "vit")

_ARGS = (
    size("d_model", "How many numbers each step has.", follows="features"),
    size("nhead", "How many attention heads; they divide d_model among them.", initial=1),
    whole("dim_feedforward", "How many neurons lie between the two Linear layers of each step.", 2048),
    number("dropout", "The share made zero while training.", 0.1, 0, 1, step=0.05),
    choice("activation", "What lies between the two Linear layers.", "relu", "relu", "gelu"),
    msgspec.structs.replace(EPS, name="layer_norm_eps"),
    msgspec.structs.replace(
        switch(
            "batch_first",
            "The first dimension counts samples, the second steps, as the data here comes.",
            default=False,
        ),
        initial=True,
    ),
    switch(
        "norm_first", "Normalize before attention and Linear layers instead of behind them.", default=False
    ),
    BIAS,
)

_COUNT = (
    "4 * {d_model} * ({d_model} + {bias}) + {dim_feedforward} * (2 * {d_model} + {bias}) "
    "+ {bias} * {d_model} + 2 * {d_model} * (1 + {bias})"
)

LAYERS = (
    LayerSpec(
        name="TransformerEncoderLayer",
        group=GROUP,
        summary="Lets each step of a sequence look at all others, then computes with each by itself.",
        keywords=_WORDS,
        args=_ARGS,
        count=(_COUNT,),
    ),
    LayerSpec(
        name="TransformerEncoder",
        group=GROUP,
        summary="Several equal TransformerEncoderLayers on top of each other.",
        keywords=(*_WORDS, "stack"),
        args=(
            *(msgspec.structs.replace(arg, role="inner") for arg in _ARGS),
            msgspec.structs.replace(
                size("num_layers", "How many such layers lie on top of each other.", initial=2),
                maximum=MOST_LAYERS,
            ),
        ),
        count=(f"{{num_layers}} * ({_COUNT})",),
        inner="TransformerEncoderLayer",
    ),
)
