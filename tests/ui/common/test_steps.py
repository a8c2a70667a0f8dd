"""Steps of arrows and wheel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.ui.common.steps import doubled, stepped

COUNT = ArgSpec(name="n", kind="int", help="", minimum=1, maximum=10)
SHARE = ArgSpec(name="p", kind="float", help="", minimum=0.0, maximum=1.0, step=0.1)
OPEN = ArgSpec(name="q", kind="float", help="", minimum=0.0, above=True, maximum=1.0, below=True, step=0.5)
RATE = ArgSpec(name="lr", kind="float", help="", minimum=0.0)


@pytest.mark.parametrize(
    ("spec", "value", "steps", "expected"),
    [
        (COUNT, 4, 1, 5),
        (COUNT, 4, -10, 1),
        (COUNT, 9, 5, 10),
        (SHARE, 0.3, 1, 0.4),
        (SHARE, 0.95, 1, 1.0),
        (OPEN, 0.5, 1, 0.5),
        (OPEN, 0.5, -1, 0.5),
        (RATE, 0.001, 1, 0.002),
        (RATE, 0.001, 3, 0.01),
        (RATE, 0.001, -1, 0.0005),
        (RATE, 0.0, 1, 0.0001),
        (RATE, 0.0, -1, 0.0),
        (RATE, 0.0031, 1, 0.005),
    ],
)
def test_steps(spec: ArgSpec, value: float, steps: int, expected: float) -> None:
    assert stepped(spec, value, steps) == expected


def test_negative_values_mirror_the_ladder() -> None:
    free = ArgSpec(name="x", kind="float", help="")
    assert stepped(free, -0.2, 1) == -0.1
    assert stepped(free, -0.2, -1) == -0.5
    assert stepped(free, 0.0, -1) == -0.0001


@pytest.mark.parametrize(
    ("value", "times", "expected"), [(48, 1, 64), (48, -1, 32), (64, 1, 128), (1, -1, 1)]
)
def test_powers_of_two(value: int, times: int, expected: int) -> None:
    assert doubled(ArgSpec(name="n", kind="int", help="", minimum=1), value, times) == expected


def test_doubling_a_float() -> None:
    assert doubled(RATE, 0.1, 1) == 0.2
    assert doubled(SHARE, 0.8, 1) == 1.0


NUMBERS = [
    arg
    for spec in (*registry.LAYERS.values(), *registry.OPTIMIZERS.values(), *registry.LOSSES.values())
    for arg in spec.args
    if arg.kind in {"int", "float"}
]


@given(st.sampled_from(NUMBERS), st.lists(st.integers(-30, 30), max_size=8))
def test_no_step_leaves_what_is_declared(spec: ArgSpec, moves: list[int]) -> None:
    starts = [one for one in (spec.start, spec.initial, spec.minimum, 1) if isinstance(one, int | float)]
    value = next(one for one in starts if spec.fault(int(one) if spec.kind == "int" else float(one)) is None)
    for move in moves:
        value = stepped(spec, value, move)
        assert spec.fault(value) is None
