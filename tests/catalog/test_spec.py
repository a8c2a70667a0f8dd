"""What an argument takes, against values that no form would send."""

import math
from typing import Any

import pytest
from hypothesis import given

from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import AUTO, SIZE_LIMIT, ArgSpec, shown
from nnbuilder.graph.graph import ArgValue
from tests.strategies import plain_args

HOSTILE: tuple[Any, ...] = (
    math.nan, math.inf, -math.inf, 10**400, -(10**400), 10**5000, 2**63, 1e308, "",
    "x" * 100_000, (), (1,), (None,),
    ((1, 2),), ("a", "b"), (math.nan, 0.1), (True, False), (1,) * 100_000, [1], {}, b"1", object(), 1j,
)  # fmt: skip
SPECS = [
    (owner.name, arg)
    for owner in (INPUT_SPEC, *LAYERS.values(), *LOSSES.values(), *OPTIMIZERS.values())
    for arg in owner.args
]
SIZE = ArgSpec(name="size", kind="int", help="", minimum=1, maximum=8)
SHARE = ArgSpec(name="p", kind="float", help="", minimum=0, maximum=1, below=True)


@pytest.mark.parametrize(("owner", "arg"), SPECS, ids=lambda value: getattr(value, "name", value))
def test_hostile_values_are_answered_with_a_short_sentence(owner: str, arg: ArgSpec) -> None:
    for value in HOSTILE:
        fault = arg.fault(value)
        if fault is not None:
            assert fault.endswith(".")
            assert len(fault) < 250, owner
    assert arg.fault(math.nan) is not None
    assert arg.fault((math.nan, 0.1)) is not None
    assert arg.fault(10**400) is not None
    assert arg.fault((1,) * 100_000) is not None


@given(plain_args)
def test_what_fits_is_of_the_kind(value: ArgValue) -> None:
    for _, arg in SPECS:
        if arg.fault(value) is not None or value is None or value == AUTO:
            continue
        if isinstance(value, tuple):
            assert arg.kind in {"ints", "floats"} or len(value) in arg.lengths
        elif isinstance(value, str):
            assert value in arg.choices
        else:
            kinds: dict[str, type] = {"int": int, "bool": bool}
            assert isinstance(value, int | float if arg.kind == "float" else kinds[arg.kind])
            assert isinstance(value, bool) == (arg.kind == "bool")


@pytest.mark.parametrize("value", [True, False, 1.0, 2.5, "1", None, AUTO, (1,), 0, 9])
def test_a_size_is_a_whole_number_within_its_bounds(value: ArgValue) -> None:
    assert SIZE.fault(value) == f"size takes a whole number at least 1 and at most 8, not {value!r}."


def test_the_limit_of_all_numbers_is_told_where_it_is_passed() -> None:
    seed = ArgSpec(name="seed", kind="int", help="", default=0, minimum=0, maximum=SIZE_LIMIT)
    assert seed.fault(SIZE_LIMIT) is None
    assert seed.fault(-1) == "seed takes a whole number at least 0, not -1."
    over = seed.fault(SIZE_LIMIT + 1)
    assert over == "seed takes a whole number at least 0 and at most 2147483647, not 2147483648."


def test_bounds_are_inclusive_unless_excluded() -> None:
    assert SIZE.fault(1) is None
    assert SIZE.fault(8) is None
    assert SHARE.fault(0) is None
    assert SHARE.fault(1) == "p takes a number at least 0 and below 1, not 1."


def test_auto_and_none_only_where_allowed() -> None:
    linear, norm = LAYERS["Linear"], LAYERS["BatchNorm1d"]
    by_name = {arg.name: arg for arg in (*linear.args, *norm.args)}
    assert by_name["in_features"].fault(AUTO) is None
    assert by_name["out_features"].fault(AUTO) is not None
    assert by_name["momentum"].fault(None) is None
    assert by_name["eps"].fault(None) is not None


def test_tuples_have_the_length_they_need() -> None:
    betas = next(arg for arg in OPTIMIZERS["Adam"].args if arg.name == "betas")
    assert betas.fault((0.9, 0.99)) is None
    assert betas.fault((0.9,)) == (
        "betas takes 2 numbers like (0.9, 0.999) at least 0 and below 1, not (0.9,)."
    )


def test_long_values_are_cut() -> None:
    assert shown("x" * 1000) == "'" + "x" * 36 + "..."
    assert shown(10**5000) == "a number of thousands of digits"
