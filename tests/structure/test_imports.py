"""What an import drags in, seen from a fresh interpreter."""

import subprocess
import sys

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
