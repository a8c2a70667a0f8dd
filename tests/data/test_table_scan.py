"""The check pass over CSV files: every defect with its line and column."""

from pathlib import Path

import numpy as np
import pytest

from nnbuilder.data.errors import FAULT_LIMIT
from nnbuilder.data.table_layout import FIELD_LIMIT, LINE_LIMIT, read_layout
from nnbuilder.data.table_scan import Report, scan_table

HEAD = "a,b,c,kind\n"
GOOD = "1,2.5,3,x\n"

DEFECTS: dict[str, tuple[bytes, str, str]] = {
    "few": (b"1,2,3", "data-cell-count", "kind"),
    "many": (b"1,2,3,x,9", "data-cell-count", ""),
    "text": (b"1,oops,3,x", "data-not-a-number", "b"),
    "infinite": (b"1,2,-inf,x", "data-not-finite", "c"),
    "quote": (b'1,2,3,"x', "data-open-quote", "kind"),
    "inner quote": (b'1,"2"5,3,x', "data-open-quote", "b"),
    "encoding": (b"1,2,3,caf\xe9", "data-encoding", "kind"),
    "nul": (b"1,\x002,3,x", "data-nul", "b"),
}


def scan(folder: Path, content: str | bytes, target: str = "kind") -> Report:
    """Writes a CSV file and checks it."""
    file = folder / "t.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return scan_table(file, read_layout(file), target)


def found(report: Report) -> list[tuple[str, int | None, str]]:
    """Code, line and column of each fault."""
    return [(fault.code, fault.line, fault.column) for fault in report.faults]


@pytest.mark.parametrize("kind", DEFECTS)
@pytest.mark.parametrize("last", [False, True])
def test_each_kind_of_defect_is_named(tmp_path: Path, kind: str, last: bool) -> None:
    line, code, column = DEFECTS[kind]
    after = b"" if last else GOOD.encode() * 3

    report = scan(tmp_path, (HEAD + GOOD * 2).encode() + line + b"\n" + after)

    assert found(report) == [(code, 4, column)]
    assert "Line 4" in report.faults[0].message


def test_a_good_table_has_no_defects(tmp_path: Path) -> None:
    text = HEAD + '1,2,3,"two\nlines"\n\n"1","2","3","a ""word"", quoted"\n1,2,3,5" pipe\n'

    report = scan(tmp_path, text)

    assert (report.faults, report.missing) == ([], [])


def test_lines_are_physical_after_quoted_line_breaks(tmp_path: Path) -> None:
    text = HEAD + '1,2,3,"two\nlines"\r\n1,2,3,"three\n\nlines"\n' + "1,x,3,y\n" + GOOD * 4

    assert found(scan(tmp_path, text)) == [("data-not-a-number", 7, "b")]


def test_empty_cells_are_listed_with_their_place(tmp_path: Path) -> None:
    report = scan(tmp_path, HEAD + GOOD + "1,,3,x\n1,2,NA,\n")

    assert report.missing == [(3, "b"), (4, "c"), (4, "kind")]
    assert report.faults == []


def test_columns_of_text_are_not_checked_for_numbers(tmp_path: Path) -> None:
    assert scan(tmp_path, "name,a,kind\nAnn,1,x\nBob,2,y\n7,3,z\n").faults == []


def test_the_target_is_checked_like_the_others_unless_it_holds_words(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,y\n1,2\n2,3\n3,other\n")
    layout = read_layout(file)

    assert found(scan_table(file, layout, "y")) == [("data-not-a-number", 4, "y")]
    assert found(scan_table(file, layout, "y", words=True)) == []


def test_two_open_quotes_do_not_hide_the_rows_between(tmp_path: Path) -> None:
    text = HEAD + '1,2,3,"x\n' + "1,bad,3,x\n" + GOOD * 3 + '1,2,3,"y\n' + GOOD * 9

    assert found(scan(tmp_path, text)) == [
        ("data-open-quote", 2, "kind"),
        ("data-not-a-number", 3, "b"),
        ("data-open-quote", 7, "kind"),
    ]


def test_cells_and_lines_that_are_too_long_are_named(tmp_path: Path) -> None:
    cell = scan(tmp_path, HEAD + "1,2,3," + "x" * (FIELD_LIMIT + 1) + "\n" + GOOD)
    line = scan(tmp_path, HEAD + "1,2,3," + "x" * LINE_LIMIT + "\n1,bad,3,x\n" + GOOD * 3)

    assert found(cell) == [("data-cell-length", 2, "kind")]
    assert found(line) == [("data-line-length", 2, ""), ("data-not-a-number", 3, "b")]


def test_a_cell_at_the_limit_is_good(tmp_path: Path) -> None:
    assert scan(tmp_path, HEAD + "1,2,3," + "x" * FIELD_LIMIT + "\n" + GOOD).faults == []


def test_beyond_the_limit_faults_are_counted(tmp_path: Path) -> None:
    report = scan(tmp_path, HEAD + GOOD * 4000 + "1,bad,3,x\n" * (FAULT_LIMIT + 50))

    assert (len(report.faults), report.total) == (FAULT_LIMIT, FAULT_LIMIT + 50)


def test_every_one_of_many_random_defects_is_found(tmp_path: Path, soaking: bool) -> None:
    rng = np.random.default_rng(5)
    rows = 1_000_000 if soaking else 20_000
    kinds = list(DEFECTS)
    lines = rng.choice(np.arange(2, rows + 2), min(1000, rows // 40), replace=False)
    broken = {int(line): kinds[rng.integers(len(kinds))] for line in lines}
    with (tmp_path / "t.csv").open("wb") as file:
        file.write(HEAD.encode())
        for line in range(2, rows + 2):
            file.write(DEFECTS[broken[line]][0] + b"\n" if line in broken else GOOD.encode())
    layout = read_layout(tmp_path / "t.csv")

    report = scan_table(tmp_path / "t.csv", layout, "kind")

    expected = [(DEFECTS[kind][1], line, DEFECTS[kind][2]) for line, kind in sorted(broken.items())]
    assert found(report) == expected
