"""Values to begin with where something is to be varied."""

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.runs.knobs import Knob
from nnbuilder.runs.sweep import value_text

_FEW = 3


def suggested(knob: Knob) -> str:
    """Some values around the present one that fit, with commas between them."""
    spec, value = knob.spec, knob.value
    if spec.kind == "bool":
        return "True, False"
    if spec.choices and not isinstance(value, int | float):
        others = [choice for choice in spec.choices if choice != value]
        return ", ".join([*([value] if isinstance(value, str) else []), *others][:_FEW])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return ", ".join(value_text(one) for one in _around(value, spec))


def _around(value: float, spec: ArgSpec) -> list[float]:
    """Smaller, the same and larger; for 0 some small ones."""
    if spec.name == "seed":
        wanted: list[float] = [value + step for step in range(_FEW)]
    elif spec.kind == "int":
        wanted = [max(1, int(value) // 2), value, int(value) * 2] if value else [0, 1, 2]
    elif value == 0:
        wanted = [0.0, 0.001, 0.01]
    else:
        far = 10 if spec.name in {"lr", "weight_decay", "eps"} else 2
        wanted = [value / far, value, value * far]
    return [one for one in dict.fromkeys(wanted) if spec.fault(one) is None]
