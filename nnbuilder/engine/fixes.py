"""The layer where a chain fails: its problem in words, and everything that may mend it."""

import math
from collections.abc import Iterator, Sequence
from itertools import chain

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.mending import (
    axes,
    divisors,
    dtypes,
    folding,
    pooling,
    reshaping,
    siblings,
    values,
    widths,
    windows,
    words,
)
from nnbuilder.engine.mending.case import Case, Guess, Rank, removed
from nnbuilder.engine.mending.words import Signs
from nnbuilder.engine.needs import Needs
from nnbuilder.engine.subject import Subject
from nnbuilder.engine.walk import Step
from nnbuilder.project.problem import Problem

FAMILIES = (axes, pooling, reshaping, folding, widths, siblings, windows, divisors, dtypes, values)
"""Where guesses come from; among equally likely ones the earlier family's are tried first."""


def case_of(subject: Subject, steps: Sequence[Step], needs: Needs) -> Case | None:
    """The last of these steps, which failed, as a case; None where it did not even get an input."""
    layer = steps[-1].analysis
    spec, graph = LAYERS.get(layer.layer), subject.project.graph
    if spec is None or layer.input is None or subject.kind is None:
        return None
    node = graph.nodes[layer.id]
    need = needs.of(node)
    return Case(
        graph=graph,
        node=node,
        spec=spec,
        args=layer.args,
        kind=layer.input,
        before=tuple(steps[:-1]),
        start=subject.order.chain[0],
        entering=subject.kind,
        text=steps[-1].torch or "",
        profile=subject.profile,
        wanted=None if need is None else len(need.sizes) - 1,
    )


def layer_problem(case: Case, step: Step, needs: Needs) -> Problem:
    """What is wrong, where, and which two sizes clash; nothing is known yet of what mends it."""
    signs = _signs(case, needs)
    arg = next((pinned.arg.name for pinned in case.pinned), None)
    got, wanted = words.clash(case, signs)
    return Problem(
        "error",
        step.code or words.code_of(case, signs),
        words.sentence(case, signs, step.error),
        torch=step.torch,
        node=case.node.id,
        arg=arg,
        path=f"graph.nodes.{case.node.id}" + (f".args.{arg}" if arg else ""),
        got=got,
        wanted=wanted,
    )


def guesses_for(case: Case) -> Iterator[Guess]:
    """Everything that may mend, family by family; taking the layer out is the last resort."""
    found = [guess for family in FAMILIES for guess in family.guesses(case)]
    return chain(found, dtypes.combined(case, found), (removed(case, Rank.LAST),))


def _signs(case: Case, needs: Needs) -> Signs:
    """What torch says when asked about inputs that are a little different."""
    flat = any(pinned.size == math.prod(case.sizes) for pinned in case.pinned)
    need = needs.of(case.node, None if flat else len(case.kind.shape))
    dtype = needs.dtype(case.spec, case.args, case.kind)
    small = dtype is None and (need is None or words.agrees(case.kind, need)) and len(case.sizes) > 1
    return Signs(need, needs.least(case.spec, case.args, case.kind) if small else None, dtype)
