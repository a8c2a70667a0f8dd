"""The line that brings a tensor of the microscope to the bench: the same pass, in the words of a line."""

from nnbuilder.protocol.microscope import Look, Looked, Tensor
from nnbuilder.ui.bench.network_words import parameter, passed, recorded

INPUT = "input"
"""The name of what goes into the network."""


def wish_of(look: Look, looked: Looked, tensor: Tensor) -> tuple[str, str]:
    """A wish for a name, and the expression; both empty where a line has no word for it.

    What a step was done with, or has made, has none: gradients that were clipped or added up, new weights.
    """
    stage, name = looked.place.stage, _owner(looked)
    short = tensor.title.removesuffix(" before")
    if tensor.role == "parameter" and short in {one.name for one in looked.parameters} and name:
        return short, parameter(f"{name}.{short}")
    if stage not in {"forward", "loss", "backward"}:
        return "", ""

    def of(kind: str, key: str) -> str:
        return recorded(kind, key, look.rows, look.targets, train=look.train)

    if stage == "loss":
        word = {"Output": "output", "Loss of each row": "losses", "Target": "target"}.get(tensor.title, "")
        return (word, f"{passed(look.rows, look.targets, train=look.train)}.{word}") if word else ("", "")
    if stage == "backward":
        if tensor.title.endswith(".grad"):
            return tensor.title.replace(".", "_"), of(
                "gradients", f"{name}.{tensor.title.removesuffix('.grad')}"
            )
        arrives = tensor.title.startswith("Arrives")
        return (
            ("grad_out", of("gradients", name)) if arrives else ("grad_in", of("gradients", _before(looked)))
        )
    kinds = {"input": ("x", "inputs"), "output": ("out", "activations")}
    if tensor.role in kinds:
        wish, kind = kinds[tensor.role]
        return wish, of(kind, name)
    named = all(part.isidentifier() or part.isdecimal() for part in tensor.title.split("."))
    return (tensor.title, parameter(f"{name}.{tensor.title}")) if named else ("", "")


def _owner(looked: Looked) -> str:
    """The name of the layer whose tensors are seen."""
    node = looked.place.node if looked.place.name else looked.owner
    return looked.place.name or next((one.name for one in looked.walk if one.node == node and one.name), "")


def _before(looked: Looked) -> str:
    """The layer before the one that is looked at; what goes into the network where it is the first."""
    ahead = [one.name for one in looked.walk if one.stage == "forward"]
    place = ahead.index(looked.place.name) if looked.place.name in ahead else 0
    return ahead[place - 1] if place else INPUT
