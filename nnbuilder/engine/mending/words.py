"""What is wrong with a failing layer, in one plain sentence that says what, where and what does not fit."""

import re
from collections.abc import Iterator

from nnbuilder.engine.mending.case import Case, words_of
from nnbuilder.engine.mending.divisors import DIVIDING
from nnbuilder.graph.analysis import Need, TensorType

_SIZES = re.compile(r"\d+x\d+|\[[\d, ]+\]|[Ee]xpected .*\d|size|shape|dimension|channel")


def code_of(case: Case) -> str:
    """The stable word for the kind of failure."""
    if _of_dtype(case.text):
        return "dtype-mismatch"
    return "shape-mismatch" if case.pinned or _SIZES.search(case.text) else "layer-error"


def sentence(case: Case, need: Need | None, least: int | None) -> str:
    """The first thing that can be said for certain, from the most to the least exact."""
    return next(_sentences(case, need, least))


def clash(case: Case, need: Need | None, least: int | None) -> tuple[str, str]:
    """What came and what was expected, as short as on an edge; empty where these two do not clash."""
    got, sizes = case.kind.label(), case.kind.shape
    if _of_dtype(case.text):
        wanted = need.dtype if need is not None else "float32"
        return (case.kind.dtype, wanted) if wanted != case.kind.dtype else ("", "")
    if least is not None:
        at_least = "×".join([*got.split("×")[:2], *(str(least) for _ in sizes[2:])])
        return got, f"{at_least} or larger"
    if need is None or agrees(case.kind, need):
        return "", ""
    return got, "×".join(need.sizes)


def agrees(kind: TensorType, need: Need) -> bool:
    """Whether a tensor has the dimensions, and the sizes, that a layer asks for."""
    got = kind.label().split("×")
    if len(got) != len(need.sizes):
        return False
    return all(size == one for size, one in zip(got, need.sizes, strict=True) if one == "N" or one.isdigit())


def _sentences(case: Case, need: Need | None, least: int | None) -> Iterator[str]:
    yield from _pinned(case)
    yield from _dtype(case, need)
    yield from _dividing(case)
    got = case.kind.label()
    if least is not None and (case.spec.arg("kernel_size") or case.spec.arg("padding")):
        sides = "×".join(str(size) for size in case.kind.shape[2:])
        yield (
            f"{case.name} reaches over more than there is: each sample measures only {sides} here, "
            f"and it needs at least {'×'.join(str(least) for _ in case.kind.shape[2:])}."
        )
    if need is not None and not agrees(case.kind, need):
        yield f"{case.name} needs an input of shape {'×'.join(need.sizes)}, but gets {got}."
    yield f"{case.name} does not take an input of shape {got} with these arguments."


def _pinned(case: Case) -> Iterator[str]:
    for pinned in case.pinned:
        yield (
            f"{case.name} has {pinned.arg.name} = {words_of(pinned.value)}, but the layer before it gives "
            f"{words_of(pinned.wanted)} (shape {case.kind.label()})."
        )


def _dtype(case: Case, need: Need | None) -> Iterator[str]:
    if _of_dtype(case.text):
        wanted = need.dtype if need is not None and need.dtype != case.kind.dtype else "float32"
        what = "looks up whole numbers" if wanted == "int64" else f"computes with {wanted} numbers"
        yield f"{case.name} {what}, but the numbers that reach it are {case.kind.dtype}."


def _dividing(case: Case) -> Iterator[str]:
    if "divisible" not in case.text and "divide" not in case.text:
        return
    for name in DIVIDING:
        value = case.args.get(name)
        if isinstance(value, int) and value > 1:
            yield (
                f"{case.name} has {name} = {value}, which does not divide the numbers that it has to share "
                "out without a rest."
            )


def _of_dtype(text: str) -> bool:
    return any(words in text for words in ("dtype", "scalar type", "not implemented for", "must be Long"))
