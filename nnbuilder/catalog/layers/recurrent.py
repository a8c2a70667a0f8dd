"""Recurrent layers: sequences read step by step."""

import msgspec

from nnbuilder.catalog.layers.common import BIAS, choice, number, size, switch, whole
from nnbuilder.catalog.spec import ArgSpec, LayerSpec

GROUP = "Recurrent"

MOST_LAYERS = 256
"""Layers on top of each other; PyTorch builds each of them, and as many more would take minutes."""

_WORDS = ("rnn", "sequence", "time series", "memory", "text", "recurrent")

_OUTPUT = ArgSpec(
    name="output",
    kind="choice",
    help="What goes on: the whole sequence, or only the last state of each direction.",
    default="sequence",
    initial="last",
    choices=("sequence", "last"),
    keyword=True,
    role="output",
)

_BATCH_FIRST = msgspec.structs.replace(
    switch(
        "batch_first",
        "The first dimension counts samples, the second steps, as the data here comes.",
        default=False,
    ),
    initial=True,
)


def _layer(name: str, gates: int, summary: str, *words: str) -> LayerSpec:
    nonlinearity = choice("nonlinearity", "What each step ends with.", "tanh", "tanh", "relu")
    projection = whole(
        "proj_size", "Makes the state that goes on so small; 0: as large as hidden_size.", 0, 0
    )
    return LayerSpec(
        name=name,
        group=GROUP,
        summary=summary,
        keywords=(*_WORDS, *words),
        args=(
            size("input_size", "How many numbers come in at each step.", follows="features"),
            size("hidden_size", "How many numbers the memory holds.", initial=32),
            whole("num_layers", "How many such layers lie on top of each other.", 1, maximum=MOST_LAYERS),
            *((nonlinearity,) if name == "RNN" else ()),
            BIAS,
            _BATCH_FIRST,
            number(
                "dropout",
                "The share made zero between the layers on top of each other.",
                0.0,
                0,
                1,
                step=0.05,
            ),
            switch("bidirectional", "Read the sequence backwards as well.", default=False),
            *((projection,) if name == "LSTM" else ()),
            _OUTPUT,
        ),
        count=_counts(gates),
    )


def _counts(gates: int) -> tuple[str, ...]:
    """One layer; several; several whose state is projected, as only an LSTM's can be."""
    ways, size = "(1 + {bidirectional})", f"{gates} * {{hidden_size}}" if gates > 1 else "{hidden_size}"
    above = f"({{num_layers}} - 1) * {ways} * "
    one = f"{ways} * {size} * ({{input_size}} + {{hidden_size}} + 2 * {{bias}})"
    several = f"{one} + {above}{size} * ({ways} * {{hidden_size}} + {{hidden_size}} + 2 * {{bias}})"
    if gates < 4:
        return one, several
    down = "{proj_size} * {hidden_size}"
    first = f"{ways} * ({size} * ({{input_size}} + {{proj_size}} + 2 * {{bias}}) + {down})"
    rest = f"{above}({size} * ({ways} * {{proj_size}} + {{proj_size}} + 2 * {{bias}}) + {down})"
    return one, several, first, f"{first} + {rest}"


LAYERS = (
    _layer(
        "LSTM",
        4,
        "Reads a sequence step by step and learns what to keep and what to forget.",
        "long short-term",
    ),
    _layer("GRU", 3, "Reads a sequence step by step; a smaller LSTM.", "gated"),
    _layer("RNN", 1, "Reads a sequence step by step; the simplest of its kind.", "elman", "simple"),
)
