"""Calls like `nn.Linear(4, 16)` as layers, among them those that PyTorch builds in an unusual way."""

import ast
from collections.abc import Callable, Mapping
from functools import cache

from nnbuilder.catalog.excluded import EXCLUDED
from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.catalog.spec import ArgSpec, LayerSpec
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.reader.arguments import Arguments
from nnbuilder.interop.reader.values import Findings, Layer, Value
from nnbuilder.interop.reading import ReadLayer, SourceProblem
from nnbuilder.interop.small_classes import CHOOSING, SmallClass
from nnbuilder.interop.source_tree import SourceTree
from nnbuilder.interop.spelling import asked

_REPEATED = "encoder_layer"
"""What PyTorch calls the layer that another one repeats."""

_SPEED = dict.fromkeys(
    ("enable_nested_tensor", "mask_check"), "it changes nothing but how fast PyTorch computes"
)
"""What else such a layer takes."""

_LAZY_DEFAULTS: Mapping[str, ArgValue] = {"affine": True, "track_running_stats": True}
"""What PyTorch's lazy InstanceNorm does otherwise than the one that is told its size."""


def read_layer(
    tree: SourceTree,
    call: ast.Call,
    name: str,
    value_of: Callable[[ast.expr], Value],
    small: SmallClass | None = None,
) -> Layer:
    """The layer of the catalogue that a call of this class stands for, with what is wrong with it.

    `value_of` works out an expression. `small` is the class of the text itself that hands on one tensor of
    the named layer.
    """
    spec = LAYERS[LAZY.get(name, name)]
    if spec.inner:
        return _repeating(tree, call, spec, value_of)
    lazy = name in LAZY
    otherwise = _LAZY_DEFAULTS if lazy and spec.name.startswith("InstanceNorm") else {}
    reader = Arguments(tree, value_of, spec.name, _own(spec, lazy), otherwise)
    args = reader.read(call)
    chosen = next((arg for arg in spec.args if arg.role == "output"), None)
    if chosen is not None and small is not None:
        if (fault := misfit(small, args)) is not None:
            reader.findings.problems.append(tree.problem(call, fault))
        if small.output != chosen.default:
            args[chosen.name] = small.output
    read = ReadLayer(spec.name, args, "", (), *tree.place(call), *tree.end(call))
    return Layer(read, reader.findings, small is not None)


def unknown_class(name: str) -> str:
    """What is said where a class is wanted as a layer that is none of the catalogue."""
    if name in LOSSES:
        return f"nn.{name} is a loss: it stands behind the network, not among its layers."
    if name in EXCLUDED:
        return f"nn.{name} cannot be drawn: it {EXCLUDED[name]}."
    if (other := ELSEWHERE.get(name.casefold())) is not None:
        return f"{name[:80]} is no layer of the catalogue. Did you mean nn.{other}?"
    return f"{name[:80]} is no layer of the catalogue.{asked(name, (*LAYERS, *LAZY, GROUP), 'nn.')}"


@cache
def _own(spec: LayerSpec, lazy: bool = False) -> tuple[ArgSpec, ...]:
    """The arguments that PyTorch's constructor itself takes; a lazy layer finds the first one."""
    return tuple(arg for arg in spec.args[lazy:] if arg.role == "own")


def handed_on(layer: Layer) -> SourceProblem | None:
    """What is said of a layer in a Sequential that returns several tensors; None where it returns one."""
    read = layer.read
    if read is None or read.type not in CHOOSING or layer.chooses:
        return None
    message = (
        f"nn.{read.type} returns a pair, which no layer behind it in an nn.Sequential takes: "
        "here the sequence goes on, and “output” of the layer chooses the last state instead."
    )
    return SourceProblem(read.line, read.column, message, "warning")


ELSEWHERE = {
    "dense": "Linear",
    "fullyconnected": "Linear",
    "fc": "Linear",
    "conv": "Conv2d",
    "convolution2d": "Conv2d",
    "maxpooling2d": "MaxPool2d",
    "maxpool": "MaxPool2d",
    "averagepooling2d": "AvgPool2d",
    "globalaveragepooling2d": "AdaptiveAvgPool2d",
    "batchnormalization": "BatchNorm1d",
    "batchnorm": "BatchNorm1d",
    "layernormalization": "LayerNorm",
    "swish": "SiLU",
    "reshape": "Unflatten",
}
"""What other libraries, in small letters, call the layers of torch."""


def misfit(small: SmallClass, args: Mapping[str, ArgValue]) -> str | None:
    """Why the last state of such a layer is not what its class returns."""
    if small.output != "last":
        return None
    both, first = bool(args.get("bidirectional", False)), bool(args.get("batch_first", False))
    if small.batch_first is not None and (both or small.batch_first != first):
        needs = "one direction only" if both else f"batch_first={small.batch_first}"
        return f"The class of this {small.layer} takes the last step, which is the last state with {needs}."
    if small.both == both:
        return None
    if small.both:
        return f"The class of this {small.layer} joins two directions: it needs bidirectional=True."
    return f"The class of this {small.layer} returns one direction of two: join state[-2] and state[-1]."


def _repeating(
    tree: SourceTree, call: ast.Call, spec: LayerSpec, value_of: Callable[[ast.expr], Value]
) -> Layer:
    """A layer that is given a layer to repeat, as its first argument or by name."""
    first, rest, words = None, list(call.args), list(call.keywords)
    if rest:
        first = rest.pop(0)
    elif (word := next((word for word in words if word.arg == _REPEATED), None)) is not None:
        first = word.value
        words.remove(word)
    inner = value_of(first) if first is not None else None
    if not isinstance(inner, Layer) or inner.read is None or inner.read.type != spec.inner:
        message = f"{spec.name} is read with nn.{spec.inner}(...) as its first argument."
        return Layer(None, Findings([tree.problem(first or call, message)]))
    outer = Arguments(tree, value_of, spec.name, _own(spec), beside=_SPEED)
    words = [word for word in words if not _is_none(word)]
    copied = ast.Call(call.func, rest, words)
    args = {**inner.read.args, **outer.read(ast.copy_location(copied, call))}
    found = Findings()
    found.add(inner.findings)
    found.add(outer.findings)
    return Layer(ReadLayer(spec.name, args, "", (), *tree.place(call), *tree.end(call)), found)


def _is_none(word: ast.keyword) -> bool:
    """Whether this says that no normalization stands at the end, as without it."""
    return word.arg == "norm" and isinstance(word.value, ast.Constant) and word.value.value is None
