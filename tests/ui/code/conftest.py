"""A code panel on a real document, and hands to type into it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import Graph
from nnbuilder.session.source_text import SourceText
from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.panel import CodePanel
from tests.ui.workbench import Workbench, open_bench
from tests.ui.workbench import bench as bench  # noqa: PLC0414  (a fixture for all tests here)

__all__ = ["bench", "open_bench"]

NONE = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass
class Desk:
    """A panel that is shown, with what it follows."""

    bench: Workbench
    source: SourceText
    panel: CodePanel

    @property
    def editor(self) -> CodeEditor:
        """The text."""
        return self.panel.editor

    @property
    def graph(self) -> Graph:
        """The drawing as it is now."""
        return self.bench.document.project.graph

    @property
    def types(self) -> list[str]:
        """The layers of the drawing, Input and Loss left out."""
        return [node.type for node in self.graph.nodes.values() if node.type not in {"Input", "Loss"}]

    @property
    def sentence(self) -> str:
        """What the panel says of text and drawing."""
        return self.panel.state.sentence.text()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.editor, key, modifiers)
        self.settle()

    def type(self, text: str) -> None:
        """Types letters where the keyboard is; a line end is Enter."""
        for part in text.splitlines(keepends=True):
            QTest.keyClicks(QApplication.focusWidget() or self.editor, part.rstrip("\n"))
            if part.endswith("\n"):
                self.key(Qt.Key.Key_Return)
        self.settle()

    def click_at(self, words: str, letters: int = 0) -> None:
        """Puts the caret so many letters behind the start of some words, by the mouse."""
        self.editor.setFocus()
        place = self.editor.shown.index(words) + letters
        cursor = self.editor.textCursor()
        cursor.setPosition(place)
        spot = self.editor.cursorRect(cursor).center()
        QTest.mouseClick(self.editor.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        self.settle()
        assert self.editor.textCursor().position() == place

    def replace_all(self, text: str) -> None:
        """Selects the whole text and types another."""
        self.editor.setFocus()
        self.key(Qt.Key.Key_A, CONTROL)
        self.key(Qt.Key.Key_Delete)
        self.type(text)

    def settle(self) -> None:
        """Lets what waits happen, the reading too."""
        self.bench.settle()

    def read(self) -> None:
        """Has what was typed read, as when somebody rests."""
        self.settle()
        self.source.read()
        self.panel.tell_all()
        self.settle()

    def child(self, name: str) -> QWidget:
        """A widget of the panel by its name."""
        [found] = [one for one in self.panel.findChildren(QWidget) if one.objectName() == name]
        return found


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of their own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def desk(bench: Workbench, settings: QSettings) -> Desk:
    """The panel on Linear(4, 16), ReLU, Linear(16, 3): n2 to n4."""
    source = SourceText(bench.document, bench.analysis, bench.document)
    panel = bench.show(CodePanel(bench.document, source, bench.selection, settings), 900, 320)
    panel.editor.setFocus()
    bench.settle()
    return Desk(bench, source, panel)


@pytest.fixture
def editor(qtbot: QtBot) -> CodeEditor:
    """An editor alone, with the keyboard."""
    made = CodeEditor()
    made.resize(700, 300)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus()
    return made
