"""Layers that look rows up by their numbers: embeddings of words and categories."""

from nnbuilder.catalog.layers.common import choice, named, number, size, switch
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Sparse"

_WORDS = ("embedding", "word", "token", "category", "vocabulary", "text", "lookup", "nlp")

_ROWS = size("num_embeddings", "How many different numbers may come in, from 0 on.", initial=1000)
_WIDTH = size("embedding_dim", "How many numbers stand for each.", initial=16)
_PADDING = ArgSpec(
    name="padding_idx",
    kind="int",
    help="The row that stays as it is, for padding; None: every row learns.",
    default=None,
    none=True,
    minimum=-SIZE_LIMIT,
    maximum=SIZE_LIMIT,
)
_MAX_NORM = ArgSpec(
    name="max_norm",
    kind="float",
    help="Rows longer than this are shortened when they are used.",
    default=None,
    none=True,
    minimum=0,
)
_NORM_TYPE = number("norm_type", "The power by which the length of a row is measured.", 2.0, step=1)
_BY_FREQUENCY = switch(
    "scale_grad_by_freq", "Rows that occur often in a batch learn more slowly.", default=False
)
_SPARSE = switch(
    "sparse", "Sparse gradients: less memory, but only some optimizers take them.", default=False
)

LAYERS = (
    LayerSpec(
        name="Embedding",
        group=GROUP,
        summary="Looks up a learned row for each whole number that comes in.",
        keywords=_WORDS,
        args=(_ROWS, _WIDTH, _PADDING, _MAX_NORM, _NORM_TYPE, _BY_FREQUENCY, _SPARSE),
        count=("{num_embeddings} * {embedding_dim}",),
    ),
    LayerSpec(
        name="EmbeddingBag",
        group=GROUP,
        summary="Looks up rows for whole numbers and joins those of a sample into one.",
        keywords=(*_WORDS, "bag of words", "mean", "sum"),
        args=(
            _ROWS,
            _WIDTH,
            _MAX_NORM,
            _NORM_TYPE,
            _BY_FREQUENCY,
            choice("mode", "How the rows are joined.", "mean", "sum", "mean", "max"),
            _SPARSE,
            named(_PADDING),
        ),
        count=("{num_embeddings} * {embedding_dim}",),
    ),
)
