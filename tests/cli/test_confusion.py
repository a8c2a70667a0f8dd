"""Which classes are taken for which, at the end of `nnbuilder train`."""

import msgspec
import pytest

from nnbuilder.cli.confusion import confusion_answer, confusion_lines
from nnbuilder.runs.record import RunRecord
from tests.runs.samples import sample_record

TABLE = ((9, 1), (0, 1000))


@pytest.fixture
def record() -> RunRecord:
    """The record of a run with two classes, one of a long name."""
    record = sample_record()
    data = msgspec.structs.replace(record.data, classes=("no", "a class with a long name"))
    return msgspec.structs.replace(record, data=data, confusion={"validation": TABLE})


def test_text(record: RunRecord) -> None:
    assert confusion_lines(record)[1:] == [
        "                  no  a class with …",
        "  no               9               1",
        "  a class with …   0           1,000",
    ]


def test_json(record: RunRecord) -> None:
    assert confusion_answer(record) == {
        "classes": ["no", "a class with a long name"],
        "validation": [[9, 1], [0, 1000]],
    }


def test_nothing_counted_is_nothing_said() -> None:
    assert confusion_lines(sample_record()) == []
    assert confusion_answer(sample_record()) is None


def test_outputs_without_a_class_have_a_number(record: RunRecord) -> None:
    wide = msgspec.structs.replace(record, confusion={"train": ((1, 0, 0), (0, 1, 0), (0, 0, 0))})
    answer = confusion_answer(wide)

    assert answer is not None
    assert answer["classes"] == ["no", "a class with a long name", "2"]
    assert confusion_lines(wide) == []


def test_a_table_that_fills_no_terminal_is_left_to_the_record(record: RunRecord) -> None:
    large = ((0,) * 13,) * 13

    assert confusion_lines(msgspec.structs.replace(record, confusion={"validation": large})) == []
