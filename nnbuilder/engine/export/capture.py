"""The network as torch.export's program, and why torch cannot export a layer."""

import keyword
import re
from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import nn
from torch.export import Dim, ExportedProgram

from nnbuilder.engine.export.compare import random_batch
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.quiet import quiet
from nnbuilder.engine.export.subject import Subject
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report import printable
from nnbuilder.project.chain import title

ROWS = 3
"""Samples with which a network is captured; torch takes 0 and 1 for numbers of their own."""

MOST_TRIES = 40
"""Layers that are exported one by one to find the one that stands in the way."""

_LETTERS = 240
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_OPERATOR = re.compile(r"<OpOverload\(op='([^']+)'[^>]*\)>")
_RUNTIME = re.compile(r"\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : ")
_ADVICE = re.compile(r"(\. Failure message:|\. If you|\. Please|\. For more|! For more|\. See ).*", re.DOTALL)

Attempt = Callable[[nn.Module, torch.Tensor], object]
"""Exports a module that gets this batch; raises where torch cannot."""


def capture(network: nn.Module, x: torch.Tensor) -> ExportedProgram:
    """The program of a network for any number of samples; raises whatever torch raises."""
    with quiet():
        program = torch.export.export(
            plainly_named(network), (x.clone(),), dynamic_shapes=({0: Dim("batch", min=1)},)
        )
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)  # it names files of this computer
    return program


def plainly_named(network: nn.Module) -> nn.Module:
    """The same layers under names that torch can write into source, as it does with the user's."""
    if type(network) is not nn.Sequential:
        return network
    layers = network.named_children()
    return nn.Sequential(
        OrderedDict((_plain(name, index), plainly_named(layer)) for index, (name, layer) in enumerate(layers))
    )


def _plain(name: str, index: int) -> str:
    plain = name.isdigit() or (_NAME.fullmatch(name) is not None and not keyword.iskeyword(name))
    return name if plain and name.isascii() else f"layer_{index}"


def refusal(subject: Subject, error: Exception, attempt: Attempt, to: str) -> ExportError:
    """The error that says in torch's words why a network cannot be exported, and which layer is why."""
    node = _culprit(subject, attempt)
    reason = reason_of(error)
    if node is None:
        return ExportError(f"PyTorch cannot export this network to {to}: {reason} Nothing was written.")
    name = next(name for key, name in subject.layers if key == node)
    layer = title(subject.project.graph.nodes[node])
    place = "" if layer.endswith(f" {name}") else f" (layer {name})"
    called = printable(f"{layer}{place}").replace("\n", " ")
    text = f"PyTorch cannot export {called} to {to}: {reason} Nothing was written."
    return ExportError(text, node)


def reason_of(error: BaseException) -> str:
    """Torch's reason in one sentence: the innermost one, without its colours and its advice."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = _COLOURS.sub("", str(error)).strip()
    bullet = re.search(r"^\s*- (.+)", text, re.MULTILINE)
    text = bullet.group(1) if bullet else text
    text = (
        _ADVICE.sub("", _RUNTIME.sub("onnxruntime says: ", _OPERATOR.sub(r"\1", text)))
        .partition("\n")[0]
        .strip()
    )
    text = text or type(error).__name__
    text = text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"
    return f"{text.rstrip('.')}."


def _culprit(subject: Subject, attempt: Attempt) -> NodeId | None:
    """The first layer that cannot be exported by itself."""
    x = random_batch(subject, ROWS)
    tried: set[tuple[str, str, tuple[int, ...]]] = set()
    with torch.no_grad(), quiet():
        for node, name in subject.layers:
            layer = subject.network.get_submodule(name)
            look = (type(layer).__name__, layer.extra_repr(), tuple(x.shape))
            if look not in tried and len(tried) < MOST_TRIES:
                tried.add(look)
                try:
                    attempt(nn.Sequential(layer).eval(), x)
                except Exception:  # noqa: BLE001  (torch's exporter fails in every way there is)
                    return node
            x = layer(x.clone())
    return None
