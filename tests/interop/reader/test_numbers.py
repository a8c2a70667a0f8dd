"""Sums and lists of a text have the values that Python gives them."""

import contextlib
import itertools

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.interop.python_reader import read_source
from tests.conftest import SOAK

NAMES = {"a": 3, "b": 7, "sizes": [4, 8, 16], "pair": (2, 5)}
HEAD = "".join(f"{name} = {value}\n" for name, value in NAMES.items())

leaves = st.one_of(
    st.integers(0, 20).map(str),
    st.integers(0, 20).map(lambda number: f"{number} ** 2"),
    st.sampled_from(["a", "b", "sizes[0]", "sizes[-1]", "pair[1]", "len(sizes)", "1e1", "True"]),
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "/", "<", "==", "and", "or"]), inner)
    return st.one_of(
        binary.map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"-{part}"),
        inner.map(lambda part: f"(not {part})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"max([{', '.join(parts)}])"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"sum(x for x in [{', '.join(parts)}])"),
        inner.map(lambda part: f"int({part})"),
        inner.map(lambda part: f"[i * 2 for i in range(3) if i < {part}][-1]"),
    )


def _by_python(expression: str) -> object:
    """The value that Python gives it; None where that is none."""
    with contextlib.suppress(ArithmeticError, IndexError, TypeError):
        value: object = eval(expression, {**NAMES})  # noqa: S307  (made of the parts above)
        return value
    return None


@given(st.recursive(leaves, _grown, max_leaves=6))
def test_numbers_are_those_of_python(expression: str) -> None:
    wanted = _by_python(expression)
    text = f"{HEAD}nn.Sequential(nn.Linear({expression}, 3))"
    reading = read_source(text)
    fits = isinstance(wanted, int) and not isinstance(wanted, bool) and 1 <= wanted < 2**31
    assert reading.ok == fits, (wanted, reading.problems)
    assert not fits or reading.layers[0].args["in_features"] == wanted


@given(st.lists(st.integers(1, 99), min_size=2, max_size=12 if SOAK else 6), st.booleans(), st.booleans())
def test_loops_and_comprehensions_make_the_same_layers(widths: list[int], pairs: bool, ends: bool) -> None:
    plain = "".join(f"nn.Linear({a}, {b}), nn.ReLU(), " for a, b in itertools.pairwise(widths))
    over = "zip(w[:-1], w[1:])" if pairs else "[(w[i], w[i + 1]) for i in range(len(w) - 1)]"
    loop = f"w = {widths}\nm = []\nfor a, b in {over}:\n    m += [nn.Linear(a, b)]\n    m.append(nn.ReLU())\n"
    cut = "[:-1]" if ends else ""
    made = read_source(f"{loop}net = nn.Sequential(*m{cut})").layers
    rows = f"[layer for a, b in {over} for layer in (nn.Linear(a, b), nn.ReLU())]{cut}"
    listed = read_source(f"w = {widths}\nnet = nn.Sequential(*{rows})").layers
    wanted = read_source(f"nn.Sequential(*[{plain}]{cut})").layers
    assert [(one.type, one.args) for one in made] == [(one.type, one.args) for one in wanted]
    assert [(one.type, one.args) for one in listed] == [(one.type, one.args) for one in wanted]
