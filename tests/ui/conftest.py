"""A whole window on a stand-in for the engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from shiboken6 import Shiboken

from nnbuilder.app.window import begin, make_window
from nnbuilder.graph.graph import Graph
from nnbuilder.session.session import Session
from nnbuilder.ui.common import colors
from nnbuilder.ui.main_window import MainWindow
from tests.fakes import FakeEngine


@dataclass
class Stage:
    """A window with what it shows, and hands to use it."""

    window: MainWindow
    session: Session
    engine: FakeEngine

    @property
    def graph(self) -> Graph:
        """The drawing as it is now."""
        return self.session.document.project.graph

    def action(self, name: str) -> QAction:
        """An action of the table."""
        return self.window.actions_by_name[name]

    def trigger(self, name: str) -> None:
        """Triggers an action, which must be usable."""
        assert self.action(name).isEnabled()
        self.action(name).trigger()
        self.settle()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Types a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.settle()

    def type(self, text: str) -> None:
        """Types a text where the keyboard is."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)
        self.settle()

    def settle(self) -> None:
        """Lets everything that waits happen."""
        for _ in range(5):
            QApplication.processEvents()

    def box(self) -> QMessageBox:
        """The one message box that is open."""
        [box] = self.window.findChildren(QMessageBox)
        return box

    def file_dialog(self) -> QFileDialog:
        """The one file dialog that is open."""
        [dialog] = self.window.findChildren(QFileDialog)
        return dialog

    def press(self, button: QMessageBox.StandardButton) -> None:
        """Presses a button of the open message box."""
        QTest.mouseClick(self.box().button(button), Qt.MouseButton.LeftButton)
        self.settle()

    def child(self, name: str) -> QWidget:
        """A widget by its object name."""
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found


@pytest.fixture
def open_stage(qapp: QApplication) -> Iterator[Callable[[], Stage]]:
    """Opens windows on the starter; every one is closed in the end."""
    stages: list[Stage] = []
    look, style, palette = colors.current(), qapp.style().objectName(), qapp.palette()

    def make() -> Stage:
        engine = FakeEngine()
        session, window = make_window(qapp, engine)
        begin(window, None)
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        session.start()
        stage = Stage(window, session, engine)
        stages.append(stage)
        stage.settle()
        return stage

    yield make
    for stage in stages:
        stage.session.shutdown()
        for thing in (stage.window, stage.window.theme, stage.session, stage.engine):
            if Shiboken.isValid(thing):
                Shiboken.delete(thing)
        vars(stage).clear()  # pytest holds the stage for longer; what it held is free now
    qapp.setStyle(style)
    qapp.setPalette(palette)
    colors.use(look)


@pytest.fixture
def stage(open_stage: Callable[[], Stage]) -> Stage:
    """A window on the starter, with an engine that answers, as it stands when all its panels are made."""
    stage = open_stage()
    stage.window.panels.late.complete()
    return stage


@pytest.fixture
def fresh_stage(open_stage: Callable[[], Stage]) -> Stage:
    """A window on the starter after its first paint."""
    return open_stage()
