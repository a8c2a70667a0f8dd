"""The process of the preview: answers with what each node does, the latest drawing first."""

from typing import TYPE_CHECKING

from nnbuilder.engine.failure import failed
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.preview import Previewer
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.protocol.preview import Preview

if TYPE_CHECKING:
    from collections import deque

    from nnbuilder.protocol.messages import Request


def serve_previews(first: Preview, inbox: Inbox, send: Sender) -> None:
    """Answers until nobody asks any more; of several requests that wait only the last one counts."""
    previewer = Previewer()
    inbox.waiting.appendleft(first)
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S)
        send.beat()
        request = latest(inbox.waiting)
        if request is not None:
            _answer(previewer, request, send)


def latest(waiting: "deque[Request]") -> Preview | None:
    """The last preview of all that waits, which is emptied."""
    found = [request for request in waiting if isinstance(request, Preview)]
    waiting.clear()
    return found[-1] if found else None


def _answer(previewer: Previewer, request: Preview, send: Sender) -> None:
    try:
        answer, arrays = previewer.preview(request)
    except Exception as error:  # noqa: BLE001  (the window must hear of it, whatever it is)
        send(failed(error, request_id=request.request_id))
        return
    send(answer, arrays)
