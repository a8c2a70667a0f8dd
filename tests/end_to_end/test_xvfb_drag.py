"""A real mouse on a real display: a layer dragged from the palette into an edge."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "xdotool")
WINDOW = """
import json, sys
from PySide6.QtCore import QPointF, QTimer
from nnbuilder.app.window import begin, make_application, make_window
from nnbuilder.graph.order import order_of
application = make_application()
session, window = make_window(application)
begin(window, None)
window.setGeometry(0, 0, 1280, 800)
window.show()
graph = lambda: session.document.project.graph
last = []
def spots():
    tree, view = window.panels.palette.tree, window.panels.canvas
    model = tree.model()
    row = tree.visualRect(model.index(0, 0, model.index(0, 0))).center()
    first, second = (view.canvas.cards[node] for node in order_of(graph()).chain[2:4])
    edge = view.mapFromScene((first.pos() + QPointF(128, 46) + second.pos() + QPointF(0, 46)) / 2)
    points = [tree.viewport().mapToGlobal(row), view.viewport().mapToGlobal(edge)]
    if window.windowHandle().isExposed() and last == points:
        print(json.dumps([[point.x(), point.y()] for point in points]), flush=True)
    else:
        last[:] = points
        QTimer.singleShot(400, spots)
def tell():
    types = [graph().nodes[node].type for node in order_of(graph()).chain]
    print(json.dumps([types, session.document.undo_stack.undoText()]), flush=True)
session.document.changed.connect(tell)
QTimer.singleShot(300, spots)
QTimer.singleShot(120_000, application.quit)
application.exec()
"""

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="needs Xvfb and xdotool, which `make test` installs as root"
)


def test_a_layer_dragged_into_an_edge_is_inserted(display: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WINDOW], cwd=ROOT, env=display, stdout=subprocess.PIPE, text=True
    ) as window:
        assert window.stdout is not None
        try:
            start, end = json.loads(window.stdout.readline())
            _drag(display, start, end)
            types, step = json.loads(window.stdout.readline())
        finally:
            window.terminate()
    assert types == ["Input", "Linear", "ReLU", "Linear", "Linear", "Tanh", "Linear", "Loss"]
    assert step == "Insert Linear"


def _drag(display: dict[str, str], start: list[int], end: list[int]) -> None:
    """Moves the mouse from one point to another with the button down, as a hand does."""

    def tool(*words: str) -> None:
        subprocess.run(["xdotool", *words], env=display, check=True, timeout=60)
        time.sleep(0.06)

    tool("mousemove", *map(str, start))
    tool("mousedown", "1")
    for step in range(1, 11):
        x, y = (round(a + (b - a) * step / 10) for a, b in zip(start, end, strict=True))
        tool("mousemove", str(x), str(y))
    tool("mouseup", "1")
