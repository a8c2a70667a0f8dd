"""Keys, shapes and first weights of drawn networks, against the `nn.Sequential` that one would write."""

from collections.abc import Mapping

import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO, LayerSpec
from nnbuilder.engine.build import build_sequential, resolve_args
from nnbuilder.engine.infer import infer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import GROUP, ArgValue, Node, NodeId
from tests.engine.drawings import chain

N1 = NodeId("n1")
SHAPES = ((16,), (16, 8), (16, 8, 8), (16, 8, 8, 8), (144, 4))

Args = Mapping[str, ArgValue]

specs = pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)


def fitting(spec: LayerSpec, node: Node) -> tuple[TensorType, Args]:
    """An input type that a layer takes and whose samples it keeps apart, and its arguments for that."""
    for shape in SHAPES:
        for dtype in ("float32", "int64"):
            kind = TensorType((None, *shape), dtype)
            args = resolve_args(spec, node, kind)
            output = infer(spec, args, kind).output if AUTO not in args.values() else None
            if output is not None and output.shape[:1] == (None,):
                return kind, args
    raise AssertionError(spec.name)


def by_hand(spec: LayerSpec, args: Args) -> nn.Module:
    """The layer as one writes it with torch alone."""
    own = {arg.name: args[arg.name] for arg in spec.args if arg.role == "own"}
    if not spec.inner:
        made = getattr(nn, spec.name)(**own)
    else:
        inner = {arg.name: args[arg.name] for arg in spec.args if arg.role == "inner"}
        made = getattr(nn, spec.name)(getattr(nn, spec.inner)(**inner), **own)
    assert isinstance(made, nn.Module)
    return made


@specs
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_keys_and_weights_are_those_of_the_written_network(spec: LayerSpec) -> None:
    node = new_node(spec.name, N1)
    kind, args = fitting(spec, node)
    torch.manual_seed(5)
    wanted = nn.Sequential(by_hand(spec, args), nn.Identity()).state_dict()
    torch.manual_seed(5)
    drawn = build_sequential(chain(node, "Identity"), kind).state_dict()
    assert list(drawn) == list(wanted)
    assert all(torch.equal(drawn[key], wanted[key]) for key in wanted)


@specs
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_keys_in_groups_are_those_of_nested_networks(spec: LayerSpec) -> None:
    node = new_node(spec.name, N1)
    kind, args = fitting(spec, node)
    graph = Group((N1,), Node(NodeId("inner"), GROUP)).apply(chain(node, "Identity"))
    graph = Group((NodeId("inner"),), Node(NodeId("outer"), GROUP, name="outer")).apply(graph)
    layer = by_hand(spec, args)
    wanted = nn.Sequential()
    wanted.add_module("outer", nn.Sequential(nn.Sequential(layer)))
    wanted.add_module("1", nn.Identity())
    network = build_sequential(graph, kind)
    assert list(network.state_dict()) == list(wanted.state_dict())
    assert all(key.startswith("outer.0.0.") for key in network.state_dict())
    network.load_state_dict(wanted.state_dict())


def test_the_last_state_is_what_torch_calls_so() -> None:
    x = torch.randn(5, 7, 3, generator=torch.Generator().manual_seed(0))
    for name in ("LSTM", "GRU", "RNN"):
        args = {"hidden_size": 4, "num_layers": 2, "bidirectional": True, "batch_first": True}
        network = build_sequential(chain((name, {**args, "output": "last"})), TensorType((None, 7, 3)))
        plain = getattr(nn, name)(3, 4, 2, bidirectional=True, batch_first=True)
        plain.load_state_dict({key.removeprefix("0."): value for key, value in network.state_dict().items()})
        sequence, state = plain(x)
        hidden = state[0] if name == "LSTM" else state
        assert torch.equal(network(x), torch.cat([hidden[-2], hidden[-1]], dim=1))
        assert torch.equal(network(x)[:, :4], sequence[:, -1, :4])
        whole = build_sequential(chain((name, args)), TensorType((None, 7, 3)))
        whole.load_state_dict(network.state_dict())
        assert torch.equal(whole(x), sequence)


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_the_last_state_of_one_direction_is_the_end_of_the_sequence() -> None:
    x = torch.randn(5, 7, 3, generator=torch.Generator().manual_seed(0))
    args = {"hidden_size": 4, "batch_first": True, "proj_size": 2}
    network = build_sequential(chain(("LSTM", {**args, "output": "last"})), TensorType((None, 7, 3)))
    sequence = build_sequential(chain(("LSTM", args)), TensorType((None, 7, 3)))
    sequence.load_state_dict(network.state_dict())
    assert network(x).shape == (5, 2)
    assert torch.equal(network(x), sequence(x)[:, -1])
