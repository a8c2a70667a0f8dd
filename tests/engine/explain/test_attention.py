"""What is written of a head of attention, against the formula of the paper worked out by hand."""

import math
import re
from typing import Any

import pytest
import torch
from torch import nn

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.protocol.worked import Worked


def worked_of(layer: nn.Module, x: torch.Tensor, place: tuple[int, ...]) -> Worked:
    """What is written of one number, in the pass that is done here."""
    random = torch.get_rng_state()
    with torch.no_grad():
        output = layer(x)
    worked = explain_layer(Case(layer, x, output, place, random))
    assert worked.agrees, worked
    return worked


def values(worked: Worked, label: str) -> list[float]:
    """The numbers at the end of all lines of this label."""
    return [float(re.split(" = ", line.text)[-1]) for line in worked.lines if line.text.startswith(label)]


def made(**args: Any) -> nn.TransformerEncoderLayer:
    """A layer whose every parameter is random."""
    layer = nn.TransformerEncoderLayer(6, 2, 8, batch_first=True, **args)
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    return layer


@pytest.mark.parametrize("unit", range(6))
@pytest.mark.parametrize("step", range(4))
def test_a_head_by_hand(step: int, unit: int) -> None:
    torch.manual_seed(10 * step + unit)
    layer, x = made().eval(), torch.randn(3, 4, 6)
    head, width = unit // 3, 3
    own = layer.self_attn
    queries, keys, given = (x[1] @ own.in_proj_weight.T + own.in_proj_bias).chunk(3, dim=1)
    part = slice(head * width, (head + 1) * width)
    scores = queries[step, part] @ keys[:, part].T / math.sqrt(width)
    weights = torch.softmax(scores, 0)
    worked = worked_of(layer, x, (1, step, unit))
    assert values(worked, "score of step") == pytest.approx(scores.tolist(), rel=1e-3, abs=1e-3)
    assert values(worked, "weight of step") == pytest.approx(weights.tolist(), rel=1e-3, abs=1e-4)
    (mixed,) = values(worked, f"head {head}, number {unit % width}")
    assert mixed == pytest.approx((weights @ given[:, part])[unit % width].item(), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("first", [False, True])
def test_several_layers_dropout_and_both_orders(train: bool, first: bool) -> None:
    torch.manual_seed(3)
    stack = nn.TransformerEncoder(
        made(norm_first=first, dropout=0.4, activation="gelu"), 3, enable_nested_tensor=False
    ).train(train)
    x = torch.randn(2, 4, 6)
    for place in ((0, 0, 0), (1, 3, 5), (1, 2, 3)):
        worked = worked_of(stack, x, place)
        assert worked.notes[0] == "This is the last of its 3 layers; x is what the others give."
        assert any("exp(" in line.text for line in worked.lines)
    said = {"kept", "dropped"} & set(re.findall(r"\((\w+)", " ".join(line.text for line in worked.lines)))
    assert bool(said) is train


def test_steps_in_front_and_one_sequence_alone() -> None:
    torch.manual_seed(5)
    layer = nn.TransformerEncoderLayer(6, 3, 8, bias=False).eval()
    assert worked_of(layer, torch.randn(4, 2, 6), (3, 1, 2)).title.startswith(
        "TransformerEncoderLayer: row 1, step 3"
    )
    assert worked_of(layer, torch.randn(4, 6), (3, 2)).title.startswith(
        "TransformerEncoderLayer: row 0, step 3"
    )


def test_looking_leaves_the_layer_and_the_dice_alone() -> None:
    torch.manual_seed(6)
    layer, x = made(dropout=0.5), torch.randn(1, 4, 6)
    random = torch.get_rng_state()
    output = layer(x)
    after = torch.get_rng_state()
    explain_layer(Case(layer, x, output, (0, 0, 0), random))
    assert torch.equal(torch.get_rng_state(), after)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in layer.modules())
    assert all(parameter.grad is None for parameter in layer.parameters())
