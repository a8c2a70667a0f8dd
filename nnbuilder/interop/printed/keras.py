"""Rows of a Keras summary as layers of torch, whose channels stand in front of the sizes."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from nnbuilder.interop.printed.tables import Row, Shape

_SAME: Mapping[str, str] = {
    "Dense": "Linear",
    **{f"Conv{dims}D": f"Conv{dims}d" for dims in (1, 2, 3)},
    **{f"Conv{dims}DTranspose": f"ConvTranspose{dims}d" for dims in (1, 2, 3)},
    **{f"MaxPooling{dims}D": f"MaxPool{dims}d" for dims in (1, 2, 3)},
    **{f"AveragePooling{dims}D": f"AvgPool{dims}d" for dims in (1, 2, 3)},
    "LayerNormalization": "LayerNorm",
    "SimpleRNN": "RNN",
    "UpSampling2D": "Upsample",
    "Reshape": "Unflatten",
    **{name: name for name in ("Flatten", "Dropout", "Embedding", "LSTM", "GRU", "Identity")},
    **{name: name for name in ("ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")},
    **{f"SpatialDropout{dims}D": f"Dropout{dims}d" for dims in (1, 2, 3)},
}
"""What layers are called in torch."""

WITH_ACTIVATION = ("Linear", "Conv")
"""Layers that Keras may give an activation which it does not print."""

INPUT = "InputLayer"


def torch_rows(row: Row) -> Iterator[Row]:
    """The rows as a table of torch would have them; a class that torch does not have keeps its name."""
    output = row.output
    if re.sub(r"_\d+$", "", row.name).replace("_", "") == row.kind.lower():
        row = msgspec.structs.replace(row, name="")  # Keras itself named it so
    if row.kind.startswith("Global") and output is not None:
        pool = "MaxPool" if "Max" in row.kind else "AvgPool"
        dims = row.kind[-2:].lower()
        ones: Shape = (1,) * int(dims[0]) if dims[:1].isdecimal() else (1,)
        yield _row(row, f"Adaptive{pool}{dims}", (*output, *ones))
        flatten = f"{row.name}_flatten" if row.name else ""
        yield msgspec.structs.replace(_row(row, "Flatten", output), name=flatten)
        return
    swapped = channels_first(output)
    if row.kind == "BatchNormalization":
        dims = "1d" if swapped is None or len(swapped) < 3 else f"{len(swapped) - 1}d"
        params = None if row.params is None else row.params // 2
        yield msgspec.structs.replace(_row(row, f"BatchNorm{dims}", swapped), params=params)
        return
    yield _row(row, _SAME.get(row.kind, row.kind), swapped)


def channels_first(shape: Shape | None) -> Shape | None:
    """A shape with the channels in front; sequences stay as they are."""
    return (shape[-1], *shape[:-1]) if shape is not None and len(shape) > 2 else shape


def _row(row: Row, kind: str, output: Shape | None) -> Row:
    return msgspec.structs.replace(row, kind=kind, output=output)
