"""Gates and memories that are written of a recurrent cell, against torch's cells and a loop by hand."""

import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.engine.modules import construct
from nnbuilder.protocol.worked import Worked

SIZES = {"input_size": 3, "hidden_size": 4, "batch_first": True}


def made(name: str, **args: Any) -> Any:
    """A recurrent layer as it is drawn."""
    spec = LAYERS[name]
    defaults = {arg.name: arg.default for arg in spec.args if arg.name not in SIZES}
    return construct(spec, {**defaults, **SIZES, **args}, "cpu")


def worked_of(layer: nn.Module, x: torch.Tensor, place: tuple[int, ...]) -> Worked:
    """What is written of one number, in the pass that is done here."""
    random = torch.get_rng_state()
    with torch.no_grad():
        output = layer(x)
    worked = explain_layer(Case(layer, x, output, place, random))
    assert worked.agrees, worked
    return worked


def value(worked: Worked, label: str) -> float:
    """The number at the end of the line of this label."""
    (found,) = [line.text for line in worked.lines if line.text.strip().startswith(f"{label} = ")]
    return float(re.split(" = ", found)[-1])


@pytest.mark.parametrize("step", range(5))
@pytest.mark.parametrize("unit", range(4))
def test_the_gates_of_an_lstm(step: int, unit: int) -> None:
    torch.manual_seed(10 * step + unit)
    layer, x = made("LSTM"), torch.randn(2, 5, 3)
    cell = nn.LSTMCell(3, 4)
    cell.load_state_dict({name.removesuffix("_l0"): own for name, own in layer.state_dict().items()})
    h, c = torch.zeros(1, 4), torch.zeros(1, 4)
    before = c
    for at in range(step + 1):
        before, given = c, h
        h, c = cell(x[1:, at], (h, c))
    gates = (x[1, step] @ cell.weight_ih.T + cell.bias_ih + given[0] @ cell.weight_hh.T + cell.bias_hh).chunk(
        4
    )
    worked = worked_of(layer, x, (1, step, unit))
    for name, gate in zip("ifgo", gates, strict=True):
        own = torch.tanh(gate[unit]) if name == "g" else torch.sigmoid(gate[unit])
        assert value(worked, name) == pytest.approx(own.item(), rel=1e-3, abs=1e-4)
    assert value(worked, f"c[{unit}]") == pytest.approx(c[0, unit].item(), rel=1e-3, abs=1e-4)
    assert value(worked, f"h[{unit}]") == pytest.approx(h[0, unit].item(), rel=1e-3, abs=1e-4)
    assert f"·{before[0, unit].item():.4g}"[:5] in next(
        line.text for line in worked.lines if line.text.startswith("c[")
    ).replace("(", "")


@pytest.mark.parametrize("unit", range(4))
def test_the_gates_of_a_gru(unit: int) -> None:
    torch.manual_seed(unit)
    layer, x = made("GRU", output="last"), torch.randn(2, 5, 3)
    cell = nn.GRUCell(3, 4)
    cell.load_state_dict({name.removesuffix("_l0"): own for name, own in layer.state_dict().items()})
    h = torch.zeros(1, 4)
    for at in range(5):
        given, h = h, cell(x[:1, at], h)
    gates = (x[0, 4] @ cell.weight_ih.T + cell.bias_ih).chunk(3)
    memory = (given[0] @ cell.weight_hh.T + cell.bias_hh).chunk(3)
    reset, keep = (torch.sigmoid(gates[one] + memory[one]) for one in (0, 1))
    new = torch.tanh(gates[2] + reset * memory[2])
    worked = worked_of(layer, x, (0, unit))
    for name, own in (("r", reset), ("z", keep), ("n", new), (f"h[{unit}]", h[0])):
        assert value(worked, name) == pytest.approx(own[unit].item(), rel=1e-3, abs=1e-4)


def test_a_direction_read_backwards() -> None:
    torch.manual_seed(4)
    layer, x = made("RNN", bidirectional=True), torch.randn(1, 3, 3)
    own = layer.state_dict()
    h = torch.zeros(4)
    for at in (2, 1):
        z = own["weight_ih_l0_reverse"] @ x[0, at] + own["bias_ih_l0_reverse"]
        h = torch.tanh(z + own["weight_hh_l0_reverse"] @ h + own["bias_hh_l0_reverse"])
    worked = worked_of(layer, x, (0, 1, 4 + 2))
    assert worked.title == "RNN: unit 2, step 1, read backwards, row 0"
    assert value(worked, "h[2]") == pytest.approx(h[2].item(), rel=1e-3, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(
    name=st.sampled_from(["LSTM", "GRU", "RNN"]),
    seed=st.integers(0, 10**6),
    layers=st.integers(1, 3),
    both=st.booleans(),
    first=st.booleans(),
    output=st.sampled_from(["sequence", "last"]),
    dropout=st.sampled_from([0.0, 0.5]),
    train=st.booleans(),
)
def test_layers_directions_and_dropout(
    name: str, seed: int, layers: int, both: bool, first: bool, output: str, dropout: float, train: bool
) -> None:
    torch.manual_seed(seed)
    layer = made(
        name, num_layers=layers, bidirectional=both, batch_first=first, output=output, dropout=dropout
    ).train(train)
    x = torch.randn(2, 5, 3)
    shape = layer(x).shape
    place = tuple(int(torch.randint(size, ())) for size in shape)
    assert len(worked_of(layer, x, place).lines) >= 3


@pytest.mark.filterwarnings("ignore:LSTM with projections")
def test_a_state_that_is_projected() -> None:
    torch.manual_seed(1)
    layer, x = made("LSTM", proj_size=2), torch.randn(2, 5, 3)
    worked = worked_of(layer, x, (1, 3, 1))
    assert "W_hr" in worked.lines[-1].text
