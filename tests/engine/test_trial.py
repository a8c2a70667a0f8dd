"""One pass in slices: bit-equal to a whole forward and backward pass over the first batch of training."""

import math

import msgspec
import pytest
import torch

from nnbuilder.data.load import load
from nnbuilder.data.spec import ToyData
from nnbuilder.doctor.evidence import Trial
from nnbuilder.engine.build import build_loss
from nnbuilder.engine.infer import infer
from nnbuilder.engine.setup import set_up
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.trial import FLOPS, PARAMETERS, affordable, trial
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.drawings import answer, project
from tests.engine.samples import CLASSIFIER, chain, make_project

TWO = TensorType((None, 2))


def tried(subject: Project, alone: frozenset[NodeId] = frozenset()) -> Trial:
    """The result of all slices."""
    setup = set_up(subject, load(subject.data, subject.training.seed, None))
    rows = min(subject.training.batch_size, len(setup.train.y))
    *_, last = trial(subject, setup, TWO, rows, infer, alone)
    assert last is not None
    return last


def test_loss_and_gradients_are_those_of_the_first_step() -> None:
    subject = make_project(chain(*CLASSIFIER))
    found = tried(subject)
    trainer = Trainer(subject, load(subject.data, 0, None))
    first = next(trainer.steps())
    assert found.loss == first.loss
    assert found.rows == 16
    for node, layer in trainer.layers:
        norms = torch.stack([weight.grad.norm() for weight in layer.parameters() if weight.grad is not None])
        assert found.layers[node].gradient == norms.norm().item()


def test_random_numbers_stay_as_they_were_between_slices() -> None:
    subject = make_project(chain(*CLASSIFIER))
    setup = set_up(subject, load(subject.data, 0, None))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    steps = trial(subject, setup, TWO, 16, infer, frozenset())
    drawn: list[torch.Tensor] = []
    results = []
    for step in steps:
        results.append(step)
        if len(drawn) < 3:
            drawn.append(torch.rand(1))
    assert torch.equal(torch.cat(drawn), expected)
    assert results[-1] == tried(subject)
    assert len(results) == 2 * len(CLASSIFIER) + 2  # a layer a slice, there and back


def test_slopes_are_those_of_the_activation() -> None:
    layers = (("Linear", {"out_features": 9}), ("ReLU", {"inplace": True}), ("Linear", {"out_features": 2}))
    subject = make_project(chain(*layers), ToyData("moons", points=90))
    n2 = NodeId("n2")
    found = tried(subject, frozenset({n2})).layers
    trainer = Trainer(subject, load(subject.data, 0, None))
    x, y = next(trainer._batches())
    before = trainer.model[0](x)
    assert found[n2].dead == pytest.approx((before <= 0).all(dim=0).float().mean().item())
    assert found[n2].flat == pytest.approx((before <= 0).float().mean().item())
    assert found[NodeId("n1")].dead is None
    assert build_loss(trainer.setup.loss)(trainer.model(x), y).item() == tried(subject).loss


def test_a_loss_without_end_is_none() -> None:
    subject = make_project(
        chain(
            ("Linear", {"out_features": 1}), ("Threshold", {"threshold": 1e9, "value": 3e38}), loss="MSELoss"
        ),
        ToyData("line"),
    )
    setup = set_up(subject, load(subject.data, 0, None))
    *_, last = trial(subject, setup, TensorType((None, 1)), 16, infer, frozenset())
    assert last is not None
    assert last.loss is None
    assert not math.isfinite(torch.nn.MSELoss()(torch.tensor([3e38]), torch.tensor([0.0])).item())


def test_what_is_affordable() -> None:
    small = answer(project(("Linear", {"out_features": 8}), ("Linear", {"out_features": 3}))).analysis
    subject = Project(training=TrainingConfig(batch_size=16))
    assert affordable(subject, small, 120) == 16
    assert affordable(subject, small, 9) == 9
    kind = TensorType((None, 100))
    layer = LayerAnalysis(NodeId("a"), "0", "Linear", input=kind, output=kind)
    heavy = Analysis((msgspec.structs.replace(layer, flops=FLOPS // 5),), kind, kind)
    assert affordable(subject, heavy, 120) == 5
    too_heavy = Analysis((msgspec.structs.replace(layer, flops=FLOPS),), kind, kind)
    assert affordable(subject, too_heavy, 120) == 0
    assert affordable(Project(training=TrainingConfig(batch_size=1)), too_heavy, 120) == 1
    wide = Analysis((msgspec.structs.replace(layer, parameters=PARAMETERS + 1),), kind, kind)
    assert affordable(subject, wide, 120) == 0
    unknown = Analysis((msgspec.structs.replace(layer, parameters=PARAMETERS // 2),), kind, kind)
    assert affordable(subject, unknown, 1000) == 16
