"""PyTorch's refusals in plain words: what clashed, and the line that was probably meant."""

import ast
import math
import re
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._pytree import tree_leaves

from nnbuilder.engine.bench.attempt import Attempt, Told
from nnbuilder.engine.bench.errors import BenchError, place_of, replaced, shortened, sized
from nnbuilder.engine.bench.explain_lists import mixed, ragged, several, text_among
from nnbuilder.engine.infer import message_of


def explain(error: BaseException, tried: Attempt) -> BenchError:
    """The refusal for people."""
    text = message_of(error).splitlines()[0]
    sentence, instead = _told(text, tried)
    if not sentence:
        sentence = f"PyTorch refuses {shortened(ast.unparse(tried.node))}."
    line = replaced(tried.node, instead, tried.source) if instead else ""
    return BenchError(sentence, place_of(tried.node, tried.source), torch=text, instead=line)


def _told(text: str, tried: Attempt) -> Told:
    for pattern, tell in _RULES:
        if found := re.search(pattern, text):
            told = tell(found, tried)
            if told[0]:
                return told
    return "", ""


def _broadcast(found: re.Match[str], tried: Attempt) -> Told:
    first, second, place = found.groups()
    if len(tried.tensors) < 2:
        return (
            f"The sizes {first} and {second} clash in dimension {place}: they must be equal, or one is 1.",
            "",
        )
    left, right = tried.tensors[:2]
    sentence = (
        f"{sized(tuple(left.shape))} and {sized(tuple(right.shape))} do not fit: {first} and {second} clash "
        f"in dimension {place}. Counted from the right, sizes must be equal, or one of them 1."
    )
    if len(tried.nodes) == 2 and right.dim() == left.dim() == 2 and left.shape == right.T.shape:
        return sentence, f"{tried.text(0)} {tried.doing} {tried.text(1)}.T"
    if len(tried.nodes) == 2 and right.dim() == 1 and left.dim() == 2 and len(right) == len(left):
        return sentence, f"{tried.text(0)} {tried.doing} {tried.text(1)}.unsqueeze(1)"
    return sentence, ""


def _product(_found: re.Match[str], tried: Attempt) -> Told:
    if len(tried.tensors) < 2 or not all(one.dim() for one in tried.tensors[:2]):
        return _layer_product(_found, tried)
    left, right = tried.tensors[:2]
    inner = right.shape[-2] if right.dim() > 1 else right.shape[0]
    sentence = (
        f"The left has {left.shape[-1]} columns, the right {inner} rows: "
        f"in a matrix product ({sized(tuple(left.shape))} @ {sized(tuple(right.shape))}) they must be equal."
    )
    if tried.doing != "@" or left.dim() != 2 or right.dim() != 2:
        return sentence, ""
    if left.shape[1] == right.shape[1]:
        return sentence, f"{tried.text(0)} @ {tried.text(1)}.T"
    if left.shape[0] == right.shape[0]:
        return sentence, f"{tried.text(0)}.T @ {tried.text(1)}"
    return sentence, ""


def _layer_product(found: re.Match[str], tried: Attempt) -> Told:
    if found.re.groups < 4 or not tried.tensors:
        return "", ""
    return f"The layer takes {found[3]} numbers in a row, and these rows have {found[2]}.", ""


def _dtypes(found: re.Match[str], tried: Attempt) -> Told:
    kinds = " and ".join(word.lower() for word in found.groups() if word)
    sentence = f"The dtypes clash: {kinds}. Both sides must have the same."
    for index, value in enumerate(tried.values):
        other = isinstance(value, torch.Tensor) and value.dtype != torch.float32
        if other and index < len(tried.nodes):
            others = [tried.text(place) for place in range(len(tried.nodes))]
            others[index] += ".float()"
            return sentence, _again(tried, others)
    return sentence, ""


def _again(tried: Attempt, parts: list[str]) -> str:
    """The same operation on other parts."""
    if isinstance(tried.node, ast.BinOp):
        return f"{parts[0]} {tried.doing} {parts[1]}"
    if isinstance(tried.node, ast.Call) and not tried.node.keywords:
        return f"{ast.unparse(tried.node.func)}({', '.join(parts)})"
    return ""


def _list_operand(_found: re.Match[str], tried: Attempt) -> Told:
    for index, value in enumerate(tried.values):
        if isinstance(value, list | tuple) and index < len(tried.nodes):
            parts = [tried.text(place) for place in range(len(tried.nodes))]
            parts[index] = f"torch.tensor({parts[index]})" + _as_wide(value, tried)
            word = type(value).__name__
            return (
                f"A Python {word} is not a tensor, and {_doing(tried)} needs one: use torch.tensor(...).",
                _again(tried, parts),
            )
    return "", ""


def _as_wide(value: list[Any] | tuple[Any, ...], tried: Attempt) -> str:
    """What a list of whole numbers needs where a product wants numbers like those of the other side."""
    whole = all(isinstance(leaf, int) for leaf in tree_leaves(value))
    wide = any(one.is_floating_point() for one in tried.tensors)
    return ".float()" if whole and wide and tried.doing == "@" else ""


def _says(sentence: str) -> Callable[[re.Match[str], Attempt], Told]:
    """A rule that always says the same."""
    return lambda _found, _tried: (sentence, "")


def _doing(tried: Attempt) -> str:
    return tried.doing.removeprefix("torch.nn.functional.").removeprefix("torch.nn.")


def _gradients_of_integers(_found: re.Match[str], tried: Attempt) -> Told:
    sentence = "Whole numbers have no slope: only floating point tensors can have gradients."
    if tried.doing == "torch.tensor" and tried.nodes:
        return sentence, f"torch.tensor({tried.text(0)}, dtype=torch.float32, requires_grad=True)"
    if tried.owner:
        return sentence, f"{tried.owner}.float().{tried.doing.removeprefix('.')}()"
    return sentence, ""


def _implicit(_found: re.Match[str], tried: Attempt) -> Told:
    sentence = "A gradient is of one number, and this tensor has several: take its sum or mean first."
    return sentence, f"{tried.owner}.sum().backward()" if tried.owner else ""


def _dimension(found: re.Match[str], _tried: Attempt) -> Told:
    low, high, got = found.groups()
    count = int(high) + 1
    return (
        f"There are {count} dimensions, numbered 0 to {high} (or {low} to -1 from the end); {got} is none.",
        "",
    )


def _reshape(found: re.Match[str], tried: Attempt) -> Told:
    sizes = [int(size) for size in found[1].split(",") if size.strip()]
    total, count = int(found[2]), math.prod(sizes)
    if -1 in sizes:
        return f"{total} numbers cannot be shared out over [{found[1]}]: no whole number fits the -1.", ""
    product = f"{'*'.join(map(str, sizes))} = " if len(sizes) > 1 else ""
    sentence = f"[{found[1]}] has {product}{count} places, but there are {total} numbers."
    if len(sizes) > 1 and total % math.prod(sizes[1:]) == 0 and tried.owner:
        rest = ", ".join(map(str, sizes[1:]))
        return sentence, f"{tried.owner}{tried.doing}(-1, {rest})"
    return sentence, ""


def _view(_found: re.Match[str], tried: Attempt) -> Told:
    inside = ast.unparse(tried.node).rpartition(".view")[2]
    sentence = "The numbers do not lie in this order in memory, so there is no view of them: reshape copies."
    return sentence, f"{tried.owner}.reshape{inside}" if tried.owner else ""


def _index(found: re.Match[str], _tried: Attempt) -> Told:
    index, place, size = found.groups()
    return f"Dimension {place} has {size} places, 0 to {int(size) - 1}: there is no {index}.", ""


def _sizes_given(_found: re.Match[str], tried: Attempt) -> Told:
    broken = [value for value in tried.values if isinstance(value, float) and value.is_integer()]
    creates = tried.doing.rpartition(".")[2] in {"zeros", "ones", "rand", "randn", "eye", "full", "reshape"}
    if broken and creates:
        parts = [
            str(int(value)) if isinstance(value, float) and value.is_integer() else tried.text(place)
            for place, value in enumerate(tried.values)
        ]
        return f"Sizes are whole numbers: write {int(broken[0])}, not {broken[0]}.", _again(tried, parts)
    return _list_operand(_found, tried)


def _cat(_found: re.Match[str], tried: Attempt) -> Told:
    given = tried.values[0] if tried.values and isinstance(tried.values[0], list | tuple) else ()
    shapes = " and ".join(sized(tuple(one.shape)) for one in given if isinstance(one, torch.Tensor))
    return (
        f"To be joined, shapes ({shapes}) must agree in all dimensions but the one they are joined along.",
        "",
    )


def _mean(_found: re.Match[str], tried: Attempt) -> Told:
    sentence = "The mean of whole numbers has a fraction, so PyTorch wants floating point numbers."
    if tried.owner and tried.doing.startswith("."):
        inside = ast.unparse(tried.node)[len(tried.owner) :]
        return sentence, f"{tried.owner}.float(){inside}"
    return sentence, _again(tried, [f"{tried.text(0)}.float()"]) if len(tried.nodes) == 1 else ""


def _target(found: re.Match[str], _tried: Attempt) -> Told:
    return f"The target {found[1]} is no class: there are as many classes as scores in a row, from 0.", ""


def _leaf(_found: re.Match[str], tried: Attempt) -> Told:
    sentence = "A tensor that collects gradients cannot be changed in place while gradients are recorded."
    del tried
    return f"{sentence} Write  with torch.no_grad(): ...  around it.", ""


def _argument(found: re.Match[str], tried: Attempt) -> Told:
    return f"{_doing(tried)} has no argument {found[1]}.", ""


def _missing(found: re.Match[str], tried: Attempt) -> Told:
    return f"{_doing(tried)} needs more: {found[1]}.", ""


def _long(_found: re.Match[str], tried: Attempt) -> Told:
    sentence = "Whole numbers (int64) are needed here: class numbers or places."
    if tried.nodes:
        parts = [tried.text(place) for place in range(len(tried.nodes))]
        parts[-1] += ".long()"
        return sentence, _again(tried, parts)
    return sentence, ""


def _whole(found: re.Match[str], tried: Attempt) -> Told:
    sentence = f"{_doing(tried)} has no version for {found[1].lower()} numbers: make them floating point."
    if tried.owner and tried.doing.startswith("."):
        return sentence, f"{tried.owner}.float(){ast.unparse(tried.node)[len(tried.owner) :]}"
    return sentence, _again(tried, [f"{tried.text(0)}.float()"]) if len(tried.nodes) == 1 else ""


def _loose(_found: re.Match[str], tried: Attempt) -> Told:
    parts = ", ".join(ast.unparse(node) for node in tried.nodes)
    return "The tensors go in together, as one list.", f"{_called(tried)}([{parts}])"


def _called(tried: Attempt) -> str:
    return ast.unparse(tried.node.func) if isinstance(tried.node, ast.Call) else ""


def _channels(found: re.Match[str], _tried: Attempt) -> Told:
    return f"The layer takes {found[1]} channels (dimension 1), and this tensor has {found[2]}.", ""


def _scalar(found: re.Match[str], tried: Attempt) -> Told:
    sentence = f"This tensor has {found[1]} numbers, and a plain number is only one: choose one by [ ]."
    return sentence, f"{tried.owner}.tolist()" if tried.doing == ".item" else ""


_RULES: tuple[tuple[str, Callable[[re.Match[str], Attempt], Told]], ...] = (
    (
        r"tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        _broadcast,
    ),
    (r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", _product),
    (
        r"size mismatch, got|inconsistent tensor size|vector and vector|both arguments to matmul",
        _product,
    ),
    (r"must have same reduction dim|Expected size for first two dimensions", _product),
    (r"same dtype, but got:? (?:(\w+) int|(\w+)) (?:!=|and) (?:(\w+) int|(\w+))", _dtypes),
    (r"have same dtype, but found (\w+) and (\w+)", _dtypes),
    (r"not implemented for '(\w+)'", _whole),
    (r"expected target dtype to be Long", _long),
    (r"expected scalar type (Long|Int)|must be Long or Int|(one of|types): Long|index tensor", _long),
    (r"expected scalar type (\w+) but found (\w+)|both inputs to have same dtype: (\w+) (\w+)", _dtypes),
    (
        r"loating point.*(?:can|to) (?:have|require) gradients|only Tensors of floating point",
        _gradients_of_integers,
    ),
    (r"grad can be implicitly created", _implicit),
    (
        r"does not require grad and does not have a grad_fn",
        _says(
            "Nothing in it asks for gradients: make a tensor with requires_grad=True and compute with that."
        ),
    ),
    (
        r"backward through the graph a second time",
        _says("The graph was used up by the first backward(): compute the result anew, then go backward."),
    ),
    (r"leaf Variable that requires grad is being used in an in-place", _leaf),
    (r"expected sequence of length (\d+) at dim \d+ \(got (\d+)\)", ragged),
    (r"(not) a (sequence)|only length-1 arrays|inhomogeneous shape", ragged),
    (r"cannot be interpreted as an integer|must be real number, not (list|tuple)", mixed),
    (r"only (one element|integer) tensors|only one element tensors", mixed),
    (r"dimensions 'str'|must be real number, not str|new\(\): invalid data type 'str'", text_among),
    (
        r"Overflow when unpacking long|too large to convert to C long",
        _says(f"That number is too large: whole numbers go up to {torch.iinfo(torch.int64).max:,}."),
    ),
    (
        r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)",
        _dimension,
    ),
    (r"shape '\[([^\]]*)\]' is invalid for input of size (\d+)", _reshape),
    (r"view size is not compatible", _view),
    (r"index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)", _index),
    (
        r"Boolean value of Tensor",
        _says(
            "A tensor of several numbers is neither true nor false: join by & and |, or take .all(), .any()."
        ),
    ),
    (r"Sizes of tensors must match except|stack expects each tensor", _cat),
    (r"could not infer output dtype|dtype must be either a floating point", _mean),
    (r"Target (-?\d+) is out of bounds", _target),
    (r"unexpected keyword argument '(\w+)'", _argument),
    (r"missing (.*)", _missing),
    (r"must be tuple of Tensors, not Tensor", _loose),
    (r"expected input\[.*\] to have (\d+) channels, but got (\d+)", _channels),
    (r"takes \d+ positional arguments? but", several),
    (r"takes \d+ positional arguments? but", _sizes_given),
    (r"invalid combination of arguments", _sizes_given),
    (
        r"must be Tensor, not (?:list|tuple)|unsupported operand type|can only concatenate",
        _list_operand,
    ),
    (r"not list|not tuple|'list' object|can't multiply sequence", _list_operand),
    (r"only integer tensors of a single element can be converted", _list_operand),
    (r"a Tensor with (\d+) elements cannot be converted to Scalar", _scalar),
    (
        r"not compiled with CUDA|No CUDA GPUs|NVIDIA driver",
        _says("There is no GPU here that PyTorch can use: the tensor stays on the CPU."),
    ),
    (r"must be tuple of ints|be int, not float|got float", _sizes_given),
    (r"division by zero", _says("A plain number cannot be divided by zero; a tensor would give inf.")),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        _says("A tensor that collects gradients becomes no array: write .detach() before."),
    ),
)
