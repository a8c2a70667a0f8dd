"""The report as a tree: sorting, groups, and rows that are not made anew for nothing."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.report.columns import COLUMNS, Column
from nnbuilder.graph.report.rows import Row, report_of
from nnbuilder.ui.report.model import ReportModel
from tests.graph.report.networks import chain, group, layer

KEYS = [column.key for column in COLUMNS]
DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


def dense(key: str, parameters: int) -> LayerAnalysis:
    """A layer with so many parameters."""
    return layer(
        key, "Linear", (None, 4), (None, 4), parameters=parameters, trainable=parameters, flops=parameters
    )


def rows(*layers: LayerAnalysis) -> tuple[Row, ...]:
    """Their rows."""
    return report_of(chain(*layers)).rows


NESTED = rows(
    dense("a", 5), group("g", dense("b", 1), group("h", dense("c", 7)), dense("d", 3)), dense("e", 9)
)


@pytest.fixture
def model() -> ReportModel:
    """A model with groups in groups, looked after by Qt's own checks."""
    model = ReportModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.show_rows(NESTED)
    return model


def names(model: ReportModel) -> list[str]:
    """The rows in the order shown."""
    return [row.name for row in model.rows]


def test_rows_stand_as_drawn(model: ReportModel) -> None:
    assert names(model) == ["a", "g", "b", "h", "c", "d", "e"]
    inside = model.index(1, 0)
    assert (model.rowCount(), model.rowCount(inside)) == (3, 3)
    assert model.parent(model.index(0, 0, inside)) == inside


def test_each_level_is_sorted_by_itself(model: ReportModel) -> None:
    model.sort(KEYS.index("parameters"), DOWN)
    assert names(model) == ["g", "h", "c", "d", "b", "e", "a"]
    model.sort(KEYS.index("parameters"), UP)
    assert names(model) == ["a", "e", "g", "b", "d", "h", "c"]
    model.sort(KEYS.index("name"), UP)
    assert names(model) == ["a", "g", "b", "h", "c", "d", "e"]
    model.sort(KEYS.index("name"), DOWN)
    assert names(model)[0] == "e"


@pytest.mark.parametrize("key", KEYS)
def test_every_column_sorts_both_ways(model: ReportModel, key: str) -> None:
    for order in (UP, DOWN):
        model.sort(KEYS.index(key), order)
        assert sorted(names(model)) == list("abcdegh")


def test_new_numbers_do_not_make_the_tree_anew(model: ReportModel) -> None:
    reset, changed = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)
    shown = model.index_of(NESTED[0].id)
    model.show_rows(rows(dense("a", 6), *(one for one in _others())))
    assert (reset.count(), changed.count()) == (0, 3)
    assert shown.siblingAtColumn(KEYS.index("parameters")).data() == "6"


def _others() -> tuple[LayerAnalysis, ...]:
    return group("g", dense("b", 1), group("h", dense("c", 7)), dense("d", 3)), dense("e", 9)


def test_rows_that_move_make_it_anew(model: ReportModel) -> None:
    reset = QSignalSpy(model.modelReset)
    model.show_rows(rows(dense("e", 9), dense("a", 5)))
    assert reset.count() == 1
    assert names(model) == ["e", "a"]
    assert not model.index_of(NESTED[1].id).isValid()


def test_a_sorted_table_stays_sorted(model: ReportModel) -> None:
    model.sort(KEYS.index("parameters"), DOWN)
    model.show_rows(rows(dense("a", 1), dense("b", 3), dense("c", 2)))
    assert names(model) == ["b", "c", "a"]


def test_nothing_to_show(model: ReportModel) -> None:
    model.show_rows(report_of(Analysis()).rows)
    assert model.rowCount() == 0
    assert not model.index(0, 0).isValid()
    assert model.data(QModelIndex()) is None


def test_every_cell_explains_itself(model: ReportModel) -> None:
    for row in model.rows:
        for place in range(len(COLUMNS)):
            index = model.index_of(row.id).siblingAtColumn(place)
            assert row.name in index.data(Qt.ItemDataRole.ToolTipRole)
            assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith(COLUMNS[place].title)
    for place, column in enumerate(COLUMNS):
        assert column.help in model.headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_a_thousand_rows_are_shown_without_being_written(
    model: ReportModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = rows(*(dense(f"n{number}", number) for number in range(1000)))
    written: list[str] = []

    def text(_column: Column, row: Row) -> str:
        written.append(row.name)
        return ""

    monkeypatch.setattr(Column, "text", text)
    model.show_rows(many)
    model.sort(KEYS.index("parameters"), DOWN)
    model.show_rows(many)
    assert len(model.rows) == 1000
    assert len(written) < 100
