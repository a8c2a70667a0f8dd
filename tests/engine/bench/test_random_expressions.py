"""Random expressions: the bench and Python itself give the same tensor, or both refuse."""

import builtins
import warnings

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.infer import TORCH_ERRORS

NAMES: dict[str, Tensor] = {
    "a": torch.tensor([[1.0, -2.0, 3.5], [4.0, 0.25, -6.0]]),
    "b": torch.tensor([[0.5, -1.0], [2.0, 1.0], [1.5, 3.0]]),
    "c": torch.tensor([2.0, 3.0, 4.0]),
    "n": torch.tensor([[1, 2, 3], [4, 5, 6]]),
    "s": torch.tensor(1.5),
}

leaves = st.sampled_from([*NAMES, "2", "0.5", "3"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "@", ">", "=="]), inner)
    member = st.sampled_from(
        ["T", "sum()", "mean(dim=0)", "reshape(-1)", "float()", "max()", "softmax(dim=-1)", "shape"]
    )
    index = st.sampled_from(["[0]", "[:, 1]", "[-1:]", "[..., None]", "[0, 1]", "[::2]"])
    return st.one_of(
        pair.map(lambda three: f"({three[0]} {three[1]} {three[2]})"),
        st.tuples(inner, member).map(lambda two: f"({two[0]}).{two[1]}"),
        st.tuples(inner, index).map(lambda two: f"({two[0]}){two[1]}"),
        inner.map(lambda one: f"torch.relu({one})"),
        inner.map(lambda one: f"-{one}"),
    )


expressions = st.recursive(leaves, _grown, max_leaves=6)


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_same_as_python(text: str) -> None:
    bench = Bench()
    bench.names.update(NAMES)
    expected = in_python(text)
    found = on_bench(bench, text)
    if isinstance(expected, Tensor):
        assert isinstance(found, Tensor)
        assert found.dtype == expected.dtype
        assert torch.equal(found, expected) or bool(torch.isnan(expected).any())
    else:
        assert found == expected


def in_python(text: str) -> object:
    """What Python makes of an expression that was generated here; None where it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return builtins.eval(text, {"torch": torch}, dict(NAMES))  # noqa: S307  (text of the strategy above)
        except (*TORCH_ERRORS, AttributeError):
            return None


def on_bench(bench: Bench, text: str) -> object:
    """The same on the bench."""
    try:
        return bench.run(text).value
    except BenchError:
        return None
