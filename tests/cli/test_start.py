"""What opens the window and what is for the command line."""

import sys
from pathlib import Path

import pytest

from nnbuilder import __main__, app
from nnbuilder.__main__ import main, wants_window


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["drawing.nnb"], True),
        (["none.nnb", "--anything"], True),
        (["check", "drawing.nnb"], False),
        (["--help"], False),
        (["chekc"], False),
    ],
)
def test_where_words_lead(words: list[str], window: bool) -> None:
    assert wants_window(words) is window


def test_a_file_by_any_name_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "drawing"
    file.write_text("")
    assert wants_window([str(file)])


def test_window_gets_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def window(words: list[str]) -> int:
        seen.append(words)
        return 7

    monkeypatch.setattr(app, "main", window)
    assert main(["x.nnb"]) == 7
    assert seen == [["x.nnb"]]


def test_program_takes_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["nnbuilder", "--version"])
    assert __main__.main() == 0
    assert "version" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "out"), [(["info"], ""), (["info", "--json"], '"ok": false')])
def test_an_interruption_while_it_still_loads_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], out: str
) -> None:
    class Interrupted:
        def find_spec(self, name: str, _path: object, _target: object = None) -> None:
            if name == "nnbuilder.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "nnbuilder.cli.main")
    monkeypatch.setattr("sys.meta_path", [Interrupted(), *sys.meta_path])
    assert main(words) == 130
    assert out in capsys.readouterr().out
