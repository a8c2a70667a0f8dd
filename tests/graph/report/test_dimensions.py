"""What dimensions mean, for every kind of layer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.report.dimensions import MEANINGS, meanings, start_letters, usual_letters
from tests.engine.drawings import Drawn
from tests.graph.report.networks import asked, chain, group, layer

F = "features"
CONV = ("Conv2d", {"out_channels": 4, "kernel_size": 3})

CHAINS: tuple[tuple[tuple[Drawn, ...], dict[str, Any], list[str]], ...] = (
    (
        (CONV, "ReLU", ("MaxPool2d", {"kernel_size": 2}), "Flatten"),
        {"shape": (3, 8, 8)},
        ["N C H W"] * 4 + [f"N {F}"],
    ),
    ((("Linear", {"out_features": 5}), "Tanh"), {"shape": (4,)}, [f"N {F}"] * 3),
    ((("Linear", {"out_features": 5}),), {"shape": (7, 4)}, [f"N L {F}"] * 2),
    ((("Conv1d", {"out_channels": 2, "kernel_size": 3}), "BatchNorm1d"), {"shape": (4, 9)}, ["N C L"] * 3),
    (
        (("Conv3d", {"out_channels": 2, "kernel_size": 2}), "Dropout3d"),
        {"shape": (1, 4, 4, 4)},
        ["N C D H W"] * 3,
    ),
    (
        (
            ("Embedding", {"num_embeddings": 9, "embedding_dim": 4}),
            ("LSTM", {"hidden_size": 3, "batch_first": True}),
        ),
        {"shape": (6,), "dtype": "int64"},
        ["N L", f"N L {F}", f"N L {F}"],
    ),
    (
        (("GRU", {"hidden_size": 3, "batch_first": True, "output": "last"}), "ReLU"),
        {"shape": (6, 2)},
        [f"N L {F}", f"N {F}", f"N {F}"],
    ),
    (
        (("Unflatten", {"dim": 1, "unflattened_size": (1, 4, 4)}), CONV, ("Flatten", {"start_dim": 2})),
        {"shape": (16,)},
        [f"N {F}", "N C H W", "N C H W", "N C L"],
    ),
    ((("Unfold", {"kernel_size": 2}),), {"shape": (3, 4, 4)}, ["N C H W", f"N {F} L"]),
    (
        (("Fold", {"output_size": (4, 4), "kernel_size": (2, 2), "stride": 2}),),
        {"shape": (12, 4)},
        [f"N {F} L", "N C H W"],
    ),
    (("ReLU", CONV), {"shape": (3, 5, 5)}, ["N C H W"] * 3),
    (("BatchNorm1d",), {"shape": (4,)}, [f"N {F}"] * 2),
)


@pytest.mark.parametrize(("layers", "given", "expected"), CHAINS)
def test_meanings_along_a_chain(
    layers: tuple[Drawn, ...], given: dict[str, Any], expected: list[str]
) -> None:
    analysis = asked(*layers, **given)
    assert analysis.output is not None
    found = meanings(analysis.layers, analysis.input)
    read = [found[one.id][0] for one in analysis.layers]
    written = [found[one.id][1] for one in analysis.layers]
    assert [" ".join(names) for names in (read[0], *written)] == expected


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6])
def test_every_layer_names_every_dimension(name: str, rank: int) -> None:
    shape = (None, *range(2, rank + 1))
    analysis = chain(layer("a", name, shape, shape))
    (fed, given) = meanings(analysis.layers, analysis.input)[analysis.layers[0].id]
    assert len(fed) == rank
    assert fed[0] == "N"
    assert {*fed, *given} <= {*MEANINGS, ""}


def test_a_failure_leaves_the_rest_unnamed() -> None:
    layers = (layer("a", "Linear", (None, 3), None), layer("b", "ReLU", None, None))
    found = meanings(layers, TensorType((None, 3)))
    assert [found[one.id] for one in layers] == [(("N", F), ()), ((), ())]


def test_a_group_reads_and_writes_what_its_ends_do() -> None:
    inner = (
        layer("a", "Conv2d", (None, 3, 5, 5), (None, 4, 3, 3)),
        layer("b", "Flatten", (None, 4, 3, 3), (None, 36)),
    )
    whole = group("g", group("h", *inner))
    found = meanings((whole,), whole.input)
    assert found[whole.id] == found[whole.children[0].id] == (("N", "C", "H", "W"), ("N", F))


def test_an_empty_group_says_nothing() -> None:
    empty = group("g")
    assert meanings((empty,), TensorType((None, 3)))[empty.id] == ((), ())


@given(st.integers(0, 9))
def test_usual_names_fit_any_number_of_dimensions(rank: int) -> None:
    assert len(usual_letters(rank)) == rank


def test_without_an_input_nothing_is_known() -> None:
    assert start_letters((), None) == ()
