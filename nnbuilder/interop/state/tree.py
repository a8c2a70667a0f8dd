"""The names of a state_dict as the tree that they spell: modules with their tensors and what lies in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Shape = tuple[int, ...]

_NUMBERS = re.compile(r"(\d+)")

_WRAPPERS = ("module", "_orig_mod", "model", "state_dict")
"""What DataParallel, torch.compile and training frameworks put in front of every name."""


@dataclass
class Module:
    """One module: its own tensors by name, and the modules in it by theirs, in the order of the names."""

    path: str = ""
    tensors: dict[str, Shape] = field(default_factory=dict)
    inside: dict[str, "Module"] = field(default_factory=dict)

    @property
    def indexed(self) -> bool:
        """Whether the modules inside are numbered, as those of an nn.Sequential are."""
        return bool(self.inside) and all(name.isdecimal() for name in self.inside)

    def shape(self, name: str) -> Shape:
        """The shape of a tensor; empty where there is none."""
        return self.tensors.get(name, ())


def module_tree(shapes: Mapping[str, Shape], *, ordered: bool) -> tuple[Module, str]:
    """The outermost module, and the wrapper's name that stood before all others (empty without one).

    `ordered` says that the names stand in the order of definition; otherwise they are put in the order of
    the numbers in them.
    """
    names = list(shapes) if ordered else sorted(shapes, key=_natural)
    root = Module()
    for name in names:
        *path, last = name.split(".")
        module = root
        for index, part in enumerate(path):
            module = module.inside.setdefault(part, Module(".".join(path[: index + 1])))
        module.tensors[last] = shapes[name]
    wrapper: list[str] = []
    while not root.tensors and len(root.inside) == 1 and next(iter(root.inside)) in _WRAPPERS:
        ((part, root),) = root.inside.items()
        wrapper.append(part)
    return root, ".".join(wrapper)


def _natural(name: str) -> list[tuple[int, str]]:
    """So that fc2 stands before fc10."""
    parts = _NUMBERS.split(name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
