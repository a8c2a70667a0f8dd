"""A process that speaks the engine's protocol without torch, and misbehaves as its first request says.

The folder of a `LoadData` request is the order: "die", "hang", "probe", "garbage", "chatter", "work", or ""
for an answer. A `StartRun` makes it silent for three seconds.
"""

import os
import signal
import socket
import sys
import time

from nnbuilder.engine.inbox import Inbox, standard_input
from nnbuilder.engine.sender import Sender
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.messages import (
    PROTOCOL,
    DataLoaded,
    Heartbeat,
    LoadData,
    Probing,
    Ready,
    Shutdown,
    StartRun,
)


def obey(order: str | None, request_id: int, send: Sender) -> None:
    """Does what a request's folder says."""
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "hang":
        time.sleep(60)
    elif order == "probe":
        send(Probing(1, NodeId("n1")))
        time.sleep(60)
    elif order == "garbage":
        os.write(1, b"\xff" * 64)
    elif order == "chatter":
        sys.stderr.write("x" * 200_000 + "the last words")
        sys.stderr.flush()
    send(DataLoaded(request_id, None))
    if order == "work":
        send(Heartbeat(working=True))
        time.sleep(3)


def main() -> None:
    """Says it is ready and answers until the end of its input."""
    inbox, send = Inbox(standard_input()), Sender(1)
    protocol = int(os.environ.get("STUB_PROTOCOL", PROTOCOL))
    send(Ready(protocol, os.getpid(), {"torch": "none"}, ("cpu",)))
    if "--control-fd" in sys.argv:
        socket.socket(fileno=int(sys.argv[sys.argv.index("--control-fd") + 1])).getsockname()
    while inbox.open:
        inbox.wait(0.2)
        send.beat()
        while inbox.waiting:
            request = inbox.waiting.popleft()
            if isinstance(request, LoadData):
                obey(request.folder, request.request_id, send)
            elif isinstance(request, StartRun):
                time.sleep(3)
            elif isinstance(request, Shutdown):
                return


if __name__ == "__main__":
    main()
