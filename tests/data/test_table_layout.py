"""How a CSV file is written, and which files may be read."""

import os
from pathlib import Path, PureWindowsPath

import pytest

from nnbuilder.data.errors import DataError
from nnbuilder.data.table_layout import (
    COLUMN_LIMIT,
    FILE_LIMIT,
    find_table,
    is_number,
    other_drive,
    read_layout,
)


def layout_of(folder: Path, content: str | bytes) -> tuple[str, tuple[str, ...], bool, str]:
    """What is found in a file with this content."""
    file = folder / "t.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    layout = read_layout(file)
    return layout.delimiter, layout.names, layout.header, layout.decimal


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    text = f"a{sign}b{sign}kind\n1.5{sign}2{sign}x, y\n3.5{sign}4{sign}z\n"

    assert layout_of(tmp_path, text.replace("x, y", "x"))[:3] == (sign, ("a", "b", "kind"), True)


def test_a_delimiter_inside_quotes_does_not_count(tmp_path: Path) -> None:
    assert layout_of(tmp_path, 'a;b\n"1,2,3,4";2\n"5,6,7,8";4\n')[0] == ";"


def test_a_single_column_and_a_bom_are_understood(tmp_path: Path) -> None:
    assert layout_of(tmp_path, b"\xef\xbb\xbfvalue\r\n1\r\n2\r\n")[1:3] == (("value",), True)


@pytest.mark.parametrize(
    ("text", "names", "header"),
    [
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", ("column 1", "column 2", "column 3"), False),
        ("1,0\n0,1\n", ("column 1", "column 2"), False),
        ("0,1,2,kind\n5.1,3.5,1.4,x\n", ("0", "1", "2", "kind"), True),
        ("2019,2020,name\na,b,c\n", ("2019", "2020", "name"), True),
        ("a,,a\n1,2,3\n", ("a", "column 2", "a (2)"), True),
    ],
)
def test_the_header_is_told_from_data(
    tmp_path: Path, text: str, names: tuple[str, ...], header: bool
) -> None:
    assert layout_of(tmp_path, text)[1:3] == (names, header)


def test_decimal_commas_are_seen_where_commas_do_not_separate(tmp_path: Path) -> None:
    assert layout_of(tmp_path, "a;b\n1,5;x\n2,25;y\n")[3] == ","
    assert layout_of(tmp_path, "a;b\n1.5;x\n2,25;y\n")[3] == "."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"PK\x03\x04rest", "ZIP archive or an Excel"),
        (b"PAR1rest", "Parquet"),
        (("a," * COLUMN_LIMIT + "b\n").encode(), "columns"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        layout_of(tmp_path, content)


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.csv", "in/../../secret.csv", "link.csv"])
def test_a_file_outside_the_projects_folder_is_refused(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")

    with pytest.raises(DataError) as caught:
        find_table(path, folder)

    assert caught.value.faults[0].code == "data-outside"


def test_a_path_inside_or_of_an_unsaved_project_is_found(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a\n")

    assert find_table("t.csv", tmp_path) == file
    assert find_table(str(file), tmp_path) == file
    assert find_table(str(file), None) == file


def test_without_a_folder_a_relative_path_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("a\n")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(DataError, match="save first"):
        find_table("t.csv", None)


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("//host/share/t.csv", True),
        ("d:/t.csv", True),
        ("C:/t.csv", False),
        ("t.csv", False),
        ("\\t.csv", False),
    ],
)
def test_other_drives_and_computers_are_known_without_asking_them(path: str, other: bool) -> None:
    folder = PureWindowsPath("c:/project")

    assert other_drive(folder / path, folder) is other


@pytest.mark.parametrize("path", ["", "a\0b", "missing.csv", ".", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(DataError) as caught:
        find_table(path, tmp_path)

    assert caught.value.faults[0].field == "source.path"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)

    with pytest.raises(DataError, match="GiB"):
        find_table("big.csv", tmp_path)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1", True),
        ("-1.5e3", True),
        (" 2 ", True),
        ("inf", True),
        ("1_000", False),
        ("٣", False),
        ("x", False),
    ],
)
def test_numbers_are_what_pandas_calls_numbers(cell: str, number: bool) -> None:
    assert is_number(cell) is number
