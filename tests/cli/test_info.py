"""`nnbuilder info`."""

from pathlib import Path

import pytest

from nnbuilder import __version__
from nnbuilder.cli import info
from tests.cli.conftest import Call


def test_json(call: Call) -> None:
    done = call("info", "--json")
    assert set(done.json) == {"ok", "versions", "devices", "folders", "missing_libraries", "problems"}
    assert done.json["versions"]["nnbuilder"] == __version__
    assert done.json["devices"][0] == "cpu"
    assert set(done.json["folders"]) == {"config", "state", "resources"}
    assert (Path(done.json["folders"]["resources"]) / "examples").is_dir()
    assert done.code == 0


def test_prose(call: Call) -> None:
    done = call("info")
    assert done.code == 0
    rows = dict(line.split(maxsplit=1) for line in done.out.splitlines())
    assert rows["nnbuilder"] == __version__


@pytest.mark.parametrize(
    ("qt", "python", "codes"),
    [
        ("6.12.0", (3, 11), ["bad-pair"]),
        ("6.13.1", (3, 11), ["bad-pair"]),
        ("6.12.0", (3, 12), []),
        ("6.11.3", (3, 11), []),
        (None, (3, 12), ["missing-package"]),
    ],
)
def test_known_bad(qt: str | None, python: tuple[int, int], codes: list[str]) -> None:
    versions: dict[str, str | None] = {**dict.fromkeys(info.PACKAGES, "1.0"), "PySide6_Essentials": qt}
    assert [problem.code for problem in info.known_bad(versions, python)] == codes


def test_a_bad_pair_is_1(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    versions: dict[str, str | None] = dict.fromkeys(info.PACKAGES, "1.0") | {"torch": None}
    monkeypatch.setattr(info, "package_versions", lambda: versions)
    done = call("info", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    assert "torch is not installed" in done.err


def test_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(info, "QT_LIBRARIES", ("libnnbuilder-none.so.1",))
    monkeypatch.setattr("sys.platform", "linux")
    assert info.missing_libraries() == ["libnnbuilder-none.so.1"]
    monkeypatch.setattr("sys.platform", "win32")
    assert info.missing_libraries() == []
