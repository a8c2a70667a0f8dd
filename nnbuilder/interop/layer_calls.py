"""Calls like `nn.Linear(4, 16)` as layers, among them those that PyTorch builds in an unusual way."""

import ast
from collections.abc import Callable, Mapping

from nnbuilder.catalog.excluded import EXCLUDED
from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgSpec, LayerSpec
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.arguments import Arguments
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.reading import ReadLayer, SourceProblem
from nnbuilder.interop.small_classes import SmallClass
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
    class_of: Callable[[ast.expr], str | None],
    small: SmallClass | None = None,
) -> tuple[ReadLayer | None, list[SourceProblem]]:
    """The layer that a call of this class stands for, and what is wrong with it.

    `class_of` names the class of torch.nn that an expression calls. `small` is the class of the text itself
    that hands on one tensor of the named layer.
    """
    spec = LAYERS.get(LAZY.get(name, name))
    line, column = tree.place(call)
    if spec is None:
        return None, [SourceProblem(line, column, _unknown(name))]
    if spec.inner:
        return _repeating(tree, call, spec, class_of)
    lazy = name in LAZY
    otherwise = _LAZY_DEFAULTS if lazy and spec.name.startswith("InstanceNorm") else {}
    reader = Arguments(tree, spec.name, _own(spec, lazy=lazy), otherwise)
    args = reader.read(call)
    chosen = next((arg for arg in spec.args if arg.role == "output"), None)
    if chosen is not None:
        if small is None:
            reader.problems.append(_handed_on(tree, call, spec))
        elif (fault := _misfit(small, args)) is not None:
            reader.problems.append(tree.problem(call, fault))
        if small is not None and small.output != chosen.default:
            args[chosen.name] = small.output
    return ReadLayer(spec.name, args, "", (), *tree.place(call), *tree.end(call)), reader.problems


def _unknown(name: str) -> str:
    if name in EXCLUDED:
        return f"nn.{name} cannot be drawn: it {EXCLUDED[name]}."
    return f"{name[:80]} is no layer of the catalogue.{asked(name, (*LAYERS, *LAZY, GROUP), 'nn.')}"


def _own(spec: LayerSpec, *, lazy: bool = False) -> tuple[ArgSpec, ...]:
    """The arguments that PyTorch's constructor itself takes; a lazy layer finds the first one."""
    return tuple(arg for arg in spec.args[lazy:] if arg.role == "own")


def _handed_on(tree: SourceTree, call: ast.Call, spec: LayerSpec) -> SourceProblem:
    message = (
        f"nn.{spec.name} returns a pair, which no layer behind it in an nn.Sequential takes: "
        "here the sequence goes on, and “output” of the layer chooses the last state instead."
    )
    return SourceProblem(*tree.place(call), message, "warning")


def _misfit(small: SmallClass, args: Mapping[str, ArgValue]) -> str | None:
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
    tree: SourceTree, call: ast.Call, spec: LayerSpec, class_of: Callable[[ast.expr], str | None]
) -> tuple[ReadLayer | None, list[SourceProblem]]:
    """A layer that is given a layer to repeat, as its first argument or by name."""
    first, rest, words = None, list(call.args), list(call.keywords)
    if rest:
        first = rest.pop(0)
    elif (word := next((word for word in words if word.arg == _REPEATED), None)) is not None:
        first = word.value
        words.remove(word)
    if not isinstance(first, ast.Call) or class_of(first) != spec.inner:
        message = f"{spec.name} is read with nn.{spec.inner}(...) as its first argument."
        return None, [tree.problem(first or call, message)]
    inner = Arguments(tree, spec.inner, [arg for arg in spec.args if arg.role == "inner"])
    outer = Arguments(tree, spec.name, _own(spec), beside=_SPEED)
    args = inner.read(first)
    words = [word for word in words if not _is_none(word)]
    copied = ast.Call(call.func, rest, words)
    args |= outer.read(ast.copy_location(copied, call))
    return ReadLayer(
        spec.name, args, "", (), *tree.place(call), *tree.end(call)
    ), inner.problems + outer.problems


def _is_none(word: ast.keyword) -> bool:
    """Whether this says that no normalization stands at the end, as without it."""
    return word.arg == "norm" and isinstance(word.value, ast.Constant) and word.value.value is None
