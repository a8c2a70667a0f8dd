"""Records of runs."""

from datetime import UTC, datetime

from nnbuilder.runs.record import new_run_id


def test_ids_sort_by_time_and_are_unique() -> None:
    first = new_run_id(datetime(2026, 11, 21, 10, 15, 2, tzinfo=UTC))
    later = new_run_id(datetime(2026, 11, 21, 10, 15, 3, tzinfo=UTC))

    assert first.startswith("2026-11-21T10-15-02-")
    assert first < later
    assert len({new_run_id() for _ in range(20)}) > 15
