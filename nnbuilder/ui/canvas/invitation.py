"""What to do with an empty drawing, in its middle; gone with the first layer."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from nnbuilder.session.document import Document
from nnbuilder.ui.common.labels import TintedLabel

TEXT = (
    "Nothing is drawn yet.\n"
    "Drag a layer from the palette to here, or press / and type  linear 16, relu, linear 3\n"
    "Ctrl+Shift+N draws a network that fits the data; Ctrl+V reads PyTorch source."
)


class Invitation(TintedLabel):
    """Lies in the middle of a view while neither layer nor note is drawn; the mouse does not see it."""

    def __init__(self, view: QWidget, document: Document) -> None:
        super().__init__(TEXT, "muted", view)
        self.setObjectName("canvas.invitation")
        self.setAccessibleName("The drawing is empty")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._document = document
        self._view = view
        view.installEventFilter(self)
        document.changed.connect(lambda _diff: self._follow())
        document.replaced.connect(self._follow)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        graph = self._document.project.graph
        self.setVisible(not graph.nodes and not graph.notes)
        self._place()

    def _place(self) -> None:
        room = self._view.rect().adjusted(16, 16, -16, -16)
        self.setGeometry(room.adjusted(0, 0, 0, -room.height() // 8))
