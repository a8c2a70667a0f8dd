"""The linear algebra of the network that is drawn, beside the window; what is not seen is not worked out."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.session import Session
from nnbuilder.ui.algebra.collapse_page import CollapsePage
from nnbuilder.ui.algebra.regression_page import RegressionPage
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.tabs import FlatTabs

_SIZE = QSize(960, 640)


class AlgebraDialog(QDialog):
    """Two pages about Linear layers; `said` tells when the drawing was changed."""

    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("algebra")
        self.setWindowTitle("Linear algebra of the network")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.collapse = CollapsePage(session)
        self.regression = RegressionPage(session)
        self.tabs = FlatTabs()
        self.tabs.setObjectName("algebra.tabs")
        self.tabs.setAccessibleName("Pages of linear algebra")
        self.tabs.addTab(self.collapse, "Linear after Linear")
        self.tabs.addTab(self.regression, "Logistic regression")
        self.tabs.setTabToolTip(
            0, "Several Linear layers as one, and what an activation between them changes"
        )
        self.tabs.setTabToolTip(1, "One Linear with a sigmoid or softmax beside scikit-learn's regression")
        self.close_button = PlainButton("algebra.close", "Close", "Leave the network as it is")
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _page: self._ask())
        self.close_button.clicked.connect(self.close)
        self.collapse.replaced.connect(self._replaced)
        session.document.changed.connect(self._stale)
        session.document.replaced.connect(self.close)

    def open_on(self, nodes: tuple[NodeId, ...]) -> None:
        """Shows the layers that one of these is among."""
        self.collapse.look_at(nodes)
        self.show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def done(self, result: int) -> None:
        """Closes it, and ends what is being worked out."""
        for page in (self.collapse, self.regression):
            page.task.cancel()
        super().done(result)

    def _ask(self) -> None:
        page = self.tabs.currentWidget()
        if isinstance(page, CollapsePage | RegressionPage) and self.isVisible():
            page.ask()

    def _stale(self, _diff: object) -> None:
        for page in (self.collapse, self.regression):
            page.stale()

    def _replaced(self, words: str) -> None:
        self.said.emit(words)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 8, 18, 14)
        column.addWidget(self.tabs, 1)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.close_button)
        column.addLayout(row)
        self.resize(_SIZE)
