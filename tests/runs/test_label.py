"""What people say of a run."""

import json
import os
from pathlib import Path

import pytest

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import LABEL_FILE, Label, read_label, split_tags, tidy, write_label


def test_a_label_comes_back_and_leaves_the_record_alone(tmp_path: Path) -> None:
    said = Label("Wide one", ("good", "wide"), "More units.\nLess dropout.", "2026-01-01T00-00-00-aaaa")

    assert write_label(tmp_path, said) == said
    assert read_label(tmp_path) == said
    assert json.loads((tmp_path / LABEL_FILE).read_text())["tags"] == ["good", "wide"]


def test_without_a_file_nothing_was_said(tmp_path: Path) -> None:
    assert read_label(tmp_path) == Label()


@pytest.mark.parametrize("text", ["{", "[]", '{"name": 3}', "\udcff", '{"tags": "good"}', "[" * 5000])
def test_a_damaged_file_is_told_and_kept_when_it_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / LABEL_FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(RunFolderError, match=r"label\.json is not the label of a run"):
        read_label(tmp_path)

    write_label(tmp_path, Label("again"))

    assert read_label(tmp_path).name == "again"
    backup = (tmp_path / f"{LABEL_FILE}.bak").read_bytes()
    assert backup == text.encode("utf-8", "surrogateescape")


def test_words_are_kept_within_limits() -> None:
    said = tidy(Label("  two\nlines\x1b[2J ", ("#a", "a", "b c", "", "#"), "one\x00\n\ntwo \n"))

    assert said.name == "two lines [2J"
    assert said.tags == ("a", "b-c")
    assert said.note == "one \n\ntwo"
    assert len(tidy(Label("x" * 10_000, note="y" * 10_000)).name) == 120


def test_tags_are_typed_with_commas_or_blanks() -> None:
    assert split_tags(" #good, wide  wide,,x ") == ("good", "wide", "x")


def test_a_run_that_is_gone_gets_no_label(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="not there any more"):
        write_label(tmp_path / "gone", Label("x"))
    assert not (tmp_path / "gone").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(RunFolderError, match="cannot be written"):
            write_label(tmp_path, Label("x"))
    finally:
        tmp_path.chmod(0o700)
