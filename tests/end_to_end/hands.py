"""A keyboard and a mouse on a display, used as fast as a person does."""

import json
import subprocess
import time
from typing import IO

from tests.patience import PATIENCE_S

KEY_SECONDS = 0.15
"""From key to key: somebody who types, but not fast (eighty words a minute)."""

LOOK_SECONDS = 0.6
"""For a look at what happened, before going on."""

REACH_SECONDS = 0.5
"""For moving the mouse to something that was seen."""

_NAMES = {" ": "space", ",": "comma"}
"""What the tool calls keys that write no letter or digit."""

_STEPS = 10

Spot = tuple[int, int]


class Hands:
    """Types, points, drags and looks.

    `seconds` is what a person has needed for it so far, at this pace, on a machine that keeps up.
    """

    def __init__(self, display: dict[str, str]) -> None:
        self.seconds = 0.0
        self._display = display
        self._at: Spot = (640, 400)

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
        self.seconds += KEY_SECONDS

    def type(self, text: str) -> None:
        """Types a text, key by key."""
        for letter in text:
            self.key(_NAMES.get(letter, letter))

    def look(self) -> None:
        """Waits as long as a look takes."""
        time.sleep(LOOK_SECONDS)
        self.seconds += LOOK_SECONDS

    def turn_to(self, title: str) -> None:
        """Gives the keyboard to the window of this title, once it is there."""
        found = self.tool("search", "--sync", "--onlyvisible", "--name", title).split()
        self.tool("windowfocus", "--sync", found[-1])

    def move(self, spot: Spot) -> None:
        """Moves the mouse, through points in between."""
        (left, top), (x, y) = self._at, spot
        for step in range(1, _STEPS + 1):
            share = step / _STEPS
            self.tool("mousemove", str(round(left + (x - left) * share)), str(round(top + (y - top) * share)))
            time.sleep(REACH_SECONDS / _STEPS)
        self._at = spot
        self.seconds += REACH_SECONDS

    def click(self, spot: Spot, button: int = 1, times: int = 1) -> None:
        """Looks, goes somewhere and clicks."""
        self.look()
        self.move(spot)
        self.tool("click", "--repeat", str(times), "--delay", "90", str(button))

    def drag(self, start: Spot, end: Spot) -> None:
        """Looks, presses, moves and lets go."""
        self.look()
        self.move(start)
        self.tool("mousedown", "1")
        self.move(end)
        self.tool("mouseup", "1")


class Eyes:
    """Finds things in a window that tells where they lie."""

    def __init__(self, window: "subprocess.Popen[str]") -> None:
        assert window.stdin is not None
        assert window.stdout is not None
        self._ask: IO[str] = window.stdin
        self._hear: IO[str] = window.stdout

    def find(self, what: str, seconds: float = PATIENCE_S) -> Spot:
        """Where something is, once it is there."""
        end = time.monotonic() + seconds
        while True:
            self._ask.write(f"{what}\n")
            self._ask.flush()
            answer = json.loads(self._hear.readline())
            if answer is not None:
                return answer[0], answer[1]
            assert time.monotonic() < end, f"{what} did not come"
            time.sleep(0.1)
