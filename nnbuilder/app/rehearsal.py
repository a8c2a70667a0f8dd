"""Trains a project in a window that nobody sees, and takes pictures of it on the way."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QSize, QTimer, Signal
from PySide6.QtWidgets import QApplication

from nnbuilder.ui.main_window import MainWindow
from nnbuilder.ui.theme import MODES

SIZE = QSize(1440, 900)
LIMIT_MS = 300_000
_POLL_MS = 50


class Rehearsal(QObject):
    """Waits for the analysis, trains, takes pictures in the middle and at the end.

    `analyzed` comes once torch has answered; `done` carries an empty text, or why it failed.
    """

    analyzed = Signal()
    done = Signal(str)

    def __init__(self, window: MainWindow, folder: Path, selected: int = 1) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._folder = folder
        self._selected = selected
        self._halfway = False
        self.pictures: list[Path] = []
        self._limit = QTimer(self)
        self._limit.setSingleShot(True)
        self._limit.timeout.connect(lambda: self.done.emit("It took too long."))
        self._poll = QTimer(self)
        self._poll.setInterval(_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._session.run.epoch_ended.connect(self._go_on)
        self._session.run.state_changed.connect(self._run_changed)

    def run(self) -> str:
        """Does it all; answers with an empty text, or why it failed."""
        outcome: list[str] = []
        loop = QEventLoop()

        def finish(why: str) -> None:
            outcome.append(why)
            loop.quit()

        self.done.connect(finish)
        self._window.resize(SIZE)
        self._window.show()
        self._window.layout_keeper.proportion()
        self._limit.start(LIMIT_MS)
        self._poll.start()
        self._session.start()
        loop.exec()
        self._limit.stop()
        self._poll.stop()
        return outcome[0]

    def _look(self) -> None:
        """Waits for the answer about the network."""
        engine, analysis = self._session.engine, self._session.analysis
        if engine.state == "stopped":
            self.done.emit(engine.message or "The engine stopped.")
        elif analysis.analysis.layers and analysis.profile is not None and not analysis.pending:
            self._poll.stop()
            layers = analysis.analysis.layers
            self._window.selection.set([layers[min(self._selected, len(layers)) - 1].id])
            self.analyzed.emit()
            self._session.run.start(paused=True)

    def _go_on(self) -> None:
        """Goes epoch by epoch to the middle, so that its picture shows the same in every run."""
        run = self._session.run
        if run.state == "paused" and not self._halfway:
            self._halfway = len(run.validation) * 2 >= run.epochs
            QTimer.singleShot(0, self, run.resume if self._halfway else run.step_epoch)

    def _run_changed(self, state: str) -> None:
        if state == "paused":
            self._go_on()
        elif state == "running" and self._halfway:
            self._take("training")
        elif state == "finished":
            QTimer.singleShot(2 * _POLL_MS, self, self._finish)
        elif state in {"failed", "lost", "stopped"}:
            self.done.emit(self._session.run.message or f"The training ended: {state}.")

    def _finish(self) -> None:
        self._take("finished")
        self.done.emit("")

    def _take(self, name: str) -> None:
        """Takes one picture in each theme."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._window.theme.mode
        for mode in MODES[1:]:
            self._window.theme.set_mode(mode)
            _settle()
            path = self._folder / f"{name}-{mode}.png"
            if self._window.grab().save(str(path)):
                self.pictures.append(path)
        self._window.theme.set_mode(before)


def _settle(turns: int = 3, work: Callable[[], object] = QApplication.processEvents) -> None:
    """Lets what waits be laid out and painted."""
    for _ in range(turns):
        work()
