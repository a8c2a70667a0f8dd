"""What is predicted over the plane of two features, and how each neuron responds there."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nnbuilder.data.spec import ToyData
from nnbuilder.engine.live.boundary import boundary
from nnbuilder.engine.live.neurons import as_bytes, neurons
from nnbuilder.engine.live.report import Report
from nnbuilder.engine.metrics import numbers
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.predictions import MOST_NEURONS, Boundary, Neurons, Plane
from tests.engine.samples import Layer, chain, data_of, make_project, regression

WIDE = chain(
    ("Linear", {"out_features": MOST_NEURONS + 6}),
    ("ReLU", {"inplace": True}),
    ("Linear", {"out_features": 2}),
)


Numbers = NDArray[Any]


def trained(project: Project, steps: int = 30) -> Trainer:
    """A training some steps from its start."""
    trainer = Trainer(project, data_of(project))
    for result in trainer.steps():
        if result.step == steps:
            break
    return trainer


def entering(trainer: Trainer, plane: Plane, cells: int) -> torch.Tensor:
    """The middles of a grid's cells, scaled as the training part was: worked out one by one."""
    left, bottom, right, top = plane
    scaling = trainer.prepared.scaling
    samples = [
        (
            (left + (column + 0.5) * (right - left) / cells - scaling.x_mean[0]) / scaling.x_scale[0],
            (bottom + (row + 0.5) * (top - bottom) / cells - scaling.x_mean[1]) / scaling.x_scale[1],
        )
        for row in range(cells)
        for column in range(cells)
    ]
    return torch.tensor(samples, dtype=torch.float32)


def made(report: Report | None) -> Report:
    """A report that has a meaning."""
    assert report is not None
    return report


def alike(values: Numbers, classes: Numbers, sure: Numbers) -> None:
    """Whether each place has its class; where the two are as likely, rounding decides."""
    clear = sure.ravel() > 0.5001
    assert clear.mean() > 0.99
    assert values.ravel()[clear].tolist() == classes[clear].tolist()


def boundary_of(trainer: Trainer) -> tuple[Boundary, list[Numbers]]:
    """The plane as it is now, with its arrays."""
    reported = made(boundary(trainer))("run")
    assert reported is not None
    message, arrays = reported
    assert isinstance(message, Boundary)
    return message, [np.asarray(array) for array in arrays]


def test_each_place_gets_the_class_that_the_network_gives_it() -> None:
    trainer = trained(make_project())
    message, (values, sure, *_) = boundary_of(trainer)
    trainer.model.eval()
    with torch.no_grad():
        shares = numbers(trainer.model(entering(trainer, message.plane, len(values))).softmax(1))
    assert (message.step, message.classes, message.features) == (15, ("0", "1"), ("x", "y"))
    alike(values, shares.argmax(1), sure)
    assert set(values.ravel().tolist()) == {0.0, 1.0}
    np.testing.assert_allclose(sure.ravel(), shares.max(1), rtol=1e-4)


@pytest.mark.parametrize("loss", ["BCEWithLogitsLoss", "BCELoss"])
def test_one_output_for_two_classes(loss: str) -> None:
    last: list[Layer] = [("Sigmoid", {})] if loss == "BCELoss" else []
    layers: list[Layer] = [
        ("Linear", {"out_features": 8}),
        ("Tanh", {}),
        ("Linear", {"out_features": 1}),
        *last,
    ]
    trainer = trained(make_project(chain(*layers, loss=loss)))
    message, (values, sure, *_) = boundary_of(trainer)
    with torch.no_grad():
        output = trainer.model(entering(trainer, message.plane, len(values))).ravel()
    share = numbers(output.sigmoid() if loss == "BCEWithLogitsLoss" else output)
    alike(values, share > 0.5, sure)
    np.testing.assert_allclose(sure.ravel(), np.maximum(share, 1 - share), rtol=1e-4)


def test_a_loss_without_probabilities_claims_none() -> None:
    layers = chain(("Linear", {"out_features": 2}), loss="MultiMarginLoss")
    _, (_, sure, *_) = boundary_of(trained(make_project(layers)))
    assert set(sure.ravel().tolist()) == {1.0}


def test_the_data_lie_in_the_plane_in_their_own_units() -> None:
    project = make_project(source=ToyData("moons", points=90))
    trainer = trained(project, 1)
    message, (_, _, points, targets, held_out) = boundary_of(trainer)
    prepared = data_of(project)
    both = np.concatenate((prepared.train.x, prepared.validation.x))
    own = both * prepared.scaling.x_scale + prepared.scaling.x_mean
    np.testing.assert_allclose(points, own, atol=1e-5)
    assert targets.tolist() == [*prepared.train.y, *prepared.validation.y]
    assert held_out.tolist() == [0] * len(prepared.train) + [1] * len(prepared.validation)
    left, bottom, right, top = message.plane
    assert left < points[:, 0].min() < points[:, 0].max() < right
    assert bottom < points[:, 1].min() < points[:, 1].max() < top
    assert right - left == pytest.approx(top - bottom)  # moons are about as wide as high


def test_many_points_are_thinned_out_evenly() -> None:
    _, (*_, points, _, held_out) = boundary_of(trained(make_project(source=ToyData(points=4000)), 1))
    assert len(points) <= 1500
    assert held_out.mean() == pytest.approx(0.2, abs=0.01)


def test_there_is_no_plane_of_four_features() -> None:
    trainer = trained(regression(), 1)
    assert boundary(trainer) is None
    assert neurons(trainer) is None


def test_neurons_respond_as_their_layers_do() -> None:
    trainer = trained(make_project(WIDE))
    reported = made(neurons(trainer))("run")
    assert reported is not None
    message, arrays = reported
    assert isinstance(message, Neurons)
    assert message.layers == ("in", "n1", "n2", "n3")
    assert message.sizes == (2, MOST_NEURONS + 6, MOST_NEURONS + 6, 2)
    count = len(message.layers)
    x = entering(trainer, message.plane, arrays[0].shape[1])
    with torch.no_grad():
        hidden = trainer.model[0](x)
        expected = [x, hidden, hidden.relu(), trainer.model(x)]
    for pictures, heights, wanted in zip(arrays[:count], arrays[count:], expected, strict=True):
        shown, peaks = numbers(wanted)[:, :MOST_NEURONS], np.asarray(heights, np.float64)
        assert pictures.dtype == np.uint8
        np.testing.assert_allclose(peaks, np.abs(shown).max(0), rtol=1e-5)
        back = (pictures.reshape(len(pictures), -1).T.astype(float) - 128) / 127 * peaks
        np.testing.assert_allclose(back, shown, atol=float(peaks.max()) / 250)


def test_what_is_not_finite_is_marked() -> None:
    cells = np.zeros((900, 2), np.float32)
    cells[0], cells[1], cells[2] = (np.nan, 0), (np.inf, 0), (-4, 0)
    pictures, peaks = as_bytes(cells)
    assert pictures[0].ravel()[:4].tolist() == [0, 0, 1, 128]
    assert peaks.tolist() == [4, 0]
    assert set(pictures[1].ravel().tolist()) == {128}


def test_a_very_deep_network_sends_fewer_neurons_of_each_layer() -> None:
    layers: list[Layer] = [
        ("Linear", {"out_features": 40}),
        *([("ReLU", {})] * 127),
        ("Linear", {"out_features": 2}),
    ]
    reported = made(neurons(trained(make_project(chain(*layers)), 1)))("run")
    assert reported is not None
    message, arrays = reported
    assert isinstance(message, Neurons)
    assert set(message.sizes) == {2, 40}
    assert {len(pictures) for pictures in arrays[: len(message.layers)]} == {2, 31}
