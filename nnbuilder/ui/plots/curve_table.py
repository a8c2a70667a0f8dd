"""The points of curves as comma-separated text: a row for each step, a column for each curve."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from nnbuilder.ui.plots.curve import Curve

BLOCK = 4096
"""Rows that are written at once."""


def curve_table(curves: Sequence[Curve]) -> Iterator[str]:
    """The header, then rows in blocks; the window's run comes first.

    Epoch and seconds are those of the window's run, where it is among the curves. What is not known is empty;
    numbers have as many digits as bring them back exactly.
    """
    held = sorted((curve for curve in curves if len(curve.series)), key=lambda curve: curve.run != "")
    points = [(curve, _steps_of(curve), curve.series.values) for curve in held]
    own = next((curve.ruler for curve in held if not curve.run), None)
    names = [": ".join(filter(None, (curve.run, curve.column or curve.word))) for curve in held]
    yield ",".join(["step", *(["epoch", "seconds"] if own else []), *map(_quoted, names)]) + "\n"
    every = np.unique(np.concatenate([steps for _, steps, _ in points])) if points else np.empty(0)
    for start in range(0, len(every), BLOCK):
        block = every[start : start + BLOCK]
        columns = [[str(int(step)) for step in block]]
        if own is not None:
            columns += [
                _texts(own.counting("epoch").to_x(block)),
                _texts(own.counting("seconds").to_x(block)),
            ]
        columns += [_texts(_at(block, steps, values)) for _, steps, values in points]
        yield "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _steps_of(curve: Curve) -> NDArray[np.float64]:
    return np.rint(curve.places.steps(np.arange(len(curve.series), dtype=np.float64)))


def _at(
    wanted: NDArray[np.float64], steps: NDArray[np.float64], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The values at some steps, NaN where a curve has no point."""
    places = np.minimum(np.searchsorted(steps, wanted), len(steps) - 1)
    return np.where(steps[places] == wanted, values[places], np.float32(np.nan))


def _texts(values: NDArray[np.floating]) -> list[str]:
    texts: list[str] = values.astype(str).tolist()
    return [text if known else "" for text, known in zip(texts, np.isfinite(values).tolist(), strict=True)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if set(name) & set(',"\r\n') else name
