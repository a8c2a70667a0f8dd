"""What dotted names of a text stand for, by its imports; nothing is looked up anywhere but in tables."""

import ast

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import GROUP

LAZY = {
    f"Lazy{name}": name
    for name in (
        "Linear",
        *(
            f"{name}{dims}d"
            for name in ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm")
            for dims in (1, 2, 3)
        ),
    )
}
"""The variants of layers that find their input size themselves: what "auto" does here."""

ORDERED = "collections.OrderedDict"

TORCH_NN = "torch.nn."
"""What stands before the name of a layer."""

FUNCTIONAL = "torch.nn.functional."
"""What stands before the name of a function on tensors."""

_USUAL = {
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "optim": "torch.optim",
    "torch": "torch",
    "copy": "copy",
    "math": "math",
    "np": "numpy",
    "DataLoader": "torch.utils.data.DataLoader",
    "collections": "collections",
    "OrderedDict": ORDERED,
    GROUP: TORCH_NN + GROUP,
    **{name: TORCH_NN + name for name in LAYERS},
    **{name: TORCH_NN + name for name in LAZY},
}
"""What the usual names mean even where a paste left the imports out."""


class Names:
    """The names that a text has imported so far."""

    def __init__(self) -> None:
        self._known = dict(_USUAL)

    def read_import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Learns what an import gives other names to."""
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                self._known[alias.asname or alias.name] = f"{statement.module or ''}.{alias.name}"
            return
        for alias in statement.names:
            if alias.asname:
                self._known[alias.asname] = alias.name
            else:
                self._known[alias.name.partition(".")[0]] = alias.name.partition(".")[0]

    def known(self, name: str) -> str | None:
        """The full dotted path of a plain name; None for one that nothing is known of."""
        return self._known.get(name)

    def define(self, name: str, path: str = "") -> None:
        """Learns what a text itself calls so: something of this path, or something that is nobody else's."""
        self._known[name] = path or f"<text>.{name}"

    def path(self, node: ast.expr) -> str:
        """The full dotted path of a name, as far as the imports tell; empty where it is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        parts.append(self._known.get(node.id, node.id))
        return ".".join(reversed(parts))


def class_of(path: str) -> str | None:
    """The class of torch.nn that a path names, known or not; None where it leads elsewhere."""
    name = path.removeprefix(TORCH_NN)
    return name if name and "." not in name else None
