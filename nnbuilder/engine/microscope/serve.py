"""The process of the microscope: answers looks, the latest first, until nobody asks any more."""

from typing import TYPE_CHECKING

from nnbuilder.engine.failure import failed
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.engine.warm import warm_up
from nnbuilder.protocol.microscope import Look

IDLE_S = 0.2
"""How long nobody asks for anything before what comes later is prepared."""

if TYPE_CHECKING:
    from collections import deque

    from nnbuilder.protocol.messages import Request


def serve_looks(first: Look, inbox: Inbox, send: Sender) -> None:
    """Looks; of several that wait only the last counts, but none that applies a step is passed over.

    What torch costs at its first step is paid as soon as nobody asks for anything.
    """
    scope, warm = Scope(), False
    inbox.waiting.appendleft(first)
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S if warm else IDLE_S)
        send.beat()
        looks = due(inbox.waiting)
        for request in looks:
            _answer(scope, request, send)
        if not looks and inbox.open and not warm:
            warm_up()
            warm = True


def due(waiting: "deque[Request]") -> list[Look]:
    """What is to be answered of all that waits, which is emptied."""
    looks = [request for request in waiting if isinstance(request, Look)]
    waiting.clear()
    return [look for look in looks if look.reach or look is looks[-1]]


def _answer(scope: Scope, request: Look, send: Sender) -> None:
    try:
        answer, arrays = scope.look(request)
    except Exception as error:  # noqa: BLE001  (the window must hear of it, whatever it is)
        send(failed(error, request_id=request.request_id))
        return
    send(answer, arrays)
