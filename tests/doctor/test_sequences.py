"""What layers of sequences silently take samples for; torch shows that they do."""

import pytest
import torch
from torch import nn

from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import Project
from tests.doctor.patients import advice, codes, cured, linear, only
from tests.engine.drawings import IRIS, answer, project

STEPS = DataProfile("steps", "classification", (6, 4), 64, 64, 0, 0, "", classes=("a", "b", "c"))
ENCODER: dict[str, ArgValue] = {"nhead": 2, "dim_feedforward": 8, "dropout": 0.0}
RECURRENT: list[tuple[str, dict[str, ArgValue]]] = [
    (name, {"hidden_size": 5}) for name in ("RNN", "GRU", "LSTM")
]
LAYERS: list[tuple[str, dict[str, ArgValue]]] = [
    *RECURRENT,
    ("TransformerEncoderLayer", ENCODER),
    ("TransformerEncoder", {**ENCODER, "num_layers": 2}),
]


def alone(subject: Project, shape: tuple[int, ...]) -> bool:
    """Whether the network gives the first of four samples what it gets without the others."""
    torch.manual_seed(0)
    network = build_sequential(subject.graph, TensorType((None, *shape), "float32")).eval()
    x = torch.randn(4, *shape)
    with torch.no_grad():
        return torch.allclose(network(x)[:1], network(x[:1]), atol=1e-5) and torch.allclose(
            network(x)[3:], network(x[3:]), atol=1e-5
        )


@pytest.mark.parametrize("layer", LAYERS)
def test_samples_are_read_as_steps_without_batch_first(layer: tuple[str, dict[str, ArgValue]]) -> None:
    subject = project(layer, "Flatten", linear(3))
    assert answer(subject, STEPS).problems == ()
    problem = only(advice(subject, STEPS), "batch-first")
    assert problem.severity == "warning"
    assert problem.arg == "batch_first"
    assert problem.message.startswith(f"{layer[0]} takes the first dimension of N×6×4 for the steps")
    assert not alone(subject, (6, 4))
    [(title, changed)] = cured(subject, "batch-first", STEPS).items()
    assert title == "Set batch_first to True"
    assert alone(changed, (6, 4))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("first", [True, False])
def test_a_batch_is_read_as_one_sequence(layer: tuple[str, dict[str, ArgValue]], first: bool) -> None:
    subject = project((layer[0], {**layer[1], "batch_first": first}), linear(3))
    assert answer(subject).problems == ()
    problem = only(advice(subject), "batch-as-sequence")
    assert problem.message == (
        f"{layer[0]} needs three dimensions, samples, steps and features. Of N×4 it takes the whole batch "
        "for one sequence, whose steps are the samples."
    )
    assert not alone(subject, (4,))
    [(title, changed)] = cured(subject, "batch-as-sequence").items()
    how = (
        "(4, 1) before {}: each number a step"
        if layer in RECURRENT
        else "(1, 4) before {}: each sample one step"
    )
    assert title == f"Insert Unflatten {how.format(layer[0])}"
    assert "batch-first" not in codes(advice(changed))
    assert alone(changed, (4,))


def test_sizes_that_are_pinned_stay() -> None:
    subject = project(("LSTM", {"hidden_size": 5, "input_size": 4}), linear(3))
    [(title, changed)] = cured(subject, "batch-as-sequence").items()
    assert title == "Insert Unflatten (1, 4) before LSTM: each sample one step"
    assert alone(changed, (4,))


def test_layers_that_read_samples_first_are_left_alone() -> None:
    right = project(("GRU", {"hidden_size": 5, "batch_first": True, "output": "last"}), linear(3))
    assert codes(advice(right, STEPS)) == []
    assert alone(right, (6, 4))
    assert codes(advice(project(linear(8), "ReLU", linear(3)), IRIS)) == []


def test_torch_takes_two_dimensions_for_one_sequence() -> None:
    layer, x = nn.GRU(4, 5), torch.randn(7, 4)
    torch.testing.assert_close(layer(x)[0], layer(x[:, None])[0][:, 0])


@pytest.mark.parametrize("name", [name for name, _ in RECURRENT])
def test_dropout_of_one_layer_does_nothing(name: str) -> None:
    args: dict[str, ArgValue] = {"hidden_size": 5, "batch_first": True, "dropout": 0.5}
    subject = project((name, args), "Flatten", linear(3))
    problem = only(advice(subject, STEPS), "idle-dropout")
    assert problem.arg == "dropout"
    torch.manual_seed(0)
    with pytest.warns(UserWarning, match="non-zero dropout expects"):
        layer = getattr(nn, name)(4, 5, batch_first=True, dropout=0.5).train()
    x = torch.randn(2, 6, 4)
    assert torch.equal(layer(x)[0], layer(x)[0])
    changed = cured(subject, "idle-dropout", STEPS)
    assert list(changed) == ["Set num_layers to 2", "Set dropout to 0"]
    deeper = getattr(nn, name)(4, 5, num_layers=2, batch_first=True, dropout=0.5).train()
    assert not torch.equal(deeper(x)[0], deeper(x)[0])
