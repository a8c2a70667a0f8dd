"""The bench's lines on the disk: what was kept comes back, anything else is nothing."""

from pathlib import Path

import pytest

from nnbuilder.project.atomic import SaveError
from nnbuilder.session.bench_lines import FILE, MOST, LineHistory, read_lines, write_lines

LINES = ["a = torch.ones(2)", "b = 'ä\\n'", "with torch.no_grad():\n  a.add_(1)"]


def test_lines_come_back(tmp_path: Path) -> None:
    write_lines(tmp_path / "p.runs", LINES)
    assert read_lines(tmp_path / "p.runs") == LINES
    write_lines(tmp_path / "p.runs", [])
    assert not (tmp_path / "p.runs" / FILE).exists()
    assert read_lines(tmp_path / "p.runs") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[1]",
        "{}",
        '{"version": 2, "lines": ["a"]}',
        '{"version": 1, "lines": {"a": 1}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_bench_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_lines(tmp_path) == []


def test_only_texts_are_lines(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"version": 1, "lines": ["a = 1", 2, null, " ", ["b"]]}')
    assert read_lines(tmp_path) == ["a = 1"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SaveError, match="was not saved"):
        write_lines(tmp_path / "file", LINES)


def test_history_is_shared_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    first, second = LineHistory(path), LineHistory(path)
    for line in (*LINES, LINES[-1]):
        first.add(line)
    second.add("c = 3")
    assert first.lines == LINES
    assert LineHistory(path).lines == [*LINES, "c = 3"]
    for number in range(2 * MOST):
        first.add(f"x{number}")
    assert LineHistory(path).lines[-1] == f"x{2 * MOST - 1}"
    assert len(path.read_text().splitlines()) == MOST


def test_history_without_a_file_and_with_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'"good"\nbroken\n[1]\n"last"\n')
    assert LineHistory(path).lines == ["good", "last"]
    path.write_bytes(b"\xff\xfe")
    assert LineHistory(path).lines == []
    memory = LineHistory()
    memory.add("a")
    assert memory.lines == ["a"]
