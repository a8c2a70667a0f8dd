"""`nnbuilder info`: versions, devices, folders, and what is missing on this system."""

import ctypes
import platform
import sys
from importlib import metadata
from typing import Any

import click

from nnbuilder import __version__
from nnbuilder.cli.answers import failure_answer
from nnbuilder.cli.failure import Exit
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say_problem
from nnbuilder.graph.report import table
from nnbuilder.project.problem import Problem

PACKAGES = (
    "torch",
    "PySide6_Essentials",
    "pyqtgraph",
    "numpy",
    "scikit-learn",
    "pandas",
    "safetensors",
    "msgspec",
    "click",
)
"""Packages whose versions matter."""

BROKEN_QT = (6, 12)
"""The first PySide6 that drops references to None under Python 3.10 and 3.11."""

QT_LIBRARIES = (
    "libglib-2.0.so.0",
    "libGL.so.1",
    "libEGL.so.1",
    "libxkbcommon.so.0",
    "libfontconfig.so.1",
    "libdbus-1.so.3",
    "libxcb-cursor.so.0",
    "libxkbcommon-x11.so.0",
    "libxcb-icccm.so.4",
    "libxcb-keysyms.so.1",
)
"""System libraries that the window wants on Linux and that pip cannot install."""


@click.command()
@common
def info(as_json: bool) -> int:
    """Show versions, devices, folders and missing system libraries."""
    versions = package_versions()
    problems = known_bad(versions)
    facts: dict[str, Any] = {
        "versions": versions,
        "devices": usable_devices(),
        "folders": folders(),
        "missing_libraries": missing_libraries(),
    }
    if as_json:
        answer = failure_answer(problems, facts) if problems else {"ok": True, **facts, "problems": []}
        print_json(answer)
    else:
        click.echo(_text(facts))
    for problem in problems:
        say_problem(problem)
    return Exit.ENVIRONMENT if problems else Exit.DONE


def package_versions() -> dict[str, str | None]:
    """The version of everything that matters, None where it is not installed."""
    found: dict[str, str | None] = {"nnbuilder": __version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def known_bad(
    versions: dict[str, str | None], python: tuple[int, ...] = sys.version_info[:2]
) -> tuple[Problem, ...]:
    """A problem for each package that is missing, and for each pair that is known not to work."""
    found = [
        Problem("error", "missing-package", f"{name} is not installed: install NNBuilder again.")
        for name in PACKAGES
        if versions.get(name) is None
    ]
    qt = versions.get("PySide6_Essentials") or ""
    if _numbers(qt) >= BROKEN_QT and python < (3, 12):
        text = (
            f"PySide6 {qt} loses a reference to None on every Qt call on Python {python[0]}.{python[1]} and "
            "crashes in the end: install PySide6_Essentials 6.11.3, or use Python 3.12."
        )
        found.append(Problem("error", "bad-pair", text))
    return tuple(found)


def usable_devices() -> list[str]:
    """What torch can train on; none where torch cannot be imported."""
    try:
        from nnbuilder.engine.warm import devices
    except ImportError:
        return []
    return list(devices())


def folders() -> dict[str, str]:
    """Where the program keeps its own files."""
    import platformdirs

    from nnbuilder.project.resources import resources_folder

    return {
        "config": str(platformdirs.user_config_path("nnbuilder", appauthor=False)),
        "state": str(platformdirs.user_state_path("nnbuilder", appauthor=False)),
        "resources": str(resources_folder()),
    }


def missing_libraries() -> list[str]:
    """Libraries that the window needs and that the linker does not find; on Linux only."""
    return [name for name in QT_LIBRARIES if not _found(name)] if sys.platform.startswith("linux") else []


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _found(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _text(facts: dict[str, Any]) -> str:
    rows = [(name, version or "not installed") for name, version in facts["versions"].items()]
    rows.append(("devices", ", ".join(facts["devices"]) or "none"))
    rows += [(f"{name} folder", place) for name, place in facts["folders"].items()]
    rows.append(("missing libraries", ", ".join(facts["missing_libraries"]) or "none"))
    return table(rows)
