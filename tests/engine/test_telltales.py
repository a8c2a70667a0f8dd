"""Columns that are no facts about a sample, in tables of which that is known."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import BuiltinData, BuiltinName, CsvData, DataSpec, Split
from nnbuilder.engine.telltales import copies_of_target, row_numbers

ROWS = 60
SIZES = [row * 7 % 11 + row % 4 / 3 for row in range(ROWS)]


@pytest.fixture(params=[True, False])
def standardize(request: pytest.FixtureRequest) -> bool:
    """With and without scaling, both of which must be seen through."""
    return bool(request.param)


def prepared(folder: Path, columns: dict[str, list[object]], *, standardize: bool) -> Prepared:
    """A table of these columns; the last one is to be predicted."""
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    (folder / "t.csv").write_text("\n".join(lines))
    source = CsvData(str(folder / "t.csv"), list(columns)[-1])
    return load(DataSpec(source, Split(0.2, 0.1), standardize=standardize), 0, None)


def test_one_value_for_each_class_is_the_class(tmp_path: Path, standardize: bool) -> None:
    columns: dict[str, list[object]] = {
        "code": [[7, -1, 0.5][row % 3] for row in range(ROWS)],
        "merged": [[7, 7, 0.5][row % 3] for row in range(ROWS)],
        "nearly": [[7, -1, 0.5][row % 3] + (row == 12) for row in range(ROWS)],
        "size": [*SIZES],
        "kind": ["xyz"[row % 3] for row in range(ROWS)],
    }
    found = prepared(tmp_path, columns, standardize=standardize)
    assert copies_of_target(found) == ("code",)


def test_what_grows_evenly_with_the_target(tmp_path: Path, standardize: bool) -> None:
    columns: dict[str, list[object]] = {
        "again": [size * 1.8 + 32 for size in SIZES],
        "less": [-size / 1000 for size in SIZES],
        "square": [size**2 for size in SIZES],
        "noisy": [size + (row == 5) / 100 for row, size in enumerate(SIZES)],
        "same": [3] * ROWS,
        "size": [*SIZES],
    }
    found = prepared(tmp_path, columns, standardize=standardize)
    assert copies_of_target(found) == ("again", "less")


def test_rows_that_are_counted_in_any_order(tmp_path: Path, standardize: bool) -> None:
    shuffled = np.random.default_rng(0).permutation(ROWS).tolist()
    columns: dict[str, list[object]] = {
        "first": list(range(ROWS)),
        "far": [1_000_000 + row for row in range(ROWS)],
        "shuffled": [*shuffled],
        "twice": [min(row, ROWS - 2) for row in range(ROWS)],
        "gap": [row + (row > 30) for row in range(ROWS)],
        "spread": [row * (ROWS - 1) / ROWS for row in range(ROWS)],
        "uneven": [row + (row % 2) * 0.4 * (0 < row < ROWS - 1) for row in range(ROWS)],
        "kind": ["xy"[row % 2] for row in range(ROWS)],
    }
    found = prepared(tmp_path, columns, standardize=standardize)
    assert row_numbers(found) == ("first", "far", "shuffled")


def test_an_only_column_and_few_rows_tell_nothing(tmp_path: Path) -> None:
    counted: dict[str, list[object]] = {"x": list(range(ROWS)), "y": list(range(ROWS))}
    one = prepared(tmp_path, counted, standardize=True)
    assert copies_of_target(one) == row_numbers(one) == ()
    few: dict[str, list[object]] = {"a": list(range(8)), "b": [5] * 8, "c": list("xyxyxyxy")}
    small = prepared(tmp_path, few, standardize=True)
    assert copies_of_target(small) == row_numbers(small) == ()


@pytest.mark.parametrize("source", [BuiltinData(name) for name in get_args(BuiltinName)])
def test_real_data_hold_neither(source: BuiltinData) -> None:
    found = load(DataSpec(source), 0, None)
    assert copies_of_target(found) == row_numbers(found) == ()
