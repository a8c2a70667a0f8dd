"""The layer where a chain fails: its problem in words, and everything that may mend it."""

from collections.abc import Iterator, Sequence
from itertools import chain

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.mending import (
    axes,
    divisors,
    dtypes,
    pooling,
    reshaping,
    siblings,
    values,
    widths,
    windows,
    words,
)
from nnbuilder.engine.mending.case import Case, Guess
from nnbuilder.engine.needs import Needs
from nnbuilder.engine.subject import Subject
from nnbuilder.engine.walk import Step
from nnbuilder.graph.analysis import Need
from nnbuilder.project.problem import Problem

FAMILIES = (axes, pooling, reshaping, widths, siblings, windows, divisors, dtypes, values)
"""Where guesses come from; among equally likely ones the earlier family's are tried first."""


def case_of(subject: Subject, steps: Sequence[Step]) -> Case | None:
    """The last of these steps, which failed, as a case; None where it did not even get an input."""
    layer = steps[-1].analysis
    spec, graph = LAYERS.get(layer.layer), subject.project.graph
    if spec is None or layer.input is None or subject.kind is None:
        return None
    return Case(
        graph=graph,
        node=graph.nodes[layer.id],
        spec=spec,
        args=layer.args,
        kind=layer.input,
        before=tuple(steps[:-1]),
        start=subject.order.chain[0],
        entering=subject.kind,
        text=steps[-1].torch or "",
        profile=subject.profile,
    )


def layer_problem(case: Case, step: Step, needs: Needs) -> Problem:
    """What is wrong, where, and which two sizes clash; nothing is known yet of what mends it."""
    need = needs.of(case.node)
    least = _least(case, need, needs)
    arg = next((pinned.arg.name for pinned in case.pinned), None)
    got, wanted = words.clash(case, need, least)
    return Problem(
        "error",
        step.code or words.code_of(case),
        step.error or words.sentence(case, need, least),
        torch=step.torch,
        node=case.node.id,
        arg=arg,
        path=f"graph.nodes.{case.node.id}" + (f".args.{arg}" if arg else ""),
        got=got,
        wanted=wanted,
    )


def guesses_for(case: Case) -> Iterator[Guess]:
    """Everything that may mend, family by family; taking the layer out is the last resort."""
    families = chain.from_iterable(family.guesses(case) for family in FAMILIES)
    return chain(families, (values.removal(case),))


def _least(case: Case, need: Need | None, needs: Needs) -> int | None:
    """The side at which a window would fit, where nothing but the side is wrong."""
    if need is None or len(case.kind.shape) < 3 or not words.agrees(case.kind, need):
        return None
    return needs.least(case.spec, case.args, case.kind)
