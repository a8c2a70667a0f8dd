"""A window without widgets that opens a project, edits it and trains, for tests that kill it.

Run with the project's path; prints the ids of its engine and of its run's process once steps are done, and
then trains on until it is killed.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from nnbuilder.project.edits import SetSource
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Ready
from nnbuilder.session.engine_client import EngineClient
from nnbuilder.session.session import Session


class Window:
    """Trains as soon as the engine is ready, and tells when the first steps are done."""

    def __init__(self, path: Path) -> None:
        self.engine = EngineClient()
        self.session = Session(self.engine)
        self.session.open(path)
        self.session.document.apply(SetSource("unsaved"))
        self.engine.received.connect(self._hear)
        self.session.run.progressed.connect(self._tell)
        self._told = False
        self.session.start()

    def _hear(self, message: Event, arrays: Arrays) -> None:
        if isinstance(message, Ready) and not arrays:
            self.session.run.start()

    def _tell(self) -> None:
        if len(self.session.run.losses) and not self._told:
            self._told = True
            sys.stdout.write(f"{self.engine.pid} {self.session.run.pid}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    application = QCoreApplication([])
    window = Window(Path(sys.argv[1]))
    os._exit(application.exec())
