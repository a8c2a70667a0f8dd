"""Typed text becomes values, and nothing else."""

import math
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.parse import arithmetic, parse_arg
from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS
from nnbuilder.catalog.spec import ArgError, ArgSpec
from nnbuilder.graph.graph import ArgValue
from tests.catalog.test_spec import SPECS
from tests.strategies import values_of

SHAPE = INPUT_SPEC.args[0]
FEATURES, OUT, BIAS = LAYERS["Linear"].args
RATE = ArgSpec(name="lr", kind="float", help="")
WORD = LAYERS["GELU"].args[0]
NORM = LAYERS["BatchNorm1d"].args[2]


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (OUT, "28*28", 784),
        (OUT, " 2**8 ", 256),
        (OUT, "64.0", 64),
        (OUT, "7 // 2 + 1", 4),
        (OUT, "-(-3)", 3),
        (OUT, "0x10", 16),
        (OUT, "1_000", 1000),
        (FEATURES, "auto", "auto"),
        (FEATURES, "AUTO", "auto"),
        (BIAS, "True", True),
        (BIAS, "false", False),
        (RATE, "1e-3", 0.001),
        (RATE, "1/8", 0.125),
        (RATE, "3", 3.0),
        (SHAPE, "(2, 3)", (2, 3)),
        (SHAPE, "2, 3", (2, 3)),
        (SHAPE, "[2, 3]", (2, 3)),
        (SHAPE, "28*28", (784,)),
        (SHAPE, "4", (4,)),
        (WORD, "tanh", "tanh"),
        (WORD, "none", "none"),
        (NORM, "None", None),
        (NORM, "none", None),
    ],
)
def test_text_becomes_a_value(spec: ArgSpec, text: str, value: ArgValue) -> None:
    found = parse_arg(spec, text)
    assert found == value
    assert type(found) is type(value)


NONSENSE = [
    "", " ", "x", "auto", "None", "True", "(1, 2)", "()", "0", "-1", "1.5", "nan", "inf", "1e400", "1j",
    "9**9**9", "2**-1", "10**30", "2**64", "1/0", "0**-1", "1 if 1 else 2", "1if 1else 2", "'\\d'", "b'1'",
    "__import__('os')", "().__class__", "[].append(1)", "lambda: 1", "1; 2", "1 +", "((((", "\0", "\ud800",
    "\uff11\uff12", "(-8)**0.5", "1 << 62", "~1", "not 1", "f'{1}'", "x := 3",
    "9" * 300, "(" * 90, "-" * 201 + "1",
    "1" + "+1" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", NONSENSE, ids=lambda text: text[:16].encode("unicode_escape").decode())
def test_nonsense_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ArgError) as caught:
        parse_arg(OUT, text)
    assert str(caught.value).startswith("out_features takes a whole number at least 1, not ")
    assert len(str(caught.value)) < 200


def test_python_says_nothing_about_odd_spelling() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for text in ("1if 1else 2", "'\\d'", "0or 1"):
            with pytest.raises(ArgError):
                parse_arg(OUT, text)
    assert said == []


@given(st.text(max_size=40) | st.text("0123456789.+-*/%() ,e", max_size=30))
def test_any_text_is_a_value_that_fits_or_refused(text: str) -> None:
    for _, spec in SPECS:
        try:
            value = parse_arg(spec, text)
        except ArgError:
            continue
        assert spec.fault(value) is None


@given(st.data())
def test_every_value_can_be_typed(data: st.DataObject) -> None:
    _, spec = data.draw(st.sampled_from(SPECS))
    value = data.draw(values_of(spec))
    assert parse_arg(spec, value if isinstance(value, str) else repr(value)) == value


def test_arithmetic_is_that_of_numbers() -> None:
    assert arithmetic("(4 + 1) * 16") == 80
    assert math.isclose(arithmetic("1 / 3"), 1 / 3)
    with pytest.raises(ArgError):
        arithmetic("a + 1")
