"""The arguments of what is called in the text, in the order in which PyTorch takes them."""

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import ArgSpec, Required, shown
from nnbuilder.ui.code.syntax import Call


class Signature(msgspec.Struct, frozen=True):
    """What is called: its one-line help and its arguments.

    `first` names an object that is handed in before them, as the layer that a stack repeats.
    """

    name: str
    summary: str
    args: tuple[ArgSpec, ...]
    first: str = ""

    def current(self, call: Call) -> ArgSpec | None:
        """The argument that a call is at; None where it is none of those declared."""
        if call.keyword:
            return next((arg for arg in self.args if arg.name == call.keyword), None)
        index = call.index - bool(self.first)
        placed = [arg for arg in self.args if not arg.keyword]
        return placed[index] if 0 <= index < len(placed) and not call.given else None

    def left(self, call: Call) -> tuple[ArgSpec, ...]:
        """The arguments that a call does not give yet."""
        named = set(call.given)
        placed = [arg for arg in self.args if not arg.keyword]
        finished = len(call.given) - bool(call.keyword)
        positional = max(call.index - finished - bool(self.first), 0)
        taken = {arg.name for arg in placed[:positional]} | named
        return tuple(arg for arg in self.args if arg.name not in taken)

    def words(self) -> tuple[str, ...]:
        """Each argument as it is written in a signature, with PyTorch's default."""
        first = (self.first,) if self.first else ()
        return (*first, *(_written(arg) for arg in self.args))


def signature_of(name: str) -> Signature | None:
    """The signature of a layer, loss or optimizer; None for what the catalogue does not know."""
    spec = LAYERS.get(name) or LOSSES.get(name) or OPTIMIZERS.get(name)
    if spec is not None:
        inner = getattr(spec, "inner", "")
        own = tuple(arg for arg in spec.args if arg.role == "own")
        return Signature(name, spec.summary, own, inner and f"{_snake(inner)}")
    for layer in LAYERS.values():
        if layer.inner == name:
            args = tuple(arg for arg in layer.args if arg.role == "inner")
            return Signature(name, f"One layer of a {layer.name}.", args)
    return None


def takes(arg: ArgSpec) -> str:
    """What may be written for an argument, as a sentence."""
    words = arg.expects().replace(" or auto", "")
    return f"Takes {words}." + (" The drawing lets it follow what comes in." if arg.follows else "")


def _written(arg: ArgSpec) -> str:
    return arg.name if isinstance(arg.default, Required) else f"{arg.name}={shown(arg.default)}"


def _snake(name: str) -> str:
    """`encoder_layer` for `TransformerEncoderLayer`, as PyTorch names it."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return words.removeprefix("_transformer_").removeprefix("_")
