"""What each layer gives out, held against a network run by hand with NumPy."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.live.activations import activations
from nnbuilder.engine.live.slopes import shape_of
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.layers import Activations
from tests.engine.samples import Layer, chain, data_of, make_project


def report_of(
    *layers: Layer, tamper: float = 0.0
) -> tuple[Trainer, Activations, Sequence[NDArray[np.generic]]]:
    """The first report of a network on moons, whose first biases were moved by `tamper`."""
    project = make_project(chain(*layers))
    trainer = Trainer(project, data_of(project))
    with torch.no_grad():
        next(trainer.model.children()).get_parameter("bias").add_(tamper)
    report = activations(trainer)
    assert report is not None
    reported = report("run")
    assert reported is not None
    message, arrays = reported
    assert isinstance(message, Activations)
    return trainer, message, arrays


def by_hand(trainer: Trainer) -> NDArray[np.float32]:
    """What comes out of the first Linear, in plain NumPy."""
    weight, bias = (one.detach().numpy() for one in next(trainer.model.children()).parameters())
    return np.asarray(trainer.prepared.train.x @ weight.T + bias, np.float32)


@pytest.mark.parametrize("inplace", [False, True])
def test_histograms_and_dead_units_of_relu(inplace: bool) -> None:
    trainer, message, (counts, edges, dead, flat) = report_of(
        ("Linear", {"out_features": 16}),
        ("ReLU", {"inplace": inplace}),
        ("Linear", {"out_features": 2}),
        tamper=-0.9,
    )
    before = by_hand(trainer)
    after = np.maximum(before, 0)
    assert message.layers == ("n1", "n2", "n3")
    assert message.samples == len(before)
    for row, values in enumerate((before, after)):
        wanted, bounds = np.histogram(values.astype(np.float64), 64)
        assert np.abs(counts[row] - wanted).sum() <= 4  # a value on an edge may round to either side
        assert edges[row] == pytest.approx(bounds[[0, -1]], abs=1e-6)
    assert 0 < dead[1] < 1
    assert dead[1] == pytest.approx((after == 0).all(0).mean())
    assert flat[1] == pytest.approx((after == 0).mean())
    assert np.isnan(dead[[0, 2]]).all()
    assert message.bounded == (False, False, False)


def test_saturation_of_tanh() -> None:
    trainer, message, (_, _, dead, flat) = report_of(
        ("Linear", {"out_features": 16}), ("Tanh", {}), ("Linear", {"out_features": 2}), tamper=3.5
    )
    slopes = 1 - np.tanh(by_hand(trainer)) ** 2
    assert 0.1 < flat[1] < 0.9
    assert flat[1] == pytest.approx((slopes <= 0.005).mean(), abs=1e-6)
    assert dead[1] == pytest.approx((slopes <= 0.005).all(0).mean())
    assert message.bounded == (False, True, False)


def test_what_only_hands_on_is_left_out() -> None:
    _, message, _ = report_of(
        ("Linear", {"out_features": 4}),
        ("Dropout", {"p": 0.5}),
        ("Flatten", {}),
        ("Linear", {"out_features": 2}),
    )
    assert message.layers == ("n1", "n4")


def test_nan_is_counted_apart() -> None:
    trainer, message, (counts, *_) = report_of(
        ("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 2}), tamper=float("nan")
    )
    rows = len(trainer.prepared.train.x)
    assert message.nonfinite == (4 * rows, 4 * rows, 2 * rows)
    assert counts.sum() == 0


def test_channels_are_the_units_of_a_picture() -> None:
    project = make_project(
        chain(
            ("Unflatten", {"dim": 1, "unflattened_size": (1, 8, 8)}),
            ("Conv2d", {"out_channels": 4, "kernel_size": 3}),
            ("ReLU", {}),
            ("Flatten", {}),
            ("Linear", {"out_features": 10}),
        ),
        BuiltinData("digits"),
    )
    trainer = Trainer(project, data_of(project))
    with torch.no_grad():
        list(trainer.model.children())[1].get_parameter("bias")[:3] = -1e3
    report = activations(trainer)
    reported = report("run") if report else None
    assert reported is not None
    message, (_, _, dead, _) = reported
    assert isinstance(message, Activations)
    assert dead[message.layers.index("n3")] == 0.75


@pytest.mark.parametrize(
    ("layer", "bounded"),
    [
        (nn.ReLU(), False),
        (nn.GELU(), False),
        (nn.PReLU(3), False),
        (nn.Sigmoid(), True),
        (nn.ReLU6(), True),
        (nn.Hardtanh(), True),
    ],
)
def test_functions_flat_on_both_sides(layer: nn.Module, bounded: bool) -> None:
    shape = shape_of(layer.eval(), torch.randn(5, 3))
    assert shape is not None
    assert shape.bounded == bounded


def test_a_leaky_unit_is_not_dead() -> None:
    _, _, (_, _, dead, flat) = report_of(
        ("Linear", {"out_features": 16}), ("LeakyReLU", {}), ("Linear", {"out_features": 2}), tamper=-9.0
    )
    assert (dead[1], flat[1]) == (0, 0)


@pytest.mark.parametrize("layer", [nn.Softmax(1), nn.Linear(3, 3), nn.Linear(3, 2), nn.GLU()])
def test_layers_that_mix_numbers_have_no_shape(layer: nn.Module) -> None:
    assert shape_of(layer, torch.randn(5, 3 + isinstance(layer, nn.GLU))) is None
