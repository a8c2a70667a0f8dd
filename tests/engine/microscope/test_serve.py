"""The process that looks: answers first, and prepares the first step once nobody asks."""

from collections import deque

import pytest

from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.microscope import serve
from nnbuilder.engine.sender import Sender
from nnbuilder.protocol.messages import Event
from nnbuilder.protocol.microscope import Look
from tests.engine.microscope.test_look import SMALL
from tests.engine.samples import make_project


class Script(Inbox):
    """An inbox in which nothing comes for some waits, then a look, and then the end."""

    def __init__(self, story: list[str], quiet: int) -> None:
        self.open, self.waiting = True, deque()
        self._story, self._quiet = story, quiet

    def wait(self, seconds: float) -> None:
        """Tells how long would be waited."""
        if self.waiting:
            return
        self._story.append("short wait" if seconds == serve.IDLE_S else "wait")
        self._quiet -= 1
        if self._quiet == 0:
            self.waiting.append(Look(2, make_project(SMALL)))
        self.open = self._quiet >= 0


class Told(Sender):
    """Writes down what is answered."""

    def __init__(self, story: list[str]) -> None:
        self._story = story

    def __call__(self, message: Event, arrays: object = ()) -> None:
        self._story.append(f"{type(message).__name__} {getattr(message, 'request_id', '')}")

    def beat(self) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("quiet", "expected"),
    [
        (1, ["Looked 1", "short wait", "Looked 2", "short wait"]),
        (2, ["Looked 1", "short wait", "warm", "wait", "Looked 2", "wait"]),
    ],
)
def test_what_the_first_step_costs_is_paid_when_nobody_asks(
    quiet: int, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story: list[str] = []
    monkeypatch.setattr(serve, "warm_up", lambda: story.append("warm"))
    serve.serve_looks(Look(1, make_project(SMALL)), Script(story, quiet), Told(story))
    assert story == expected
