"""How far an arrow key moves a number: by its declared step, or 1, 2, 5, 10 where sizes span decades."""

import math

from nnbuilder.catalog.spec import ArgSpec

Number = int | float

_SMALLEST = 1e-12
_FROM_ZERO = 1e-4


def stepped(spec: ArgSpec, value: Number, steps: int) -> Number:
    """The value so many steps up (or down, where negative); it stays inside the bounds."""
    moved = value
    for _ in range(abs(steps)):
        moved = _one(spec, moved, 1 if steps > 0 else -1)
    return moved


def doubled(spec: ArgSpec, value: Number, times: int) -> Number:
    """The next powers of two up or down for whole numbers, a doubled or halved value for others."""
    if spec.kind != "int":
        return _inside(spec, value * 2.0**times, value)
    exponent = math.log2(max(abs(value), 1))
    nearest = math.floor(exponent) if times > 0 else math.ceil(exponent)
    return _inside(spec, 2 ** max(nearest + times, 0), value)


def _one(spec: ArgSpec, value: Number, sign: int) -> Number:
    if spec.kind == "int":
        return _inside(spec, int(value) + sign * int(spec.step or 1), value)
    if spec.step is not None:
        return _inside(spec, round(value + sign * spec.step, 10), value)
    return _inside(spec, _ladder(value, sign), value)


def _inside(spec: ArgSpec, wanted: Number, value: Number) -> Number:
    """The wanted number, or the bound that it passed; `value` where that bound itself is excluded."""
    for bound, excluded, passed in (
        (spec.minimum, spec.above, spec.minimum is not None and wanted <= spec.minimum),
        (spec.maximum, spec.below, spec.maximum is not None and wanted >= spec.maximum),
    ):
        if bound is not None and passed:
            nearest = value if excluded else bound
            return int(nearest) if spec.kind == "int" else float(nearest)
    return wanted


def _ladder(value: float, sign: int) -> float:
    """The next of ... 0.1, 0.2, 0.5, 1, 2, 5, 10 ... in a direction; negative values mirror it."""
    if value < 0:
        return -_ladder(-value, -sign)
    if value < _SMALLEST:
        return sign * _FROM_ZERO
    exponent = math.floor(math.log10(value))
    rungs = [mantissa * 10.0**power for power in range(exponent - 1, exponent + 2) for mantissa in (1, 2, 5)]
    if sign > 0:
        found = next(rung for rung in rungs if rung > value * (1 + 1e-9))
    else:
        found = next(rung for rung in reversed(rungs) if rung < value * (1 - 1e-9))
    return float(f"{found:.3g}")
