"""Keeps a document's unsaved work safe from a crash: each step goes into the recovery log."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.project.edits import Edit
from nnbuilder.project.recovery import RecoveryError, RecoveryLog
from nnbuilder.session.document import Document

SYNC_MS = 1000
"""How long an edit may lie in the system's memory before it goes to the disk."""


class Keeper(QObject):
    """Writes the log as the document changes; `warned` says once that it cannot be written.

    A step is written at once, which costs microseconds. The disk is waited for by a thread of its own, at
    most once a second: that thread gets a file's name, and nothing of Qt's or of the document's.
    """

    warned = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._log = RecoveryLog()
        self._log.start(document.project, document.path)
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")
        self._syncing: Future[None] | None = None
        self._failing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SYNC_MS)
        self._timer.timeout.connect(self._sync)
        document.stepped.connect(self._write)

    @property
    def file(self) -> Path | None:
        """The log's file, None while there is nothing unsaved."""
        return self._log.file

    def begin(self, recovered: Path | None = None) -> None:
        """Starts anew from the document as it is: opened, made, saved, or recovered out of a log."""
        self._failing = False
        try:
            self._log.start(self._document.project, self._document.path, recovered)
        except RecoveryError as error:
            self._warn(error)

    def close(self) -> None:
        """Drops the log: what is unsaved is not wanted any more."""
        self._timer.stop()
        self._disk.shutdown(wait=True)
        self._log.close()

    def _write(self, edit: Edit | None) -> None:
        """Writes an edit, or (None) where an undo or redo led."""
        project = self._document.project
        try:
            if edit is None:
                self._log.jump(project)
            else:
                self._log.append(edit, project)
        except RecoveryError as error:
            self._warn(error)
            return
        self._failing = False
        if not self._timer.isActive():
            self._timer.start()

    def _sync(self) -> None:
        if self._syncing is not None and not self._syncing.done():
            self._timer.start()
            return
        if self._syncing is not None and (error := self._syncing.exception()) is not None:
            self._warn(error)
        self._syncing = self._disk.submit(_sync_file, self._log.file) if self._log.file else None

    def _warn(self, error: BaseException) -> None:
        if not self._failing:
            self._failing = True
            self.warned.emit(str(error))


def _sync_file(file: Path) -> None:
    """Brings to the disk what was written to a file, through a handle of its own."""
    try:
        handle = os.open(file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return  # saved meanwhile
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
