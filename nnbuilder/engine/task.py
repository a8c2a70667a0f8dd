"""The process of one task: waits for what it is to do, does it, answers and ends; killing it cancels it."""

from pathlib import Path

from nnbuilder.engine.failure import failed
from nnbuilder.engine.fit_weights import fit_weights
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.protocol.algebra import Collapse, Regress
from nnbuilder.protocol.messages import Event, Failed, Request
from nnbuilder.protocol.microscope import Look
from nnbuilder.protocol.mistakes import TrainWrong
from nnbuilder.protocol.parameters import ParameterRequest
from nnbuilder.protocol.preview import Preview
from nnbuilder.protocol.tasks import Export, Exporting, FindRate, FitWeights


def serve_task(inbox: Inbox, send: Sender) -> None:
    """Does the first thing that is asked; after a look it goes on looking."""
    while inbox.open and not inbox.waiting:
        inbox.wait(BEAT_S)
    if not inbox.waiting:
        return
    first = inbox.waiting.popleft()
    if isinstance(first, Look):
        from nnbuilder.engine.microscope.serve import serve_looks

        serve_looks(first, inbox, send)
        return
    if isinstance(first, ParameterRequest):
        from nnbuilder.engine.parameters.serve import serve_parameters

        serve_parameters(first, inbox, send)
        return
    if isinstance(first, Preview):
        from nnbuilder.engine.previewing import serve_previews

        serve_previews(first, inbox, send)
        return
    try:
        answer = _answer(first, send)
    except Exception as error:  # noqa: BLE001  (the window must hear of it, whatever it is)
        answer = failed(error)
    send(answer)


def _answer(request: Request, send: Sender) -> Event:
    match request:
        case FitWeights():
            base, runs = (Path(path) if path else None for path in (request.base, request.runs))
            return fit_weights(request.project, Path(request.path), base, runs, unpickle=request.unpickle)
        case Export():
            from nnbuilder.engine.export.ways import export

            return export(request, lambda doing: send(Exporting(doing)))
        case Collapse():
            from nnbuilder.engine.algebra.collapse import collapse

            return collapse(request)
        case Regress():
            from nnbuilder.engine.algebra.logistic import regress

            return regress(request)
        case FindRate():
            from nnbuilder.engine.lr_finder import answer

            return answer(request, lambda doing: send(Exporting(doing)))
        case TrainWrong():
            from nnbuilder.engine.microscope.beside import answer as train_beside

            return train_beside(request, send)
    return Failed("internal", f"A task cannot be {type(request).__name__}.")
