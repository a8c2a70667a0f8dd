"""All rules in one table, and what they find in a project."""

from collections.abc import Iterator, Mapping
from itertools import islice

from nnbuilder.doctor import frozen, heads, inputs, layers, sequences, start, training
from nnbuilder.doctor.case import Case
from nnbuilder.doctor.rule import Finding, Rule

RULES: tuple[Rule, ...] = (
    *heads.RULES,
    *layers.RULES,
    *sequences.RULES,
    *inputs.RULES,
    *start.RULES,
    *training.RULES,
    *frozen.RULES,
)

BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}

MEASURED = frozenset(rule.code for rule in RULES if rule.measured)
"""Codes of advice that comes only once data and a first batch were looked at."""


MOST = 25
"""Each rule tells of its first so many places: once these are mended, it tells of the next ones."""


def examine(case: Case) -> Iterator[tuple[Rule, Finding]]:
    """What the rules find, rule by rule."""
    for rule in RULES:
        for finding in islice(rule.find(case), MOST):
            yield rule, finding


def title_of(code: str) -> str:
    """What advice is called, for lists of what is silenced; a code of another version stands for itself."""
    rule = BY_CODE.get(code)
    return code if rule is None else rule.title
