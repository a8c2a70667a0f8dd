"""A drawing as a class, as courses write it, whose state_dict has the keys of the drawing.

Weights that were saved here must load into the class and the other way round, so the keys decide its form.
Where every layer at the top has a name that an attribute may have, each becomes one, and `forward` calls
them in order: `self.hidden` gives the key `hidden.weight`, as the name on the canvas does. A layer without a
name has its number for a key (`0.weight`), and no attribute can be called `0`: then the class is an
`nn.Sequential` that fills itself, because layers in an attribute of their own would get one prefix more.
"""

import keyword
from collections.abc import Sequence

from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import Graph
from nnbuilder.interop.pretty import Bracket, Expression, assigned, call, layout
from nnbuilder.interop.python_writer import holds_names, network_parts

_OWN = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule
half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters
parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
to_empty train training type xpu zero_grad
"""

OWN = frozenset(_OWN.split())
"""Names that every `nn.Module` uses itself: a layer of that name would take its method away."""


_TAKEN = frozenset({"nn", "torch", "OrderedDict", "super"})
"""Names that the text around a class uses."""

Layers = Sequence[tuple[str, Expression]]
"""Layers with the attributes that they become."""


def class_source(graph: Graph, analysis: Analysis | None = None, name: str = "Network") -> str:
    """A module that holds the network as a class of that name; raises `WriteError` as `module_source` does.

    A name that no class can have becomes `Network`.
    """
    network, classes = network_parts(graph, analysis)
    imports = ["from collections import OrderedDict", ""] if needs_ordered_dict(network) else []
    imports += ["import torch"] if any(small.both for small in classes) else []
    head = "\n".join([*imports, "from torch import nn\n"])
    title = "Network" if any(small.name == name for small in classes) else name
    return "\n\n".join([head, *(small.source() for small in classes), class_text(network, title)])


def class_text(network: Bracket, name: str, meaning: Sequence[str] = ()) -> str:
    """The class alone, of a network that was written; `meaning` are the lines of its docstring."""
    title = name if _is_plain(name) and name not in _TAKEN else "Network"
    layers = _attributes(network)
    body = _filled(network) if layers is None else _attributed(layers)
    return "\n".join(
        [f"class {title}({'nn.Sequential' if layers is None else 'nn.Module'}):", *meaning, *body, ""]
    )


def needs_ordered_dict(network: Bracket) -> bool:
    """Whether the class of this network gives names by an OrderedDict, which has to be imported."""
    layers = _attributes(network)
    return holds_names(network) if layers is None else any(holds_names(layer) for _, layer in layers)


def _attributes(network: Bracket) -> Layers | None:
    """The layers with their names, or None where these cannot all be attributes."""
    layers: list[tuple[str, Expression]] = []
    match network.items:
        case (Bracket("OrderedDict", "()", (Bracket(items=pairs),)),):
            for pair in pairs:
                if isinstance(pair, str) or not isinstance(pair.items[0], str):
                    return None
                layers.append((pair.items[0][1:-1], pair.items[1]))
    names = [name for name, _ in layers]
    plain = all(_is_plain(name) and not name.startswith("_") and name not in OWN for name in names)
    return layers if layers and plain else None


def _is_plain(name: str) -> bool:
    """Whether a name means the same to Python wherever it stands: letters that look alike do not."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def _filled(network: Bracket) -> list[str]:
    """A Sequential that fills itself."""
    made = Bracket("super().__init__", "()", network.items, network.tall)
    return ["    def __init__(self):", f"        {layout(made, 8, 8)}"]


def _attributed(layers: Layers) -> list[str]:
    """An attribute for each layer, and a forward that calls them in order."""
    made = [f"        {assigned(f'self.{name}', layer, 8)}" for name, layer in layers]
    *steps, last = [call(f"self.{name}", ["x"]) for name, _ in layers]
    return [
        "    def __init__(self):",
        "        super().__init__()",
        *made,
        "",
        "    def forward(self, x):",
        *(f"        {assigned('x', step, 8)}" for step in steps),
        f"        return {layout(last, 8, 15)}",
    ]
