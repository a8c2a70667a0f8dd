"""The program with an ear: a line on stdin names something in the window, the answer is where it lies.

Run with nothing; each answer is a JSON pair of global coordinates, or null while the thing is not there. The
window itself is used with a real mouse only.
"""

import json
import sys

from PySide6.QtCore import QPoint, QSocketNotifier
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from nnbuilder.app.window import begin, make_application, make_window
from nnbuilder.ui.main_window import MainWindow


class Ear:
    """Answers questions about places; never does anything."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._finders = {
            "layer": self._layer,
            "port": self._port,
            "field": self._widget,
            "canvas": self._canvas,
            "menu": self._menu,
        }

    def answer(self) -> None:
        """Reads one question and answers it."""
        line = sys.stdin.readline()
        if not line:
            QApplication.quit()
            return
        kind, _, what = line.strip().partition(" ")
        spot = self._finders[kind](what)
        sys.stdout.write(json.dumps(None if spot is None else [spot.x(), spot.y()]) + "\n")
        sys.stdout.flush()

    def _layer(self, name: str) -> QPoint | None:
        """A row of the palette."""
        tree = self._window.panels.palette.tree
        model = tree.model()
        for group in range(model.rowCount()):
            heading = model.index(group, 0)
            for row in range(model.rowCount(heading)):
                index = model.index(row, 0, heading)
                if index.data() == name:
                    return tree.viewport().mapToGlobal(tree.visualRect(index).center())
        return None

    def _port(self, what: str) -> QPoint | None:
        """A port, as "out 3" for the third node that was drawn."""
        side, number = what.split()
        canvas = self._window.panels.canvas
        nodes = list(self._window.session.document.project.graph.nodes)
        if int(number) > len(nodes):
            return None
        card = canvas.canvas.cards[nodes[int(number) - 1]]
        at = canvas.mapFromScene(card.pos().x() + (128 if side == "out" else 0), card.pos().y() + 46)
        return canvas.viewport().mapToGlobal(at)

    def _widget(self, name: str) -> QPoint | None:
        """A field or button that can be seen."""
        found = [child for child in self._window.findChildren(QWidget, name) if child.isVisible()]
        return found[0].mapToGlobal(found[0].rect().center()) if found else None

    def _canvas(self, what: str) -> QPoint | None:
        """A point of the canvas, in shares of its size."""
        view = self._window.panels.canvas.viewport()
        x, y = (float(share) for share in what.split())
        return view.mapToGlobal(QPoint(round(view.width() * x), round(view.height() * y)))

    def _menu(self, text: str) -> QPoint | None:
        """An entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return None
        entry = next((action for action in menu.actions() if action.text() == text), None)
        return None if entry is None else menu.mapToGlobal(menu.actionGeometry(entry).center())


def main() -> int:
    """Shows the window until stdin ends."""
    application = make_application()
    session, window = make_window(application)
    begin(window, None)
    window.panels.late.complete()
    window.setGeometry(0, 0, 1280, 800)
    window.show()
    session.start()
    ear = Ear(window)
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(ear.answer)
    status = application.exec()
    session.shutdown()
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
