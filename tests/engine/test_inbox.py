"""Requests come whole and in order, waits end in time, and a sender's messages arrive."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from nnbuilder.engine.inbox import Inbox, Pipe
from nnbuilder.engine.run_process import STOP, WindowControls
from nnbuilder.engine.sender import Sender
from nnbuilder.protocol.codec import FrameError, encode_frame
from nnbuilder.protocol.messages import Control, Heartbeat, Progress, Shutdown
from tests.engine.engine_process import Ear

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The two ends of a line."""
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_requests_come_in_order_even_in_pieces(ends: Ends) -> None:
    near, far = ends
    inbox = Inbox(near)
    orders = [Control("r", "pause"), Control("r", "step"), Control("r", "stop")]
    data = b"".join(map(encode_frame, orders))
    for start in range(0, len(data), 50):
        far.sendall(data[start : start + 50])
        inbox.wait(0)
    assert list(inbox.waiting) == orders
    assert inbox.open


def test_a_wait_ends_with_its_time_or_with_the_stream(ends: Ends) -> None:
    near, far = ends
    inbox = Inbox(near)
    start = time.monotonic()
    inbox.wait(0.05)
    assert time.monotonic() - start > 0.04
    far.close()
    inbox.wait(60)
    inbox.wait(0)
    assert not inbox.open


def test_other_descriptors_end_a_wait(ends: Ends) -> None:
    near, _far = ends
    read, write = os.pipe()
    os.write(write, b"x")
    Inbox(near, also=(read,)).wait(60)
    os.close(read)
    os.close(write)


def test_garbage_is_refused(ends: Ends) -> None:
    near, far = ends
    far.sendall(b"\xff" * 20)
    with pytest.raises(FrameError):
        Inbox(near).wait(1)


def test_a_pipe_reads_like_a_socket() -> None:
    read, write = os.pipe()
    os.write(write, encode_frame(Shutdown()))
    os.close(write)
    inbox = Inbox(Pipe(read))
    inbox.wait(1)
    inbox.wait(1)
    assert list(inbox.waiting) == [Shutdown()]
    os.close(read)


def test_messages_larger_than_the_line_arrive(ends: Ends) -> None:
    near, far = ends
    values = np.arange(100_000, dtype=np.float32)
    message = Progress("r", 1, 0, 1.0)
    writer = threading.Thread(target=lambda: Sender(near.fileno())(message, (values,)))
    writer.start()
    ear = Ear(far.fileno())
    assert ear.wait_for(Progress).step == 1
    np.testing.assert_array_equal(ear.arrays[0][0], values)
    writer.join()


def test_hearts_beat_only_in_silence(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = ends
    now = [100.0]
    monkeypatch.setattr("nnbuilder.engine.sender.time.monotonic", lambda: now[0])
    send = Sender(near.fileno())
    send(Progress("r", 1, 0, 1.0))
    for _ in range(25):
        now[0] += 0.1
        send.beat()
    monkeypatch.undo()
    ear = Ear(far.fileno())
    ear.listen(1)
    assert [type(event) for event in ear.heard] == [Progress, Heartbeat, Heartbeat]


@pytest.fixture
def controls(ends: Ends) -> Iterator[WindowControls]:
    """A run's ear for the window; the test's own handling of termination is put back."""
    before = signal.getsignal(signal.SIGTERM)
    yield WindowControls(Inbox(ends[0]), Sender(ends[0].fileno()))
    signal.signal(signal.SIGTERM, before)


def test_controls_and_the_end_of_the_window(ends: Ends, controls: WindowControls) -> None:
    _near, far = ends
    assert controls.poll(0) is None
    far.sendall(encode_frame(Control("r", "pause")) + encode_frame(Shutdown()))
    assert controls.poll(1) == Control("r", "pause")
    assert controls.poll(1) == STOP
    assert controls.poll(0) is None
    far.shutdown(socket.SHUT_WR)
    assert controls.poll(1) == STOP


def test_a_termination_is_a_stop(controls: WindowControls) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    assert controls.poll(1) == STOP
