"""Changes of a text: applied in order they lead to the other text, and touch no line that stays."""

from difflib import ndiff

from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.interop.code.changes import TextChange, applied, line_changes, moved, together

texts = st.lists(st.sampled_from(["a\n", "b\n", "ab\n", "\n", "c"]), max_size=12).map("".join)


@given(texts, texts)
def test_changes_lead_to_the_other_text(before: str, after: str) -> None:
    assert applied(before, line_changes(before, after)) == after


def test_only_the_middle_of_a_line_is_touched() -> None:
    before, after = "x = 1\nnn.Linear(4, 16)\ny = 2\n", "x = 1\nnn.Linear(4, 128)\ny = 2\n"
    assert line_changes(before, after) == (TextChange(20, 21, "28"),)


@given(texts, texts)
def test_places_outside_of_what_differs_are_found_again(before: str, after: str) -> None:
    spans = {(start, start + 2): (start, start + 2) for start in range(max(len(before) - 1, 0))}
    for (start, end), (one, two) in moved(before, after, spans).items():
        assert after[one:two] == before[start:end]


def test_a_long_text_is_compared_quickly() -> None:
    before = "x" * 10_000_000
    assert moved(before, f"{before[:-3]}yxxx", {"a": (0, 5), "b": (9_999_998, 10_000_000)}) == {
        "a": (0, 5),
        "b": (9_999_999, 10_000_001),
    }


def test_lines_between_two_changes_stay() -> None:
    before = "".join(f"{number}\n" for number in range(20))
    after = before.replace("3\n", "three\n", 1).replace("17\n", "")
    touched = [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    changes = line_changes(before, after)
    assert applied(before, changes) == after
    assert sum(change.end - change.start for change in changes) <= sum(map(len, touched))
    assert len(changes) == 2


def test_two_insertions_at_one_place_keep_their_order() -> None:
    assert applied("()", together([TextChange(1, 1, "a"), TextChange(1, 1, "b")])) == "(ab)"
