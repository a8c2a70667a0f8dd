"""What an import drags in, seen from a fresh interpreter."""

import re
import subprocess
import sys
import tomllib

import pytest

from tests.structure.sources import ROOT

HEAVY = {"torch", "pandas", "sklearn", "scipy"}
QT = {"PySide6", "pyqtgraph", "shiboken6"}

UNSEEN = (
    "nnbuilder.interop.code",
    "nnbuilder.interop.printed",
    "nnbuilder.interop.python_writer",
    "nnbuilder.interop.read_text",
    "nnbuilder.interop.reader",
    "nnbuilder.interop.script",
    "nnbuilder.interop.state",
    "nnbuilder.interop.svg",
    "nnbuilder.interop.texts",
    "nnbuilder.ui.algebra",
    "nnbuilder.ui.bench",
    "nnbuilder.ui.code",
    "nnbuilder.ui.data.panel",
    "nnbuilder.ui.export",
    "nnbuilder.ui.importing",
    "nnbuilder.ui.lr_finder",
    "nnbuilder.ui.mistakes",
    "nnbuilder.ui.moments.branch_dialog",
    "nnbuilder.ui.parameters",
    "nnbuilder.ui.report",
    "nnbuilder.ui.runs.panel",
    "nnbuilder.ui.shortcuts.dialog",
    "nnbuilder.ui.sweep",
    "nnbuilder.ui.task_picker",
    "nnbuilder.ui.template_picker",
    "nnbuilder.ui.together",
    "nnbuilder.ui.weights",
    "nnbuilder.ui.weights_editor",
)
"""What a window that was just painted has not imported."""

STARTED = """
import sys
from nnbuilder.app.window import begin, make_application, make_window
application = make_application()
session, window = make_window(application)
begin(window, None)
window.show()
application.processEvents()
print(*sys.modules)
session.shutdown()
"""
"""Shows a window without any engine; what comes after its first paint is left out."""


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


def test_the_first_paint_waits_for_nothing_that_it_does_not_show() -> None:
    line = [sys.executable, "-c", STARTED]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "nnbuilder.ui.plots.panel" in loaded
    for name in UNSEEN:
        file = ROOT.joinpath(*name.split("."))
        assert file.is_dir() or file.with_suffix(".py").is_file()
        assert not [module for module in loaded if f"{module}.".startswith(f"{name}.")]


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
