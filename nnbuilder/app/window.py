"""The program with a window: what is made in which order, so that the first picture comes early."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from nnbuilder.app.crash import CrashHandler
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import examples
from nnbuilder.session.engine import Engine
from nnbuilder.session.garbage import GarbageCollector
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs
from nnbuilder.ui.common.icons import application_icon
from nnbuilder.ui.main_window import MainWindow
from nnbuilder.ui.theme import Theme

STARTER = "iris"
"""The example that is shown where no file is named."""

SETTLED_MS = 500
"""Time after which the window stands and nothing else waits for this process."""


def run_window(argv: Sequence[str]) -> int:
    """Shows the window until it is closed; answers with the exit status."""
    application = make_application()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    session, window = make_window(application)
    garbage = GarbageCollector(application)
    crash = CrashHandler(lambda sentence, details: dialogs.tell(window, sentence, [details]), window)
    crash.install()
    window.closed.connect(application.quit)
    begin(window, Path(argv[0]) if argv else None)
    window.show()
    # One turn of the event loop paints the window; only then is there time for the engine.
    QTimer.singleShot(0, window, lambda: _after_first_paint(session, window, garbage))
    status = application.exec()
    garbage.stop()
    crash.remove()
    return int(status)


def make_application() -> QApplication:
    """The one QApplication, named."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("NNBuilder")
    application.setDesktopFileName("nnbuilder")
    application.setWindowIcon(application_icon())
    application.setQuitOnLastWindowClosed(False)
    return application


def make_window(application: QApplication, engine: Engine | None = None) -> tuple[Session, MainWindow]:
    """A session and a window on it, not shown yet and without an engine running."""
    session = Session(engine)
    theme = Theme(application, session.settings)
    return session, MainWindow(session, theme)


def begin(window: MainWindow, path: Path | None) -> None:
    """Opens the file, or the starter; offers what a crash left unsaved."""
    starter = next(example for example in examples() if example.name == STARTER)
    window.session.new(load_project(starter.path).project, starter.name)
    if path is not None:
        window.files.open_path(path)
    window.offers.offer_recovery()


def _after_first_paint(session: Session, window: MainWindow, garbage: GarbageCollector) -> None:
    session.start()
    QTimer.singleShot(SETTLED_MS, window, window.panels.plots.prepare)
    _make_rest(window, window.panels.late.pieces(), garbage.start)


def _make_rest(window: MainWindow, pieces: Iterator[object], then: Callable[[], object]) -> None:
    """Makes what the first paint did not show, a piece with each turn of the event loop."""
    if next(pieces, None) is None:
        then()
    else:
        QTimer.singleShot(0, window, lambda: _make_rest(window, pieces, then))
