"""What gets installed: every package pinned, no broken Qt, the resources shipped."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.structure.sources import ROOT

PINS = {
    canonicalize_name(name): pinned
    for name, pinned in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE
    )
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]


@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_pin_lies_within_the_range(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


@pytest.mark.parametrize(("name", "pinned"), [("torch", "2.13.0"), ("pyside6-essentials", "6.11.3")])
def test_fragile_packages_are_pinned_to_what_was_measured(name: str, pinned: str) -> None:
    assert PINS[canonicalize_name(name)] == pinned


def test_old_python_never_gets_the_broken_qt() -> None:
    bounds = [item for item in DIRECT if item.name == "PySide6_Essentials"]
    for python, wanted in (("3.11", False), ("3.12", True)):
        active = [item for item in bounds if item.marker and item.marker.evaluate({"python_version": python})]
        assert [item.specifier.contains("6.12.0") for item in active] == [wanted]


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="constraints.txt was made on Python 3.11")
def test_everything_installed_below_a_requirement_is_pinned() -> None:
    seen: set[str] = set()
    todo = DIRECT
    while todo:
        wanted = {canonicalize_name(item.name) for item in todo if _applies(item)} - seen
        seen |= wanted
        todo = [Requirement(line) for name in wanted for line in _requirements(name)]
    unpinned = {name for name in seen if name not in PINS and name not in {"pip", "setuptools"}}
    assert unpinned == set()


def _applies(requirement: Requirement) -> bool:
    """Whether a requirement counts on this machine, without any extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _requirements(name: str) -> list[str]:
    """What an installed distribution requires; nothing for one that is not installed."""
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def test_wheel_carries_the_resources(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("nnbuilder-*.whl")
    shipped = {name.removeprefix("nnbuilder/_resources/") for name in zipfile.ZipFile(wheel).namelist()}
    wanted = {str(file.relative_to(ROOT / "resources")) for file in (ROOT / "resources").rglob("*.nnb")}
    assert wanted
    assert wanted <= shipped
