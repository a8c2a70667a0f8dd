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

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("Xvfb", "xdotool")

KEY_SECONDS = 0.15
"""From key to key: somebody who types, but not fast (eighty words a minute)."""

LOOK_SECONDS = 0.6
"""For a look at what happened, before going on."""

BY_KEYBOARD = 20.0
"""How long it may take by keyboard, in seconds."""

NAMES = {" ": "space", ",": "comma"}
"""What the tool calls keys that write no letter or digit."""

LAYERS = "input 784, linear 128, relu, dropout, linear 64, relu, dropout, linear 10, loss"

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason="needs Xvfb and xdotool, which `make test` installs as root"
)


class Hands:
    """Types and looks, as fast as a person."""

    def __init__(self, display: dict[str, str]) -> None:
        self._display = display

    def tool(self, *words: str) -> str:
        """Runs xdotool."""
        done = subprocess.run(
            ["xdotool", *words], env=self._display, check=True, timeout=60, capture_output=True, text=True
        )
        return done.stdout.strip()

    def key(self, name: str) -> None:
        """Presses a key."""
        start = time.monotonic()
        self.tool("key", name)
        time.sleep(max(KEY_SECONDS - (time.monotonic() - start), 0.0))

    def type(self, text: str) -> None:
        """Types a text, key by key."""
        for letter in text:
            self.key(NAMES.get(letter, letter))

    def look(self) -> None:
        """Waits as long as a look takes."""
        time.sleep(LOOK_SECONDS)

    def turn_to(self, title: str) -> None:
        """Gives the keyboard to the window of this title, once it is there."""
        found = self.tool("search", "--sync", "--onlyvisible", "--name", title).split()
        self.tool("windowfocus", "--sync", found[-1])


@contextmanager
def program(display: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The program with its window, ended afterwards."""
    with subprocess.Popen([sys.executable, "main.py"], cwd=ROOT, env=display) as window:
        try:
            yield window
        finally:
            window.terminate()


def wait_for(path: Path, seconds: float = 20.0) -> None:
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


@pytest.mark.timeout(120)
def test_by_keyboard(display: dict[str, str]) -> None:
    home = Path(display["HOME"])
    hands = Hands(display)
    with program(display):
        hands.turn_to("NNBuilder")
        hands.look()
        hands.key("ctrl+n")
        hands.look()
        start = time.monotonic()
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
        took = time.monotonic() - start
    graph = load_project(home / "digits.nnb").project.graph
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
    assert took < BY_KEYBOARD
