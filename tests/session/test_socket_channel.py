"""A run's line: messages of any size both ways, and the end of either side."""

import contextlib
import socket
from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import Arrays, encode_frame, request_reader
from nnbuilder.protocol.messages import Control, Event, Heartbeat, Progress, Request, StartRun
from nnbuilder.session.socket_channel import SocketChannel

pytestmark = pytest.mark.usefixtures("qapp")


class Desk:
    """A channel, the run's ends of its two lines, and what came."""

    def __init__(self) -> None:
        near, self.far = socket.socketpair()
        life, self.life = socket.socketpair()
        self.channel = SocketChannel(near, life)
        self.heard: list[tuple[Event, Arrays]] = []
        self.ends: list[str] = []
        self.channel.received.connect(lambda message, arrays: self.heard.append((message, arrays)))
        self.channel.closed.connect(self.ends.append)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk()
    yield desk
    desk.channel.close()
    desk.far.close()
    desk.life.close()


def test_frames_in_pieces_become_messages(desk: Desk, qtbot: QtBot) -> None:
    values = np.arange(1000, dtype=np.float32)
    frame = encode_frame(Progress("r", 1, 0, 2.0), (values,)) + encode_frame(Heartbeat())
    for start in range(0, len(frame), 999):
        desk.far.sendall(frame[start : start + 999])
        qtbot.wait(1)
    qtbot.waitUntil(lambda: len(desk.heard) == 2)
    message, arrays = desk.heard[0]
    assert message == Progress("r", 1, 0, 2.0)
    np.testing.assert_array_equal(arrays[0], values)


def test_what_does_not_fit_at_once_is_sent_bit_by_bit(desk: Desk, qtbot: QtBot) -> None:
    project = Project(source="x" * 3_000_000)
    desk.channel.send(StartRun("r", project, "f"))
    desk.channel.send(Control("r", "pause"))
    desk.far.setblocking(False)
    reader = request_reader()
    got: list[Request] = []

    def all_read() -> bool:
        with contextlib.suppress(BlockingIOError):
            got.extend(message for message, _ in reader.feed(desk.far.recv(2**16)))
        return len(got) == 2

    qtbot.waitUntil(all_read)
    assert got == [StartRun("r", project, "f"), Control("r", "pause")]


def test_the_end_of_the_line_is_told_once(desk: Desk, qtbot: QtBot) -> None:
    desk.far.close()
    qtbot.waitUntil(lambda: desk.ends == [""])
    desk.channel.send(Control("r", "stop"))
    desk.channel.finish()
    assert desk.ends == [""]


def test_garbage_ends_the_line_with_a_sentence(desk: Desk, qtbot: QtBot) -> None:
    desk.far.sendall(b"\xff" * 32)
    qtbot.waitUntil(lambda: len(desk.ends) == 1)
    assert "protocol" in desk.ends[0]


def test_hanging_up_ends_the_life_line_too(desk: Desk) -> None:
    desk.channel.close()
    assert desk.life.recv(1) == b""
    assert desk.far.recv(1) == b""
    assert desk.ends == []
