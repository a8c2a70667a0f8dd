"""Facts about data, equal to numpy's and torch's own."""

from pathlib import Path

import numpy as np
import torch

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, CsvData, DataSpec, ToyData
from nnbuilder.engine.facts import ROWS, describe, facts_of


def test_the_scale_of_features_as_they_go_in() -> None:
    prepared = load(DataSpec(BuiltinData("wine"), standardize=False), 0, None)
    found = facts_of(prepared, None)
    spread, names = prepared.train.x.std(axis=0), prepared.profile.features
    assert found.wide[1] == names[int(spread.argmax())] == "proline"
    assert found.narrow[1] == names[int(spread.argmin())]
    np.testing.assert_allclose((found.narrow[0], found.wide[0]), (spread.min(), spread.max()), rtol=1e-4)
    np.testing.assert_allclose(found.center[0], prepared.train.x.mean(axis=0).max(), rtol=1e-4)
    standard = facts_of(load(DataSpec(BuiltinData("wine")), 0, None), None)
    np.testing.assert_allclose((standard.narrow[0], standard.wide[0]), 1, rtol=1e-4)


def test_constant_features_have_no_scale() -> None:
    found = facts_of(load(DataSpec(BuiltinData("digits")), 0, None), None)
    assert found.narrow[0] > 0.9


def test_many_rows_are_looked_at_in_steps() -> None:
    prepared = load(DataSpec(ToyData("moons", points=3 * ROWS), standardize=False), 0, None)
    found = facts_of(prepared, None)
    np.testing.assert_allclose(found.wide[0], prepared.train.x.std(axis=0).max(), rtol=0.02)


def test_targets_are_described_as_they_are() -> None:
    index = describe(torch.tensor([0, 2, 1]))
    assert (index.dtype, index.shape, index.low, index.high) == ("int64", (), 0, 2)
    assert (index.whole, index.shares, index.hot) == (True, False, False)
    values = describe(torch.tensor([[-0.5], [1.25]]))
    assert (values.dtype, values.shape, values.whole, values.shares) == ("float32", (1,), False, False)
    hot = describe(torch.eye(3))
    assert (hot.shape, hot.whole, hot.shares, hot.hot) == ((3,), True, True, True)
    soft = describe(torch.full((4, 2), 0.5))
    assert (soft.shares, soft.hot) == (True, False)
    assert not describe(torch.tensor([[2.0, -1.0]])).shares


def _hot(tmp_path: Path, rows: list[str]) -> tuple[str, ...]:
    (tmp_path / "t.csv").write_text("\n".join(("size,red,green,blue", *rows)))
    return facts_of(load(DataSpec(CsvData(str(tmp_path / "t.csv"), "red")), 0, None), None).hot


def test_columns_that_make_up_for_the_target(tmp_path: Path) -> None:
    rows = [f"{row % 7},{int(row % 3 == 0)},{int(row % 3 == 1)},{int(row % 3 == 2)}" for row in range(60)]
    assert _hot(tmp_path, rows) == ("green", "blue")


def test_columns_of_0_and_1_that_only_look_alike(tmp_path: Path) -> None:
    free = [f"{row % 7},{int(row % 3 == 0)},{int(row % 3 == 1)},{int(row % 5 == 2)}" for row in range(60)]
    assert _hot(tmp_path, free) == ()
    assert facts_of(load(DataSpec(ToyData("moons")), 0, None), None).hot == ()
