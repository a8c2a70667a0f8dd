"""Faults of data."""

from nnbuilder.data.errors import DataError, DataFault, refuse


def test_an_error_says_its_first_fault_and_how_many_more() -> None:
    error = DataError((DataFault("a", "First."), DataFault("b", "Second.")), total=1200)

    assert str(error) == "First. (1,199 more like this)"
    assert [fault.code for fault in error.faults] == ["a", "b"]


def test_a_refusal_is_one_fault_with_its_field() -> None:
    error = refuse("data-file", "There is no file.", "source.path")

    assert str(error) == "There is no file."
    assert (error.total, error.faults[0].field) == (1, "source.path")
