"""Scores beside the step metric, held against scikit-learn on random predictions."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score, top_k_accuracy_score

from nnbuilder.engine import scores as module
from nnbuilder.engine.batches import pieces
from nnbuilder.engine.metrics import R2, Accuracy
from nnbuilder.engine.scores import ClassJudge, ClassTally, class_scores, judge_of, score_names, score_rows

seeds = st.integers(0, 2**32 - 1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without scikit-learn's warning of classes that only were predicted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _random(seed: int, rows: int, classes: int, *, ties: bool) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(seed)
    scores = torch.randn(rows, classes, generator=chance)
    return scores.round() if ties else scores, torch.randint(classes, (rows,), generator=chance)


def _tally(scores: torch.Tensor, labels: torch.Tensor, chunk: int = 7) -> ClassTally:
    judge = ClassJudge()
    for output, target in zip(pieces(scores, chunk), pieces(labels, chunk), strict=True):
        judge.measure(output, target)
    tally = judge.tally()
    assert tally is not None
    assert judge.total() == pytest.approx(float((scores.numpy().argmax(1) == labels.numpy()).mean()))
    return tally


@given(seeds, st.integers(1, 60), st.integers(2, 9), st.booleans())
def test_classes_are_scored_as_by_scikit_learn(seed: int, rows: int, classes: int, ties: bool) -> None:
    scores, labels = _random(seed, rows, classes, ties=ties)
    wanted, said = labels.numpy(), scores.numpy().argmax(1)

    tally = _tally(scores, labels)
    found = class_scores([tally])[0]

    assert tally.confusion is not None
    np.testing.assert_array_equal(tally.confusion, confusion_matrix(wanted, said, labels=range(classes)))
    with _quiet():
        assert found[0] == pytest.approx(balanced_accuracy_score(wanted, said))
        assert found[1] == pytest.approx(f1_score(wanted, said, average="macro", zero_division=0))
    assert len(found) == len(score_names(classes)) == (3 if classes > 3 else 2)
    if classes > 3:  # of equal scores scikit-learn takes the last as the larger, argmax the first
        turned = scores.numpy()[:, ::-1]
        best = top_k_accuracy_score(classes - 1 - wanted, turned, k=3, labels=range(classes))
        assert found[2] == pytest.approx(best)


@given(seeds, st.integers(1, 40), st.sampled_from([0.0, 0.5]))
def test_one_output_is_two_classes(seed: int, rows: int, threshold: float) -> None:
    chance = torch.Generator().manual_seed(seed)
    scores = torch.randn(rows, 1, generator=chance)
    labels = torch.randint(2, (rows, 1), generator=chance).float()
    judge = ClassJudge(threshold)
    judge.measure(scores, labels)
    tally = judge.tally()
    wanted, said = labels.numpy().ravel() > 0.5, scores.numpy().ravel() > threshold

    assert tally is not None
    assert tally.confusion is not None
    np.testing.assert_array_equal(tally.confusion, confusion_matrix(wanted, said, labels=[False, True]))
    with _quiet():
        expected = (
            balanced_accuracy_score(wanted, said),
            f1_score(wanted, said, average="macro", zero_division=0),
        )
    assert class_scores([tally])[0] == pytest.approx(expected)


def test_very_many_classes_are_counted_each_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, labels = _random(0, 50, 6, ties=False)
    pairs = _tally(scores, labels)
    monkeypatch.setattr(module, "CONFUSION_CLASSES", 5)
    single = _tally(scores, labels)

    assert single.confusion is None
    np.testing.assert_array_equal(class_scores([single]), class_scores([pairs]))


def test_many_tallies_are_scored_as_each_alone() -> None:
    tallies = [_tally(*_random(seed, 20 + seed, 5, ties=False)) for seed in range(4)]

    together = class_scores(tallies)

    assert together.shape == (4, 3)
    np.testing.assert_array_equal(together, np.concatenate([class_scores([tally]) for tally in tallies]))


def test_a_network_that_says_nothing_has_no_sample_among_the_top() -> None:
    tally = _tally(torch.full((4, 5), float("nan")), torch.tensor([0, 1, 2, 3]))

    assert tally.top == 0


def test_a_network_that_says_the_same_for_all_classes_has_three_of_them_among_the_top() -> None:
    tally = _tally(torch.zeros(5, 5), torch.arange(5))

    assert tally.top == 3


def test_a_reset_forgets() -> None:
    judge = ClassJudge()
    judge.measure(*_random(0, 10, 5, ties=False))
    judge.reset()

    assert judge.tally() is None


def test_only_accuracy_has_a_judge_of_its_own() -> None:
    values = R2()

    judge = judge_of(Accuracy(0.5))
    assert isinstance(judge, ClassJudge)
    assert judge.threshold == 0.5
    assert judge_of(values) is values


def test_rows_have_a_gap_where_nothing_was_scored() -> None:
    tally = _tally(*_random(0, 20, 5, ties=False))
    rows = score_rows([tally, None], 3)

    np.testing.assert_array_equal(rows[0], class_scores([tally])[0])
    assert np.isnan(rows[1]).all()
    np.testing.assert_array_equal(score_rows([(1.5, 2.5), None], 2), [[1.5, 2.5], [np.nan, np.nan]])


def test_outputs_without_a_class_leave_the_scores_that_the_run_named() -> None:
    narrow, wide = (_tally(*_random(0, 20, classes, ties=False)) for classes in (3, 5))

    np.testing.assert_array_equal(score_rows([wide], 2)[0], class_scores([wide])[0, :2])
    assert np.isnan(score_rows([narrow], 3)[0, 2])
