"""The points of curves as CSV."""

import csv
import io

import numpy as np
import pytest

from nnbuilder.session.readings import Readings
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import Curve, Listed
from nnbuilder.ui.plots.curve_table import BLOCK, curve_table
from nnbuilder.ui.plots.ruler import Ruler


def series(*values: float) -> Series:
    """A series of these values."""
    made = Series()
    made.append(values)
    return made


def read(curves: list[Curve]) -> tuple[list[str], list[list[str]]]:
    """Header and rows."""
    rows = list(csv.reader(io.StringIO("".join(curve_table(curves)))))
    return rows[0], rows[1:]


def test_a_row_for_each_step_and_a_column_for_each_curve() -> None:
    timed = Readings()
    timed.append([(4, 2.0, 0.1, 1.0)])
    ruler = Ruler("epoch", 2, timed)
    ends = np.array([2.0, 4.0])
    header, rows = read(
        [
            Curve("", "", series(0.1, 0.2, np.nan, 0.4), "train", ruler=ruler, column="train"),
            Curve("validation", "val", series(1.5, np.inf), "validation", Listed(lambda: ends), ruler),
            Curve("train", "train", series(9.0), "#123456", ruler=ruler, run='wide, "deep"'),
        ]
    )
    assert header == ["step", "epoch", "seconds", "train", "validation", 'wide, "deep": train']
    assert rows == [
        ["1", "0.5", "0.5", "0.1", "", "9.0"],
        ["2", "1.0", "1.0", "0.2", "1.5", ""],
        ["3", "1.5", "1.5", "", "", ""],
        ["4", "2.0", "2.0", "0.4", "", ""],
    ]


def test_numbers_come_back_exactly_over_many_blocks() -> None:
    values = np.random.default_rng(0).normal(size=2 * BLOCK + 5).astype(np.float32)
    header, rows = read([Curve("train", "train", series(*values), "#123456", run="other")])
    assert header == ["step", "other: train"]
    assert [int(row[0]) for row in rows] == list(range(1, len(values) + 1))
    np.testing.assert_array_equal(np.array([row[1] for row in rows], np.float32), values)


@pytest.mark.parametrize("curves", [[], [Curve("train", "train", Series(), "train")]])
def test_without_points_there_is_only_a_header(curves: list[Curve]) -> None:
    assert read(curves) == (["step"], [])
