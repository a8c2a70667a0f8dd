"""What lies on the clipboard: ours comes back as it was, anything else is refused with a sentence."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.clip import Clip, clip
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.clip import CLIP, ClipError, clip_text, is_clip, parse_clip
from tests.strategies import graphs, json_values, texts


@given(graphs())
def test_a_piece_comes_back_as_it_was(graph: Graph) -> None:
    piece = clip(graph, (*graph.nodes, *graph.notes))
    text = clip_text(piece)
    assert is_clip(text)
    assert parse_clip(text) == piece


@given(texts | json_values.map(json.dumps) | st.binary())
def test_nonsense_is_refused(text: str | bytes) -> None:
    with pytest.raises(ClipError) as refused:
        parse_clip(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("plain", "why"),
    [
        ({CLIP: 2}, "newer NNBuilder"),
        ({CLIP: True}, "newer NNBuilder"),
        ({CLIP: 1}, "nodes is missing"),
        ({CLIP: 1, "nodes": {"a": {"type": "ReLU", "parent": "b"}}, "edges": []}, '"b" is no group'),
        ({CLIP: 1, "nodes": {"a": {"type": "Linear", "args": {"bias": 3}}}, "edges": []}, "bias takes"),
        ({CLIP: 1, "nodes": {"a": {"type": "ReLU"}}, "edges": [["a", "b"]]}, "id of a node"),
        ({CLIP: 1, "nodes": {}, "edges": [], "notes": {"t": {"color": "pink"}}}, "color takes one of"),
    ],
)
def test_what_is_wrong_with_ours_is_named(plain: Any, why: str) -> None:
    with pytest.raises(ClipError, match=why):
        parse_clip(json.dumps(plain))


def test_ten_thousand_layers_are_refused() -> None:
    many = Clip(tuple(Node(NodeId(f"m{number}"), "ReLU") for number in range(10_000)))
    with pytest.raises(ClipError, match="10000 nodes; at most 2000"):
        parse_clip(clip_text(many))


def test_a_text_without_our_key_is_none_of_ours() -> None:
    assert not is_clip("nn.Sequential(nn.Linear(4, 3))")
    assert not is_clip('{"nnbuilder": 1}')
