"""What names before a bracket call: layers, which take numbers, and containers, which take layers."""

from nnbuilder.catalog.excluded import EXCLUDED
from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, layer
from nnbuilder.catalog.spec import ArgSpec, LayerSpec
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.spelling import meant

CONTAINERS = {GROUP, "ModuleList", "OrderedDict", "ModuleDict"}
"""Calls that take layers."""

KNOWN = {*LAYERS, *LAZY, *CONTAINERS, *EXCLUDED, *LOSSES}
"""Every class of torch.nn that a text may name."""

PREFIXES = {"nn", "torch", "F"}
"""Names that stand before a dot."""

_TORCH = {
    *(
        "nn",
        "optim",
        "utils",
        "cuda",
        "device",
        "tensor",
        "Tensor",
        "zeros",
        "ones",
        "randn",
        "rand",
        "arange",
    ),
    *("manual_seed", "no_grad", "save", "load", "float32", "float64", "long", "flatten", "relu", "sigmoid"),
    *("softmax", "from_numpy", "randint", "argmax", "linspace", "cat", "stack"),
}
"""What stands behind `torch.` often."""


def is_layer(name: str) -> bool:
    """Whether a name is a class of torch.nn or much like one."""
    return name in KNOWN or (name[:1].isupper() and meant(name, KNOWN) is not None)


def role_of(name: str, dotted: bool) -> str:
    """What a called name takes: "layer", "container", "call" for anything else."""
    if name in CONTAINERS:
        return "container"
    if name in LAYERS and LAYERS[name].inner:
        return "call"
    if name in LAYERS or name in LAZY:
        return "layer"
    if dotted and name[:1].isupper() and (guess := meant(name, (*LAYERS, *CONTAINERS))) is not None:
        return role_of(guess, dotted=False)
    return "call"


def argument_at(name: str, place: int) -> ArgSpec | None:
    """The argument of a layer at a place, counted from 0."""
    spec = _declared(name)
    if spec is None or place >= len(spec.args) or spec.args[place].keyword:
        return None
    return spec.args[place]


def argument_named(name: str, arg: str) -> ArgSpec | None:
    """The argument of a layer or an optimizer with a name."""
    spec = _declared(name)
    args: tuple[ArgSpec, ...] = spec.args if spec is not None else ()
    if spec is None and name in OPTIMIZERS:
        args = OPTIMIZERS[name].args
    return next((each for each in args if each.name == arg), None)


def _declared(name: str) -> LayerSpec | None:
    return layer(LAZY.get(name, name)) or layer(meant(name, LAYERS) or "")


def unglued(name: str) -> str | None:
    """What `torch0tensr`, `nnLinear` or `nn0Linear` were meant to be; None for any other name."""
    for prefix, known in (("torch", _TORCH), ("nn", {*LAYERS, *CONTAINERS})):
        rest = name.removeprefix(prefix)
        if rest == name or not rest:
            continue
        plain = rest.lstrip("0123456789_oO") if rest[0] in "0123456789_" else rest
        sure = rest[0].isdigit()
        if plain in known and (sure or plain[0].isupper()):
            return f"{prefix}.{plain}"
        if sure and (guess := meant(plain, known)) is not None:
            return f"{prefix}.{guess}"
    return None
