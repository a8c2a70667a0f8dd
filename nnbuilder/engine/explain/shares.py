"""Softmax and its kin: exponentials, their sum, and each one's share of it."""

import math
from collections.abc import Sequence

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, listed, shown, summed, total
from nnbuilder.protocol.worked import Line, Worked

MOST = 12
"""Numbers of a row that are written out at most."""

_FORMULAS = {
    "LogSoftmax": "log(exp(x[j]) / Σ exp(x[k]))",
    "Softmin": "exp(-x[j]) / Σ exp(-x[k])",
}


def shares(case: Case) -> Worked:
    """Every exponential, their sum, each one's share; the shares add up to one."""
    log, dim = case.name == "LogSoftmax", _dim(case)
    sign = -1.0 if case.name == "Softmin" else 1.0
    index = tuple(slice(None) if at_ == dim else one for at_, one in enumerate(case.place))
    scores = [sign * one for one in listed(case.input[index])]
    torchs = listed(case.output[index])
    places = places_shown(len(scores), case.place[dim])
    lines, powers = exponentials(scores, places)
    whole = summed(powers)
    largest = max(scores)
    for place in places:
        text = f"{shown(powers[place])}/{shown(whole)}"
        worked = Amount(text, powers[place] / whole, 1e-3)
        if log:
            worked = Amount(f"log({text})", scores[place] - largest - math.log(whole), 1.0)
        lines.append(line(at("y", [place]), worked, torchs[place]))
    lines += left_out(len(scores), places, "shares")
    ends = [math.exp(one) for one in torchs] if log else torchs
    lines.append(line("sum of all shares", Amount("1", 1.0), summed(ends)))
    title = f"{case.name} along dim {dim}"
    return Worked(title, _FORMULAS.get(case.name, "exp(x[j]) / Σ exp(x[k])"), tuple(lines))


def exponentials(scores: Sequence[float], places: Sequence[int]) -> tuple[list[Line], list[float]]:
    """The exponentials of scores as lines and as numbers, the largest score taken off each."""
    largest = max(scores)
    powers = [math.exp(score - largest) if largest > -math.inf else math.nan for score in scores]
    lines = [Line(f"largest score = {shown(largest)}: taken off first, which changes no share")]
    for place in places:
        text = f"e[{place}] = exp({shown(scores[place])} - {inner(largest)}) = {shown(powers[place])}"
        lines.append(Line(text))
    lines += left_out(len(scores), places, "exponentials")
    whole = total(powers)
    lines.append(Line(f"sum of all = {whole.text} = {shown(whole.value)}"))
    return lines, powers


def places_shown(count: int, chosen: int) -> list[int]:
    """The first places of a row, and the chosen one."""
    return sorted({*range(min(count, MOST)), chosen})


def left_out(count: int, places: Sequence[int], what: str) -> list[Line]:
    """A line that says how many are not written out; none where all are."""
    left = count - len(places)
    return [Line(f"… {left:,} more {what} …")] if left else []


def _dim(case: Case) -> int:
    dim = getattr(case.module, "dim", None)
    if case.name == "Softmax2d":
        return case.input.dim() - 3
    if dim is None:
        return 0 if case.input.dim() in {0, 1, 3} else 1
    return int(dim) % case.input.dim()
