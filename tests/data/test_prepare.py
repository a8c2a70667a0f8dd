"""Split, scaling and encoding, held against scikit-learn."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from nnbuilder.data.builtin import load_builtin
from nnbuilder.data.errors import DataError
from nnbuilder.data.prepare import prepare, split_rows
from nnbuilder.data.raw import RawData
from nnbuilder.data.spec import DataSpec, Split
from nnbuilder.project.targets import output_size, target_form


def small(labels: list[int], classes: tuple[str, ...] = ("a", "b")) -> RawData:
    """Some rows with these labels."""
    x = np.arange(2.0 * len(labels)).reshape(-1, 2)
    return RawData("Small", x, np.array(labels, dtype=np.int64), ("p", "q"), classes)


def test_the_split_is_the_one_of_a_script_with_scikit_learn() -> None:
    raw = load_builtin("iris")
    prepared = prepare(raw, DataSpec(split=Split(0.2, 0.1)), seed=7)
    rest, x_test, y_rest, y_test = train_test_split(
        raw.x, raw.y, test_size=15, random_state=7, stratify=raw.y
    )
    x_train, x_validation, y_train, _ = train_test_split(
        rest, y_rest, test_size=30, random_state=7, stratify=y_rest
    )
    scaler = StandardScaler().fit(x_train)

    np.testing.assert_array_equal(prepared.train.x, scaler.transform(x_train).astype(np.float32))
    np.testing.assert_array_equal(prepared.validation.x, scaler.transform(x_validation).astype(np.float32))
    np.testing.assert_array_equal(prepared.test.x, scaler.transform(x_test).astype(np.float32))
    np.testing.assert_array_equal(prepared.train.y, y_train)
    np.testing.assert_array_equal(prepared.test.y, y_test)


def test_every_row_is_in_exactly_one_part() -> None:
    train, validation, test, notes = split_rows(load_builtin("wine"), Split(0.25, 0.15), seed=1)

    assert sorted([*train, *validation, *test]) == list(range(178))
    assert (len(validation), len(test)) == (44, 27)
    assert notes == ()


def test_classes_keep_their_shares_in_each_part() -> None:
    prepared = prepare(load_builtin("breast_cancer"), DataSpec(), seed=0)

    assert abs(prepared.train.y.mean() - prepared.validation.y.mean()) < 0.01


def test_the_seed_governs_the_split() -> None:
    raw = load_builtin("iris")
    first, again, other = (prepare(raw, DataSpec(), seed).train.x for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_seed_beyond_32_bits_is_taken_modulo() -> None:
    raw = load_builtin("iris")

    np.testing.assert_array_equal(
        prepare(raw, DataSpec(), 2**32 + 5).train.x, prepare(raw, DataSpec(), 5).train.x
    )


def test_regression_targets_are_standardized_by_the_training_part() -> None:
    raw = load_builtin("diabetes")
    prepared = prepare(raw, DataSpec(), seed=0)
    scaling = prepared.scaling

    assert prepared.train.y.shape == (354, 1)
    assert prepared.train.y.dtype == np.float32
    assert abs(float(prepared.train.y.mean())) < 1e-6
    assert abs(float(prepared.train.y.std()) - 1) < 1e-5
    back = np.sort(np.concatenate([prepared.train.y, prepared.validation.y])[:, 0] * scaling.y_scale)
    np.testing.assert_allclose(back + scaling.y_mean, np.sort(raw.y), rtol=1e-5)


def test_without_standardizing_values_stay_as_they_are() -> None:
    raw = load_builtin("diabetes")
    prepared = prepare(raw, DataSpec(standardize=False), seed=0)

    assert set(prepared.train.y[:, 0]) <= set(raw.y.astype(np.float32))
    assert (prepared.scaling.y_mean, prepared.scaling.y_scale) == (0.0, 1.0)


def test_the_profile_tells_what_was_found() -> None:
    profile = prepare(load_builtin("iris"), DataSpec(), seed=0).profile

    assert (profile.task, profile.shape, profile.dtype) == ("classification", (4,), "float32")
    assert (profile.rows, profile.training, profile.validation, profile.test) == (150, 120, 30, 0)
    assert profile.features[0] == "sepal length (cm)"
    assert len(profile.sha256) == 64


def test_a_class_of_one_row_is_split_at_random_and_said() -> None:
    prepared = prepare(small([0] * 9 + [1]), DataSpec(), seed=0)

    assert "too few rows" in prepared.profile.notes[0]


def test_a_constant_feature_is_named_and_scaled_to_zero() -> None:
    raw = small([0, 1] * 5)
    raw.x[:, 1] = 3.0
    prepared = prepare(raw, DataSpec(), seed=0)

    assert prepared.profile.constant == ("q",)
    assert not prepared.train.x[:, 1].any()


@pytest.mark.parametrize(
    "split", [Split(0.5, 0.5), Split(0.9, 0.2), Split(1.0), Split(-0.1), Split(float("nan"))]
)
def test_shares_that_leave_nothing_are_refused(split: Split) -> None:
    with pytest.raises(DataError) as caught:
        prepare(small([0, 1] * 5), DataSpec(split=split), seed=0)

    assert caught.value.faults[0].code == "data-split"


def test_shares_of_nothing_leave_empty_parts() -> None:
    prepared = prepare(small([0, 1] * 5), DataSpec(split=Split(0.0)), seed=0)

    assert (len(prepared.train), len(prepared.validation), len(prepared.test)) == (10, 0, 0)


def test_samples_are_their_own_targets_where_they_are_reconstructed() -> None:
    raw = load_builtin("digits")
    prepared, plain = (prepare(raw, DataSpec(reconstruct=wanted), 0) for wanted in (True, False))
    profile = prepared.profile
    assert (profile.task, profile.classes, profile.values) == ("regression", (), 64)
    assert target_form("MSELoss", profile) == "values"
    assert output_size("MSELoss", profile) == 64
    assert output_size("CrossEntropyLoss", profile) is None
    for part, other in ((prepared.train, plain.train), (prepared.validation, plain.validation)):
        assert np.array_equal(part.x, other.x)
        assert np.array_equal(part.y, part.x)
