"""Layers that pass numbers on: dropped, or picked by their number."""

import math

import torch

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, number, shown, total
from nnbuilder.protocol.worked import Line, Worked


def dropout(case: Case) -> Worked:
    """Dropout: in train mode a number is dropped or scaled up, in eval mode it is passed on."""
    x, share = float(case.input[case.place]), float(case.module.p)
    if not case.training:
        passed = line(at("y", case.place), Amount.of(x), case.torchs)
        return Worked(f"{case.name} in eval mode", "y = x", (passed,), ("Nothing is dropped in eval mode.",))
    mask = _drawn(case)
    kept = bool(mask[case.place])
    word = "1: kept, and scaled up so that the mean stays" if kept else "0: dropped"
    scale = 1 / (1 - share) if share < 1 else 0.0
    text = f"{inner(x)}·1/(1 - {shown(share)})" if kept else f"{inner(x)}·0"
    worked = Amount(text, x * scale if kept else x * 0, abs(x))
    lines = (
        Line(f"mask of row {case.place[0]}: {_mask(mask[case.place[0]])}"),
        Line(f"mask{at('', case.place)} = {word}"),
        line(at("y", case.place), worked, case.torchs),
    )
    notes = (f"{int((~mask).sum()):,} of {mask.numel():,} numbers are dropped in this pass.",)
    return Worked(f"{case.name} in train mode", "y = x·mask/(1 - p)", lines, notes)


def _drawn(case: Case) -> torch.Tensor:
    """What is kept in this pass: drawn again, or where that is not known, what is not zero any more."""
    if case.random is None:
        return (case.output != 0) | (case.input == 0)
    with case.replaying():
        ones: torch.Tensor = case.module(torch.ones_like(case.input))
    return ones != 0


_SATURATED = -1.7580993408473766
"""Where a SELU ends far below zero: what AlphaDropout puts for what it drops."""


def alpha_dropout(case: Case) -> Worked:
    """AlphaDropout and FeatureAlphaDropout: what is dropped becomes SELU's lowest; mean and variance stay."""
    x, share = float(case.input[case.place]), float(case.module.p)
    if not case.training or share == 0:
        passed = line(at("y", case.place), Amount.of(x), case.torchs)
        return Worked(f"{case.name}, nothing dropped", "y = x", (passed,), ("Nothing is dropped here.",))
    if share == 1:
        none = line(at("y", case.place), Amount(f"{inner(x)}·0", 0.0), case.torchs)
        return Worked(case.name, "y = 0: everything is dropped", (none,))
    scale = 1 / math.sqrt((_SATURATED**2 * share + 1) * (1 - share))
    shift = -scale * _SATURATED * share
    low = scale * _SATURATED + shift
    kept = abs(case.torchs - (scale * x + shift)) <= abs(case.torchs - low)
    own = x if kept else _SATURATED
    worked = Amount(
        f"{shown(scale)}·{inner(own)} + {inner(shift)}", scale * own + shift, abs(scale * own) + abs(shift)
    )
    mask = (case.output[case.place[0]] - low).abs() > 1e-5
    lines = (
        Line(f"mask of row {case.place[0]}: {_mask(mask)}"),
        Line(f"a = 1/√((α²·p + 1)·(1 - p)) = {shown(scale)}, b = -a·α'·p = {shown(shift)}"),
        line(at("y", case.place), worked, case.torchs),
    )
    word = "kept" if kept else f"dropped: {shown(_SATURATED)} stands in its place"
    formula = "y = a·x + b where it is kept, a·α' + b where it is dropped, α' = -1.758"
    return Worked(f"{case.name} in train mode", formula, lines, (f"This number is {word}.",))


def _mask(kept: torch.Tensor) -> str:
    """The mask as ones and zeros."""
    flat = kept.flatten()
    return " ".join("1" if one else "0" for one in flat[:MASK].tolist()) + (" …" if len(flat) > MASK else "")


MASK = 24
"""Places of a mask that are written out at most."""


def embedding(case: Case) -> Worked:
    """Embedding: the number picks a row of the weight."""
    word, column = int(case.input[case.place[:-1]]), case.place[-1]
    value = number(case.module.weight, (word, column))
    lines = (
        Line(f"{at('x', case.place[:-1])} = {word}: row {word} of the weight is picked"),
        line(at("y", case.place), Amount(at("weight", (word, column)), value, abs(value)), case.torchs),
    )
    return Worked(f"Row {word} of {len(case.module.weight):,}", "y = weight[x]", lines)


def embedding_bag(case: Case) -> Worked:
    """EmbeddingBag: the rows that a bag's numbers pick, summed up, their mean or their largest."""
    words = [int(one) for one in case.input[case.place[0]].tolist() if int(one) != case.module.padding_idx]
    column, mode = case.place[1], case.module.mode
    values = [number(case.module.weight, (word, column)) for word in words]
    whole = total(values)
    if mode == "max":
        worked = Amount(f"max({', '.join(map(shown, values))})", max(values, default=0.0), whole.size)
    elif mode == "mean" and values:
        worked = Amount(f"({whole.text})/{len(values)}", whole.value / len(values), whole.size / len(values))
    else:
        worked = whole
    lines = (
        Line(f"rows of the weight that are picked: {words}"),
        line(at("y", case.place), worked, case.torchs),
    )
    return Worked(f"Bag {case.place[0]}: {mode} of {len(words)} rows", f"y = {mode} of weight[x]", lines)
