"""What is wrong with a failing layer, in one plain sentence: what, where and what does not fit."""

import math
import re
from collections.abc import Iterator

import msgspec

from nnbuilder.engine.mending.case import Case, words_of
from nnbuilder.engine.mending.divisors import DIVIDING
from nnbuilder.graph.analysis import Need, TensorType

_SIZES = re.compile(r"\d+x\d+|\[[\d, ]+\]|[Ee]xpected .*\d|size|shape|dimension|channel|divisible")


class Signs(msgspec.Struct, frozen=True):
    """What was found out by asking torch about other inputs: what it needs, how large, of which dtype."""

    need: Need | None = None
    least: int | None = None
    dtype: str | None = None


def code_of(case: Case, signs: Signs) -> str:
    """The stable word for the kind of failure."""
    if signs.dtype is not None:
        return "dtype-mismatch"
    clashing = case.pinned or signs.least is not None or _SIZES.search(case.text)
    return "shape-mismatch" if clashing else "layer-error"


def sentence(case: Case, signs: Signs, known: str | None = None) -> str:
    """The first thing that can be said for certain, from the most to the least exact.

    `known` is what the walk itself found.
    """
    return next(_sentences(case, signs, known))


def clash(case: Case, signs: Signs) -> tuple[str, str]:
    """What came and what was expected, as short as on an edge; empty where these two do not clash."""
    if signs.dtype is not None:
        return case.kind.dtype, signs.dtype
    if signs.least is not None:
        sides = "×".join(str(signs.least) for _ in case.kind.shape[2:])
        return case.kind.label(), f"{TensorType(case.kind.shape[:2]).label()}×{sides} or larger"
    if signs.need is None or agrees(case.kind, signs.need):
        return "", ""
    return case.kind.label(), "×".join(signs.need.sizes)


def agrees(kind: TensorType, need: Need) -> bool:
    """Whether a tensor has the dimensions, and the sizes, that a layer asks for."""
    got = kind.label().split("×")
    if len(got) != len(need.sizes):
        return False
    return all(size == one for size, one in zip(got, need.sizes, strict=True) if one == "N" or one.isdigit())


def _sentences(case: Case, signs: Signs, known: str | None) -> Iterator[str]:
    shape = case.kind.label()
    if case.args.get("batch_first") is False and known is not None:
        yield (
            f"{case.name} takes the first dimension for the steps of a sequence, and the second for its "
            "samples, because batch_first is False; here the samples come first."
        )
    if known is not None:
        yield known
    if signs.dtype is not None:
        what = "looks up whole numbers" if signs.dtype == "int64" else f"computes with {signs.dtype} numbers"
        yield f"{case.name} {what}, but the numbers that reach it are {case.kind.dtype}."
    yield from _pinned(case)
    yield from _dividing(case)
    yield from _window(case, signs)
    yield from _parts(case)
    if signs.need is not None and not agrees(case.kind, signs.need):
        yield f"{case.name} needs an input of shape {'×'.join(signs.need.sizes)}, but gets {shape}."
    yield f"{case.name} does not take an input of shape {shape} with these arguments."


def _pinned(case: Case) -> Iterator[str]:
    """A size that is set to something else than what comes, and where that number is found instead."""
    shape, giver = case.kind.label(), "the layer before it" if case.before else "the Input"
    for pinned in case.pinned:
        name, value = pinned.arg.name, words_of(pinned.value)
        if pinned.size is not None and pinned.size == math.prod(case.sizes) and len(case.sizes) > 1:
            yield (
                f"{case.name} has {name} = {value}, all numbers of a sample, but it reads along the last "
                f"dimension of {shape} only: they are not flattened."
            )
        places = {"channels": (-1, "last"), "features": (0, "first")}
        place, word = places.get(pinned.arg.follows or "", (0, ""))
        if word and len(case.sizes) > 1 and pinned.size == case.sizes[place]:
            right = "first" if word == "last" else "last"
            yield (
                f"{case.name} expects {name} = {value} in the {right} dimension of a sample, "
                f"but in {shape} the {value} stands {word}."
            )
        wanted = words_of(pinned.wanted)
        yield f"{case.name} has {name} = {value}, but {giver} gives {wanted} (shape {shape})."


def _dividing(case: Case) -> Iterator[str]:
    """Which number is no multiple of which."""
    for name in DIVIDING:
        value = case.args.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 2:
            continue
        factor = value**2 if name == "upscale_factor" else value
        why = f" ({value} × {value})" if factor != value else ""
        for what, size in _shared(case):
            if size % factor:
                yield f"{case.name} has {name} = {value}, but {what} is no multiple of {factor}{why}."


def _shared(case: Case) -> Iterator[tuple[str, int]]:
    """The numbers that a layer shares out, as they are called."""
    named = [name for name in ("in_channels", "out_channels", "num_channels", "d_model") if name in case.args]
    for name in named:
        if isinstance(size := case.args[name], int):
            yield f"{name} = {size}", size
    if not named and case.sizes:
        yield f"its input's number of channels, {case.sizes[0]},", case.sizes[0]
        for side in case.sizes[1:]:
            yield f"its input's side of {side}", side


def _window(case: Case, signs: Signs) -> Iterator[str]:
    padding, kernel = case.args.get("padding"), case.args.get("kernel_size")
    sides = "×".join(str(size) for size in case.sizes[1:])
    if "at most half" in case.text:
        yield (
            f"{case.name} has padding = {words_of(padding)}, but that may be at most half of its "
            f"kernel_size = {words_of(kernel)}."
        )
    if padding == "same":
        stride = words_of(case.args["stride"])
        yield f"{case.name} cannot keep the size (padding = 'same') with stride = {stride}."
    if "output padding" in case.text:
        yield (
            f"{case.name} has output_padding = {words_of(case.args['output_padding'])}, "
            "which must be smaller than its stride or its dilation."
        )
    if signs.least is not None:
        least = "×".join(str(signs.least) for _ in case.sizes[1:])
        what = f"with these arguments it needs at least {least}"
        yield f"A sample measures only {sides} when it reaches {case.name}: {what}."


def _parts(case: Case) -> Iterator[str]:
    parts = case.args.get("unflattened_size")
    if isinstance(parts, tuple) and "multiply up" in case.text and case.sizes:
        total = math.prod(parts)
        yield (
            f"{case.name} is to make {'×'.join(map(str, parts))} = {total} numbers, "
            f"but a sample has {case.sizes[0]} here."
        )
