"""Evaluation over a whole part."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from torch import nn

from nnbuilder.engine import evaluate as module
from nnbuilder.engine.evaluate import confusion, evaluate, named
from nnbuilder.engine.metrics import R2, Accuracy
from nnbuilder.engine.scores import ClassJudge
from nnbuilder.engine.trainer import Trainer
from tests.engine.samples import data_of, regression


def test_chunks_give_the_same_as_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model, x, y = nn.Linear(3, 4), torch.randn(50, 3), torch.randint(4, (50,))
    whole = evaluate(model, nn.CrossEntropyLoss(), Accuracy(), x, y)
    monkeypatch.setattr(module, "CHUNK_ROWS", 7)
    chunks = evaluate(model, nn.CrossEntropyLoss(), Accuracy(), x, y)

    assert whole.loss == pytest.approx(nn.functional.cross_entropy(model(x), y).item())
    assert chunks.loss == pytest.approx(whole.loss, rel=1e-6)
    assert chunks.metric == whole.metric


def test_dropout_is_off_and_no_random_number_is_drawn() -> None:
    model, x = nn.Sequential(nn.Dropout(0.5)), torch.ones(20, 1)
    before = torch.get_rng_state()

    assert evaluate(model, nn.MSELoss(), R2(), x, x).loss == 0.0
    assert torch.equal(torch.get_rng_state(), before)


def test_a_layer_that_works_in_place_does_not_change_the_data() -> None:
    x = torch.randn(20, 1)
    before = x.clone()

    evaluate(nn.Sequential(nn.Flatten(), nn.ReLU(inplace=True)), nn.MSELoss(), R2(), x, x)

    assert torch.equal(x, before)


def test_an_empty_part_has_no_metrics() -> None:
    found = evaluate(nn.Linear(1, 1), nn.MSELoss(), R2(), torch.zeros(0, 1), torch.zeros(0, 1))

    assert named(found, R2(), 1.0) == {"loss": None, "r2": None, "mae": None, "rmse": None}


def test_errors_of_values_are_in_original_units() -> None:
    project = regression()
    trainer = Trainer(project, data_of(project))
    list(trainer.steps())
    data = trainer.prepared
    found = named(trainer.evaluate("validation"), trainer.metric, data.scaling.y_scale)
    with torch.no_grad():
        output = trainer.model(torch.from_numpy(data.validation.x)).numpy().astype(np.float64)
    wanted, guess = (
        part * data.scaling.y_scale + data.scaling.y_mean for part in (data.validation.y, output)
    )

    assert found["mae"] == pytest.approx(mean_absolute_error(wanted, guess), rel=1e-5)
    assert found["rmse"] == pytest.approx(root_mean_squared_error(wanted, guess), rel=1e-5)
    assert found["r2"] == pytest.approx(r2_score(wanted, guess), rel=1e-5)


def test_what_is_not_finite_has_no_value() -> None:
    found = evaluate(nn.Linear(1, 1), nn.MSELoss(), R2(), torch.full((2, 1), math.nan), torch.zeros(2, 1))

    assert named(found, R2(), 1.0)["loss"] is None


def test_errors_of_several_values_are_means_over_all_of_them() -> None:
    x = torch.randn(20, 6)
    found = evaluate(nn.Identity(), nn.MSELoss(), R2(), x, x + 0.5)

    assert found.absolute_error == pytest.approx(0.5)
    assert found.squared_error == pytest.approx(found.loss) == pytest.approx(0.25)


def test_what_was_taken_for_what_is_scored_and_told() -> None:
    scores, labels = torch.eye(4)[[0, 0, 2, 3, 3]], torch.tensor([0, 1, 2, 3, 0])
    judge = ClassJudge()
    found = evaluate(nn.Identity(), nn.CrossEntropyLoss(), judge, scores, labels)

    assert confusion(found) == ((1, 0, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
    values = named(found, judge, 1.0)
    assert list(values) == ["loss", "accuracy", "balanced_accuracy", "macro_f1", "top3_accuracy"]
    assert values["balanced_accuracy"] == pytest.approx((0.5 + 0 + 1 + 1) / 4)
    assert confusion(evaluate(nn.Identity(), nn.MSELoss(), R2(), scores, scores)) == ()


@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 3), st.floats(0.01, 100))
def test_values_are_scored_as_by_scikit_learn(seed: int, rows: int, values: int, scale: float) -> None:
    chance = torch.Generator().manual_seed(seed)
    said, wanted = torch.randn(2, rows, values, generator=chance, dtype=torch.float64)
    metric = R2(float(wanted.mean()))
    found = named(evaluate(nn.Identity(), nn.MSELoss(), metric, said, wanted), metric, scale)
    true, guess = (part.ravel().numpy() * scale for part in (wanted, said))

    assert found["mae"] == pytest.approx(mean_absolute_error(true, guess))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(true, guess))
    assert found["r2"] == pytest.approx(r2_score(true, guess), rel=1e-6, abs=1e-6)
