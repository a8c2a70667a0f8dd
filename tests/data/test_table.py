"""CSV files as data."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from sklearn.datasets import load_iris

from nnbuilder.data.errors import DataError
from nnbuilder.data.raw import RawData
from nnbuilder.data.spec import CsvData, Task
from nnbuilder.data.table import load_table

GOOD = "a,b,kind\n1,2.5,x\n3,4,y\n5,6,x\n7,8,y\n"


def table(folder: Path, text: str | bytes, target: str = "kind", task: Task | None = None) -> RawData:
    """Writes a CSV file and loads it."""
    (folder / "t.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return load_table(CsvData("t.csv", target, task), folder)


def faults(
    folder: Path, text: str | bytes, target: str = "kind", task: Task | None = None
) -> list[tuple[str, int | None]]:
    """The codes and lines of all faults of a CSV file."""
    with pytest.raises(DataError) as caught:
        table(folder, text, target, task)
    return [(fault.code, fault.line) for fault in caught.value.faults]


def test_text_classes_are_encoded_in_order(tmp_path: Path) -> None:
    raw = table(tmp_path, GOOD)

    np.testing.assert_array_equal(raw.x, [[1, 2.5], [3, 4], [5, 6], [7, 8]])
    assert raw.y.tolist() == [0, 1, 0, 1]
    assert (raw.features, raw.classes, raw.target) == (("a", "b"), ("x", "y"), "kind")


def test_columns_can_be_left_out(tmp_path: Path) -> None:
    text = "a,b,name,kind\n1,,p,x\n3,4,q,y\n5,oops,r,x\n7,inf,s,y\n"
    assert faults(tmp_path, text) == [("data-not-a-number", 4), ("data-not-finite", 5)]
    raw = load_table(CsvData("t.csv", "kind", left_out=("b",)), tmp_path)
    np.testing.assert_array_equal(raw.x, [[1], [3], [5], [7]])  # no row is dropped for what nobody reads
    assert (raw.features, raw.unused, raw.notes) == (("a",), ("b", "name"), ())


def test_a_column_to_leave_out_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GOOD)
    raw = load_table(CsvData("t.csv", "kind", left_out=("b", "gone", "kind")), tmp_path)
    assert raw.features == ("a",)
    assert raw.classes == ("x", "y")  # what is to be predicted stays
    assert raw.notes == ("No such column to leave out: gone.",)


def test_one_column_must_be_left(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(GOOD)
    with pytest.raises(DataError, match=r"Every column of numbers in t\.csv is left out") as caught:
        load_table(CsvData("t.csv", "kind", left_out=("a", "b")), tmp_path)
    assert caught.value.faults[0].field == "source.left_out"


def test_iris_from_a_file_is_iris(tmp_path: Path) -> None:
    bunch = load_iris()
    rows = [
        ",".join(map(str, row)) + f",{label}" for row, label in zip(bunch.data, bunch.target, strict=True)
    ]
    raw = table(tmp_path, "p,q,r,s,species\n" + "\n".join(rows), "species")

    np.testing.assert_array_equal(raw.x, bunch.data)
    np.testing.assert_array_equal(raw.y, bunch.target)
    assert raw.classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("values", "task", "classes"),
    [
        (["1.5", "2", "3", "4"], "regression", ()),
        (["yes", "no", "no", "yes"], "classification", ("no", "yes")),
        (["True", "False", "True", "True"], "classification", ("False", "True")),
        (["10", "9", "10", "9"], "classification", ("9", "10")),
        (["1", "2", "3", "4"], "regression", ()),
    ],
)
def test_the_target_decides_the_task(
    tmp_path: Path, values: list[str], task: str, classes: tuple[str, ...]
) -> None:
    raw = table(tmp_path, "x,y\n" + "".join(f"{n},{value}\n" for n, value in enumerate(values)), "y")

    assert (raw.task, raw.classes) == (task, classes)


def test_the_task_can_be_chosen(tmp_path: Path) -> None:
    text = "x,y\n1,1\n2,2\n3,1\n4,2\n"

    assert table(tmp_path, text, "y").classes == ("1", "2")
    assert table(tmp_path, text, "y", task="regression").y.tolist() == [1, 2, 1, 2]
    assert table(tmp_path, "x,y\n1,1\n2,2\n3,b\n", "y", task="classification").classes == ("1", "2", "b")
    assert faults(tmp_path, GOOD, "kind", task="regression") == [("data-target", None)]


def test_rows_with_empty_cells_are_left_out_and_named(tmp_path: Path) -> None:
    raw = table(tmp_path, GOOD + "9,,x\n10,11,\n?,12,y\n")

    assert len(raw.x) == 4
    assert raw.notes == (
        "3 empty cells, 3 rows left out: line 6, column b; line 7, column kind; line 8, column a.",
    )


def test_empty_cells_can_be_filled_with_the_mean(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,kind\n1,2,x\n3,,y\n5,4,x\n")
    raw = load_table(CsvData("t.csv", "kind", missing="mean"), tmp_path)

    np.testing.assert_array_equal(raw.x, [[1, 2], [3, 3], [5, 4]])
    assert raw.notes == (
        "1 empty cells, others filled with the column's mean, 0 rows left out: line 3, column b.",
    )


def test_a_column_of_text_is_left_out_and_said(tmp_path: Path) -> None:
    raw = table(tmp_path, "name,a,kind\nAnn,1,x\nBob,2,y\n")

    assert raw.features == ("a",)
    assert raw.unused == ("name",)


@pytest.mark.parametrize(
    "text",
    [*(GOOD.replace(",", sign) for sign in ";\t|"), "\ufeff" + GOOD, "\n\n" + GOOD],
)
def test_other_delimiters_and_a_bom_read_the_same(tmp_path: Path, text: str) -> None:
    assert table(tmp_path, text).sha256() == table(tmp_path, GOOD).sha256()


def test_decimal_commas_and_line_ends_of_other_systems_read_the_same(tmp_path: Path) -> None:
    comma = GOOD.replace(",", ";").replace(".", ",").replace("\n", "\r\n")

    assert table(tmp_path, comma).sha256() == table(tmp_path, GOOD).sha256()


@pytest.mark.parametrize("missing", ["drop", "mean"])
def test_a_column_without_any_value_is_left_out_and_said(
    tmp_path: Path, missing: Literal["drop", "mean"]
) -> None:
    (tmp_path / "t.csv").write_text(GOOD.replace("\n", ",\n"))

    raw = load_table(CsvData("t.csv", "kind", missing=missing), tmp_path)

    assert raw.sha256() == table(tmp_path, GOOD).sha256()
    assert raw.unused == ("column 4",)


def test_whole_numbers_too_large_for_64_bits_are_numbers(tmp_path: Path) -> None:
    raw = table(tmp_path, GOOD + f"{10**22},1,x\n,2,y\n")

    assert raw.features == ("a", "b")
    assert raw.x[-1].tolist() == [1e22, 1.0]


def test_empty_lines_before_the_header_are_no_rows(tmp_path: Path) -> None:
    assert faults(tmp_path, "\n\n" + GOOD + "9,ten,x\n") == [("data-not-a-number", 8)]


def test_a_header_may_hold_line_breaks(tmp_path: Path) -> None:
    text = GOOD.replace("a,b,", '"a\n(cm)",b,', 1)

    assert table(tmp_path, text).features == ("a (cm)", "b")
    assert faults(tmp_path, text + "9,ten,x\n") == [("data-not-a-number", 7)]


def test_a_fault_names_file_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t.csv: Line 6, column kind: '\xe4' .*save the file as UTF-8"):
        table(tmp_path, GOOD.encode() + "9,10,ä\n".encode("latin-1"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"9,10", "data-cell-count"),
        (b"9,10,x,11", "data-cell-count"),
        (b"9,ten,x", "data-not-a-number"),
        (b"9,inf,x", "data-not-finite"),
        (b'9,10,"x', "data-open-quote"),
        (b"9,10,\xff", "data-encoding"),
        (b"9,10,x\x00", "data-nul"),
        (b"9,1_0,x", "data-not-a-number"),
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_broken_rows_are_refused_with_their_line(tmp_path: Path, line: bytes, code: str, first: bool) -> None:
    head, rows = GOOD.encode().split(b"\n", 1)
    text = head + b"\n" + (line + b"\n" + rows if first else rows + line + b"\n")

    assert faults(tmp_path, text) == [(code, 2 if first else 6)]


def test_all_broken_rows_are_told_at_once(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD + "9,ten,x\n9\neleven,9,y\n") == [
        ("data-not-a-number", 6),
        ("data-cell-count", 7),
        ("data-not-a-number", 8),
    ]


@pytest.mark.parametrize("target", ["", "color"])
def test_an_unknown_target_offers_the_columns(tmp_path: Path, target: str) -> None:
    with pytest.raises(DataError) as caught:
        table(tmp_path, GOOD, target)

    assert caught.value.choices == ("a", "b", "kind")
    assert "a, b, kind" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind\nx\ny\n", "data-features"),
        ("a,kind\n1,x\n2,x\n", "data-classes"),
        ("a,kind\n1,x\n", "data-rows"),
        ("a,b,kind\n1,,x\n,2,y\n3,,y\n", "data-rows"),
        ("a,kind\n", "data-rows"),
    ],
)
def test_tables_without_enough_in_them_are_refused(tmp_path: Path, text: str, code: str) -> None:
    assert faults(tmp_path, text) == [(code, None)]
