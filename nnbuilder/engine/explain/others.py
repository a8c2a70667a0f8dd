"""Layers that pass numbers on: dropped, picked, reshaped or as they are."""

import torch

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, number, shown, total
from nnbuilder.protocol.worked import Line, Worked


def same(case: Case) -> Worked:
    """Identity, and Flatten and Unflatten: every number stays, only its place changes."""
    flat = int(
        torch.arange(case.output[case.place[0]].numel()).reshape(case.output.shape[1:])[case.place[1:]]
    )
    value = float(case.input[case.place[0]].reshape(-1)[flat])
    shapes = f"{tuple(case.input.shape)} becomes {tuple(case.output.shape)}"
    lines = (line(at("y", case.place), Amount.of(value), case.torchs),)
    return Worked(f"{case.name}: no arithmetic", "y = x, in another shape", lines, (f"{shapes}.",))


def dropout(case: Case) -> Worked:
    """Dropout: in train mode a number is dropped or scaled up, in eval mode it is passed on."""
    x, share = float(case.input[case.place]), float(case.module.p)
    if not case.training:
        passed = line(at("y", case.place), Amount.of(x), case.torchs)
        return Worked("Dropout in eval mode", "y = x", (passed,), ("Nothing is dropped in eval mode.",))
    kept = case.torchs != 0 or x == 0
    scale = 1 / (1 - share) if share < 1 else 0.0
    text = f"{inner(x)}·1/(1 - {shown(share)})" if kept else f"{inner(x)}·0"
    worked = Amount(text, x * scale if kept else 0.0, abs(x))
    dropped = int(((case.output == 0) & (case.input != 0)).sum())
    word = "kept, and scaled up so that the mean stays" if kept else "dropped"
    lines = (
        Line(f"mask at {at('', case.place)}: {'1' if kept else '0'}, it is {word}"),
        line(at("y", case.place), worked, case.torchs),
    )
    notes = (f"{dropped:,} of {case.input.numel():,} numbers are dropped in this pass.",)
    return Worked("Dropout in train mode", "y = x·mask/(1 - p)", lines, notes)


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
