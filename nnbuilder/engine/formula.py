"""How many parameters a layer has, as a formula with its numbers."""

from collections.abc import Mapping

from nnbuilder.catalog.parse import arithmetic
from nnbuilder.catalog.spec import ArgError, ArgSpec, LayerSpec
from nnbuilder.graph.graph import ArgValue


def counting_formula(spec: LayerSpec, args: Mapping[str, ArgValue], parameters: int) -> str:
    """The first declared formula that gives torch's own count, with this layer's numbers; else empty."""
    if not parameters or not spec.count:
        return ""
    known = {arg.name: _plain(arg, args[arg.name]) for arg in spec.args}
    for count in spec.count:
        text = count.format_map(known)
        try:
            if arithmetic(text) == parameters:
                return text.replace(" / 1 ", " ")
        except ArgError:
            continue
    return ""


def _plain(arg: ArgSpec, value: ArgValue) -> str:
    """A value in a formula: a tuple is its product, and so is one number that stands for several places."""
    if isinstance(value, int) and len(arg.parts) > 1:
        value = (value,) * len(arg.parts)
    if isinstance(value, tuple):
        product = " * ".join(map(str, value))
        return product if len(value) == 1 else f"({product})"
    return str(int(value)) if isinstance(value, bool) else str(value)
