"""A microscope panel on a workbench, with hands to use it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from nnbuilder.session.microscope import Microscope
from nnbuilder.session.own_process import Opener
from nnbuilder.ui.microscope.panel import MicroscopePanel
from tests.ui.workbench import Workbench, find


@dataclass
class Desk:
    """The panel, the session behind it, and what it said."""

    bench: Workbench
    panel: MicroscopePanel
    scope: Microscope
    said: list[str]

    def settle(self) -> None:
        """Waits for the answer."""
        self.bench.qtbot.waitUntil(lambda: not self.scope.waiting, timeout=40_000)
        self.bench.settle()

    def press(self, name: str) -> None:
        """Presses a button."""
        QTest.mouseClick(find(self.panel, QPushButton, name), Qt.MouseButton.LeftButton)
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Types into a line and leaves it by Enter."""
        line = find(self.panel, QLineEdit, name)
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.settle()

    @property
    def text(self) -> str:
        """The arithmetic."""
        return self.panel.worked.toPlainText()

    @property
    def loss(self) -> float:
        """The loss that is shown."""
        assert self.scope.view is not None
        assert self.scope.view.looked.loss is not None
        return self.scope.view.looked.loss


def sit_down(bench: Workbench, opener: Opener | None = None, width: int = 1100, height: int = 320) -> Desk:
    """A panel that has had its first answer, from a process of its own unless `opener` gives another."""
    scope = Microscope(bench.document, bench.runs, bench.document, opener)
    said: list[str] = []
    panel = MicroscopePanel(scope, bench.selection)
    panel.said.connect(said.append)
    bench.show(panel, width, height)
    desk = Desk(bench, panel, scope, said)
    desk.settle()
    return desk
