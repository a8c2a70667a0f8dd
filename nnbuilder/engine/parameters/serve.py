"""The process of the parameters: answers until nobody asks any more; of looks only the latest counts."""

from typing import TYPE_CHECKING

from nnbuilder.engine.failure import failed
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.parameters.desk import Desk
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.protocol.parameters import ChangeParameters, ParameterRequest

if TYPE_CHECKING:
    from collections import deque

    from nnbuilder.protocol.messages import Request


def serve_parameters(first: ParameterRequest, inbox: Inbox, send: Sender) -> None:
    """Answers; changes that are kept are all done, in their order."""
    desk = Desk()
    inbox.waiting.appendleft(first)
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S)
        send.beat()
        for request in due(inbox.waiting):
            try:
                answer, arrays = desk.answer(request)
            except Exception as error:  # noqa: BLE001  (the window must hear of it, whatever it is)
                send(failed(error, request_id=request.request_id))
            else:
                send(answer, arrays)


def due(waiting: "deque[Request]") -> list[ParameterRequest]:
    """What is to be answered of all that waits, which is emptied: of each kind of look the latest."""
    asked = [one for one in waiting if isinstance(one, ParameterRequest)]
    waiting.clear()
    latest = {type(one): one for one in asked if not _kept(one)}
    return [one for one in asked if _kept(one) or latest[type(one)] is one]


def _kept(request: ParameterRequest) -> bool:
    return isinstance(request, ChangeParameters) and request.keep
