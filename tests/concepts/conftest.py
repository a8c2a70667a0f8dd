"""One window with its engine for all concepts of a file: what starts slowly is started once."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from nnbuilder.app.window import make_window
from nnbuilder.session import engine_client
from nnbuilder.ui.common import colors
from tests.concepts.lab import Lab

SIZE = 1280, 720

PATIENCE_S = 60.0
"""How long an idle engine may be silent: on a busy machine it is not lost."""


@pytest.fixture(scope="package")
def room(qapp: QApplication) -> Iterator[Lab]:
    """The window with engine, bench and microscope warm, on folders of its own."""
    look, style, palette = colors.current(), qapp.style().objectName(), qapp.palette()
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(Path(home) / kind))
        patch.setattr(engine_client, "LIMIT_S", PATIENCE_S)
        session, window = make_window(qapp)
        window.panels.late.complete()
        window.resize(*SIZE)
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        session.start()
        lab = Lab(window)
        lab.warm_up()
        yield lab
        session.shutdown()
        for thing in (window, window.theme, session):
            if Shiboken.isValid(thing):
                Shiboken.delete(thing)
        vars(lab).clear()
    qapp.setStyle(style)
    qapp.setPalette(palette)
    colors.use(look)


@pytest.fixture
def lab(room: Lab) -> Iterator[Lab]:
    """The window as somebody finds it: nothing on the bench, nothing being trained."""
    room.begin()
    yield room
    room.leave()
