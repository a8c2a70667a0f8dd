"""What the strip above the canvas offers: unsaved work from last time, and a lost training."""

from nnbuilder.protocol.messages import Failed
from nnbuilder.session.session import Session
from nnbuilder.ui.file_actions import FileActions
from nnbuilder.ui.notice_bar import NoticeBar


class Offers:
    """Watches the session and offers a way on."""

    def __init__(self, session: Session, bar: NoticeBar, files: FileActions) -> None:
        self._session = session
        self._bar = bar
        self._files = files
        session.run.failed.connect(self._failed)
        session.run.state_changed.connect(self._moved_on)
        session.run.progressed.connect(self._went_back)
        self._of_run = False
        self._step = 0

    def offer_recovery(self) -> bool:
        """Offers the newest unsaved work of a window that died; whether there is any."""
        logs = self._session.recoveries
        if not logs:
            return False
        log = logs[0]
        self._of_run = False
        self._bar.offer(
            "NNBuilder ended unexpectedly last time. Your unsaved work is still there.",
            [("Recover", lambda: self._files.recover(log)), ("Discard", lambda: self._session.dismiss(log))],
        )
        return True

    def _failed(self, failure: Failed) -> None:
        self._of_run = True
        run = self._session.run
        offers = [("Resume from checkpoint", run.resume_from_checkpoint)] if run.can_resume else []
        told = failure.message
        if failure.fault is not None:
            told = f"{failure.fault.headline} The training setup shows where, why, and the ways on."
        self._step = run.step
        self._bar.offer(told, [*offers])

    def _went_back(self) -> None:
        if self._of_run and self._session.run.step < self._step:
            self._moved_on("running")

    def _moved_on(self, state: str) -> None:
        if self._of_run and state in {"starting", "running"}:
            self._of_run = False
            self._bar.close_offer()
