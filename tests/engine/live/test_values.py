"""The fitted curve, predictions against targets, and the table of classes."""

from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix

from nnbuilder.data.spec import BuiltinData, ToyData
from nnbuilder.engine.live.confusion import confusion
from nnbuilder.engine.live.fit import fit, targets
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.predictions import Confusion, Fit, Targets
from tests.engine.live.test_plane import made, trained
from tests.engine.samples import chain, make_project, regression

Numbers = NDArray[Any]

CURVE = chain(("Linear", {"out_features": 8}), ("Tanh", {}), ("Linear", {"out_features": 1}), loss="MSELoss")
THREE = chain(("Linear", {"out_features": 3}))


def plain(array: Numbers) -> NDArray[np.float64]:
    """An array of any numbers as doubles."""
    return np.asarray(array, np.float64)


def test_the_curve_is_what_the_network_gives_in_the_data_s_units() -> None:
    trainer = trained(make_project(CURVE, ToyData("sine", points=100)))
    reported = made(fit(trainer))("run")
    assert reported is not None
    message, arrays = reported
    x, curve, points, held_out = map(plain, arrays)
    assert isinstance(message, Fit)
    assert (message.feature, message.target) == ("x", "y")
    scaling = trainer.prepared.scaling
    scaled = torch.from_numpy(((x - scaling.x_mean) / scaling.x_scale).astype(np.float32)).reshape(-1, 1)
    with torch.no_grad():
        wanted = trainer.model(scaled).numpy().ravel() * scaling.y_scale + scaling.y_mean
    np.testing.assert_allclose(curve, wanted, atol=1e-5)
    np.testing.assert_allclose(points[:80, 0], _own_x(trainer), atol=1e-5)
    assert x[0] < points[:, 0].min()
    assert points[:, 0].max() < x[-1]
    assert int(held_out.sum()) == 20


def test_predictions_stand_beside_their_targets() -> None:
    trainer = trained(regression())
    reported = made(targets(trainer))("run")
    assert reported is not None
    message, arrays = reported
    right, predicted, held_out = map(plain, arrays)
    assert isinstance(message, Targets)
    train, scaling = trainer.prepared.train, trainer.prepared.scaling
    with torch.no_grad():
        wanted = trainer.model(torch.from_numpy(train.x)).numpy().ravel()
    own = held_out == 0
    np.testing.assert_allclose(predicted[own], wanted * scaling.y_scale + scaling.y_mean, rtol=1e-5)
    np.testing.assert_allclose(right[own], train.y.ravel() * scaling.y_scale + scaling.y_mean, rtol=1e-5)
    assert right.max() > 300  # diabetes' own units, not standardized ones


def test_an_autoencoder_s_values_are_those_of_its_features() -> None:
    project = make_project(chain(("Linear", {"out_features": 4}), loss="MSELoss"), BuiltinData("iris"))
    project = _reconstructing(project)
    trainer = trained(project, 5)
    reported = made(targets(trainer))("run")
    assert reported is not None
    right, predicted, held_out = map(plain, reported[1])
    prepared = trainer.prepared
    own = prepared.train.x * prepared.scaling.x_scale + prepared.scaling.x_mean
    np.testing.assert_allclose(right[held_out == 0], own.ravel(), atol=1e-4)
    assert len(right) == len(predicted) == 600


def _reconstructing(project: Project) -> Project:
    data = msgspec.structs.replace(project.data, reconstruct=True)
    return msgspec.structs.replace(project, data=data)


@pytest.mark.parametrize("source", [ToyData("sine", points=60), BuiltinData("diabetes")])
def test_values_have_one_of_the_two_pictures(source: ToyData | BuiltinData) -> None:
    trainer = trained(make_project(CURVE, source), 1)
    assert (fit(trainer) is None) != (targets(trainer) is None)
    assert confusion(trainer) is None


def test_classes_are_counted_as_scikit_learn_counts_them() -> None:
    trainer = trained(make_project(THREE, BuiltinData("iris")), 12)
    reported = made(confusion(trainer))("run")
    assert reported is not None
    message, tables = reported
    assert isinstance(message, Confusion)
    assert message.classes == ("setosa", "versicolor", "virginica")
    assert (message.parts, message.counted, message.of) == (("train", "validation"), (120, 30), (120, 30))
    for part, table in zip((trainer.prepared.train, trainer.prepared.validation), tables, strict=True):
        with torch.no_grad():
            predicted = trainer.model(torch.from_numpy(part.x)).argmax(1)
        assert table.tolist() == confusion_matrix(part.y, predicted, labels=[0, 1, 2]).tolist()


def test_outputs_without_a_class_have_a_column() -> None:
    trainer = trained(make_project(chain(("Linear", {"out_features": 5})), BuiltinData("iris")), 1)
    reported = made(confusion(trainer))("run")
    assert reported is not None
    message, tables = reported
    assert isinstance(message, Confusion)
    assert message.classes[3:] == ("output 3", "output 4")
    assert tables[0].shape == (5, 5)


def test_of_many_rows_some_are_counted() -> None:
    trainer = trained(make_project(source=ToyData(points=4000)), 1)
    reported = made(confusion(trainer))("run")
    assert reported is not None
    message, tables = reported
    assert isinstance(message, Confusion)
    assert (message.counted, message.of) == ((2000, 800), (3200, 800))
    assert [int(table.sum()) for table in tables] == [2000, 800]


def _own_x(trainer: Trainer) -> NDArray[np.float64]:
    scaling = trainer.prepared.scaling
    own: NDArray[np.float64] = trainer.prepared.train.x.ravel() * scaling.x_scale[0] + scaling.x_mean[0]
    return own
