"""Writes messages to the window, and heartbeats when there has been nothing else to say."""

import os
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.codec import encode_frame
from nnbuilder.protocol.messages import Event, Heartbeat

BEAT_S = 1.0
"""Longest silence of a process that has time to speak."""


class Sender:
    """The one who writes to a pipe or socket; raises `BrokenPipeError` where nobody listens."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._last = 0.0

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        """Sends one message and waits until it is taken."""
        frame = memoryview(encode_frame(message, arrays))
        while frame:
            frame = frame[os.write(self._fd, frame) :]
        self._last = time.monotonic()

    def beat(self) -> None:
        """Sends a heartbeat if nothing was sent for a while."""
        if time.monotonic() - self._last >= BEAT_S:
            self(Heartbeat())
