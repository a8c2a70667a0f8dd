"""What happens when we failed: the document stays, a sentence is shown, the details are kept."""

import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer

from nnbuilder.project.folders import state_folder

Show = Callable[[str, str], object]
"""Shows a sentence and the details."""

SENTENCE = "Something went wrong inside NNBuilder. Your drawing is unharmed; saving it now is a good idea."


class CrashHandler(QObject):
    """Takes the place of Python's hook for exceptions that nobody caught."""

    def __init__(self, show: Show, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._before = sys.excepthook
        self._told: set[str] = set()

    def install(self) -> None:
        """From now on exceptions come here."""
        self._before = sys.excepthook
        sys.excepthook = self.handle

    def remove(self) -> None:
        """Python's own hook again."""
        sys.excepthook = self._before

    def handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Writes down an exception and shows a sentence, once for each place it comes from."""
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        _write_down(details)
        if details not in self._told:
            self._told.add(details)
            QTimer.singleShot(0, self, lambda: self._show(SENTENCE, details))


def crash_file() -> Path:
    """Where the details are written."""
    return state_folder("crashes") / f"{datetime.now(UTC):%Y-%m-%d}.txt"


def _write_down(details: str) -> None:
    """Keeps the details; a disk that is full is not a second failure."""
    try:
        with crash_file().open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%H:%M:%S}\n{details}\n")
    except OSError as problem:
        sys.stderr.write(f"The details could not be kept: {problem}\n")
