"""Which moments of a run are kept, and how they are found again."""

import itertools
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.runs.moments import MOMENTS, Moment, list_moments, moment_name, pin, superfluous


def moment(step: int, size: int = 100) -> Moment:
    """A moment that lies nowhere."""
    return Moment(step, Path(moment_name(step, "f" * 64)), size, "f" * 16)


def test_moments_are_found_by_their_names(tmp_path: Path) -> None:
    folder = tmp_path / MOMENTS
    folder.mkdir()
    for step in (12, 0, 3):
        (folder / moment_name(step, "ab" * 32)).write_bytes(bytes(step))
    (folder / "step-000000007-abababababababab.partial").write_bytes(b"half")
    (folder / "notes.txt").write_text("mine")

    found = list_moments(tmp_path)

    assert [(one.step, one.size) for one in found] == [(0, 0), (3, 3), (12, 12)]
    assert list_moments(tmp_path / "nowhere") == ()


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=200),
    st.integers(3, 20),
)
def test_what_is_kept_stays_within_its_bounds(gaps: list[int], most: int) -> None:
    kept: list[Moment] = []
    for step in itertools.accumulate(gaps, initial=0):
        kept.append(moment(step))
        for gone in superfluous(kept, budget=1500, most=most):
            kept.remove(gone)
        assert len(kept) <= max(2, min(most, 15))
        assert (kept[0].step, kept[-1].step) == (0, step)


def test_what_is_long_ago_is_kept_at_larger_distances() -> None:
    kept: list[Moment] = []
    for step in range(0, 20_001, 10):
        kept.append(moment(step))
        for gone in superfluous(kept, most=40):
            kept.remove(gone)

    steps = [one.step for one in kept]
    assert len(steps) == 40
    ages = [20_000 - step for step in steps[1:]]
    gaps = [b - a for a, b in itertools.pairwise(steps[1:])]
    assert gaps[0] >= 20 * gaps[-1]
    assert all(gap <= max(20, age) for age, gap in zip(ages[:-1], gaps, strict=True))


def test_one_moment_larger_than_the_budget_leaves_start_and_end() -> None:
    kept = [moment(step, size=1000) for step in range(5)]

    assert [one.step for one in superfluous(kept, budget=10)] == [1, 2, 3]


def test_a_moment_that_is_pinned_outlives_its_file(tmp_path: Path) -> None:
    folder = tmp_path / MOMENTS
    folder.mkdir()
    (folder / moment_name(3, "ab" * 32)).write_bytes(b"weights")
    (found,) = list_moments(tmp_path)
    pinned = pin(found)
    found.path.unlink()

    assert pinned.read_bytes() == b"weights"
    assert list_moments(tmp_path) == ()
    assert pin(found) == pinned
