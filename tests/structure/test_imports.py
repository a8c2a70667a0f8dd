"""What an import drags in, seen from a fresh interpreter."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.structure.sources import ROOT

HEAVY = {"torch", "pandas", "sklearn", "scipy"}
QT = {"PySide6", "pyqtgraph", "shiboken6"}


def _imported_with(module: str) -> set[str]:
    """The top-level packages that are loaded once `module` is."""
    script = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    line = [sys.executable, "-c", script]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_printing_is_loaded_when_somebody_prints() -> None:
    script = "import sys, nnbuilder.app.window; print('PySide6.QtPrintSupport' in sys.modules)"
    line = [sys.executable, "-c", script]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("nnbuilder.app", HEAVY),
        ("nnbuilder.app.window", HEAVY | {"pyqtgraph"}),
        ("nnbuilder.__main__", HEAVY | QT),
        ("nnbuilder.engine.server", QT),
        ("nnbuilder.cli", HEAVY | QT),
    ],
)
def test_import_stays_light(module: str, unwanted: set[str]) -> None:
    assert _imported_with(module) & unwanted == set()


def test_every_panel_is_kept_from_the_others() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    panels = next(one for one in tools["importlinter"]["contracts"] if one["id"] == "panels")
    named = {name for layer in panels["layers"] for name in re.findall(r"\w+", layer)}
    assert {file.parent.name for file in (ROOT / "nnbuilder" / "ui").glob("*/__init__.py")} <= named
