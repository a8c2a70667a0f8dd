"""A new user builds 784-128-64-10 from an empty canvas at human pace, and saves it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nnbuilder.graph.graph import Graph
from nnbuilder.graph.order import order_of
from nnbuilder.project.file import load_project
from tests.end_to_end.hands import Eyes, Hands
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "xdotool")

BY_KEYBOARD = 20.0
"""How long a person may take by keyboard, in seconds."""

BY_MOUSE = 60.0
"""How long a person may take by mouse, in seconds; sizes are typed."""

HIDDEN = (
    ("Linear", "128"),
    ("ReLU", ""),
    ("Dropout", ""),
    ("Linear", "64"),
    ("ReLU", ""),
    ("Dropout", ""),
    ("Linear", "10"),
)
"""The layers between Input and Loss, with the sizes that are typed."""

DRAGGED = 3
"""How many of them are dragged to a port; the others are double-clicked in the palette."""

LAYERS = "input 784, linear 128, relu, dropout, linear 64, relu, dropout, linear 10, loss"

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="needs Xvfb and xdotool, which `make test` installs as root"
)


@contextmanager
def program(display: dict[str, str], *words: str) -> Iterator["subprocess.Popen[str]"]:
    """The program with its window, ended afterwards."""
    line = [sys.executable, *(words or ("main.py",))]
    with subprocess.Popen(
        line, cwd=ROOT, env=display, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as window:
        try:
            yield window
        finally:
            window.terminate()


def wait_for(path: Path, seconds: float = PATIENCE_S) -> None:
    """Waits until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} was not written"
        time.sleep(0.05)


def described(graph: Graph) -> list[str]:
    """The chain as somebody would read it."""
    nodes = [graph.nodes[key] for key in order_of(graph).chain]
    sizes = [node.args.get("out_features", node.args.get("shape", "")) for node in nodes]
    return [f"{node.type} {size}".strip() for node, size in zip(nodes, sizes, strict=True)]


def test_by_keyboard(display: dict[str, str]) -> None:
    home = Path(display["HOME"])
    hands = Hands(display)
    with program(display):
        hands.turn_to("NNBuilder")
        hands.look()
        hands.key("ctrl+n")
        hands.look()
        start = hands.seconds
        hands.key("slash")
        hands.type(LAYERS)
        hands.look()
        hands.key("Return")
        hands.look()
        hands.key("Escape")
        hands.key("ctrl+s")
        hands.turn_to("Save the project")
        hands.type("digits")
        hands.key("Return")
        wait_for(home / "digits.nnb")
        took = hands.seconds - start
    check(home / "digits.nnb")
    assert took < BY_KEYBOARD


@pytest.mark.soak
def test_by_mouse(display: dict[str, str]) -> None:
    home = Path(display["HOME"])
    hands = Hands(display)
    with program(display, "-m", "tests.end_to_end.pointed_window") as window:
        eyes = Eyes(window)
        hands.turn_to("NNBuilder")
        hands.click(eyes.find("field bar.file.new"))
        hands.look()
        start = hands.seconds
        hands.click(eyes.find("canvas 0.02 0.1"), button=3)
        hands.click(eyes.find("menu Add Input"))
        set_size(hands, eyes, "arg_shape", "784")
        for number, (layer, size) in enumerate(HIDDEN, start=1):
            if number <= DRAGGED:
                hands.drag(eyes.find(f"layer {layer}"), eyes.find(f"port out {number}"))
            else:
                hands.click(eyes.find(f"layer {layer}"), times=2)
            if size:
                set_size(hands, eyes, "arg_out_features", size)
        hands.click(eyes.find("canvas 0.5 0.9"), button=3)
        hands.click(eyes.find("menu Add Loss"))
        hands.drag(eyes.find("port out 8"), eyes.find("port in 9"))
        hands.click(eyes.find("field bar.file.save"))
        hands.turn_to("Save the project")
        hands.type("digits")
        hands.key("Return")
        wait_for(home / "digits.nnb")
        took = hands.seconds - start
    check(home / "digits.nnb")
    assert took < BY_MOUSE


def set_size(hands: Hands, eyes: Eyes, field: str, size: str) -> None:
    """Clicks into a field of the inspector and types a size over what is there."""
    hands.click(eyes.find(f"field {field}"), times=3)
    hands.type(size)
    hands.key("Return")


def check(path: Path) -> None:
    """The saved file holds the network."""
    graph = load_project(path).project.graph
    assert described(graph) == [
        "Input (784,)",
        "Linear 128",
        "ReLU",
        "Dropout",
        "Linear 64",
        "ReLU",
        "Dropout",
        "Linear 10",
        "Loss",
    ]
