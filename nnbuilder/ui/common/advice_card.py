"""A piece of advice as a card: its name, why it is given, where PyTorch says so, and a way to hush it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.doctor.rules import title_of
from nnbuilder.project.edits import Silence
from nnbuilder.project.problem import Problem
from nnbuilder.session.document import Document
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.pages import is_page, open_page, page_name
from nnbuilder.ui.common.problem_card import ProblemCard

_LOOKS = {"linear-after-linear": ("network.algebra", "Show it")}
"""Advice that an action of the window shows with numbers: the action, and what the link says."""


class AdviceCard(ProblemCard):
    """Adds the reason, which opens below, a link, and Silence; `opened` tells whether the reason is shown."""

    opened = Signal(bool)

    def __init__(
        self,
        problem: Problem,
        where: str,
        document: Document,
        parent: QWidget | None = None,
        *,
        explained: bool = False,
    ) -> None:
        self.why = LinkButton("Why?", opens=True)
        self.page = LinkButton(f"{page_name(problem.url)} in PyTorch’s documentation")
        self.silence = LinkButton("Silence", "muted")
        self.reason = wrapping(quiet(problem.why, factor=0.96))
        self.look = LinkButton(_LOOKS.get(problem.code, ("", ""))[1])
        self._foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._foot.setContentsMargins(0, 2, 0, 0)
        self._foot.setSpacing(8)
        super().__init__(problem, where, document, parent)
        self.setAccessibleDescription(problem.why)
        self.why.toggled.connect(self._explain)
        self.page.clicked.connect(self._open_page)
        self.look.clicked.connect(self._look)
        self.silence.clicked.connect(self._silence)
        self.why.setChecked(explained)
        self._explain(open_=explained)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the fixes and what is beside them into one row where they fit."""
        super().resizeEvent(event)
        parts = [*self.buttons, self.look, self.why, self.silence]
        needed = sum(part.sizeHint().width() + self._foot.spacing() for part in parts)
        beside = needed + self.fontMetrics().averageCharWidth() * 10 < event.size().width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._foot.setDirection(direction)
        self._foot.setStretch(1, int(beside))  # below each other it would make the card expand

    def _lay_out_words(self, words: QVBoxLayout, where: str) -> None:
        """The name with the place beside it, the sentence, fixes and links in a row, below it the reason."""
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(wrapping(heading(title_of(self.problem.code))), 1)
        if place := self._place(where):
            top.addWidget(place, 0, Qt.AlignmentFlag.AlignTop)
        words.addLayout(top)
        message = wrapping(quiet(self.problem.message, factor=1.0))
        message.set_token("text")
        words.addWidget(message)
        fixes = self._fix_row(self.problem.fixes)
        fixes.setContentsMargins(0, 0, 0, 0)
        self._foot.addLayout(fixes)
        self._foot.addLayout(self._links())
        words.addLayout(self._foot)
        words.addWidget(self.reason)
        page = QHBoxLayout()
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.page, 0, Qt.AlignmentFlag.AlignLeft)
        words.addLayout(page)

    def _place(self, where: str) -> TintedLabel | None:
        place = " · ".join(part for part in (where, self.problem.arg or "") if part)
        return quiet(place) if place else None

    def _links(self) -> QHBoxLayout:
        """Why and Silence, at both ends of what is left of a row."""
        self.why.setObjectName("why")
        self.page.setObjectName("page")
        self.page.setToolTip(f"Open in the browser: {self.problem.url}")
        self.page.setAccessibleName(f"Open {page_name(self.problem.url)} in PyTorch's documentation")
        self.silence.setObjectName("silence")
        self.silence.setToolTip(
            "Do not show this kind of advice in this project; the list below the problems brings it back"
        )
        self.silence.setAccessibleName(f"Silence: {title_of(self.problem.code)}")
        if not self.problem.silenceable:
            self.silence.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        self.look.setObjectName("look")
        self.look.setToolTip("See the one Linear that they are, with the numbers of this network")
        self.look.setVisible(self.problem.code in _LOOKS)
        row.addWidget(self.look)
        row.addWidget(self.why)
        row.addStretch(1)
        row.addWidget(self.silence)
        return row

    def _explain(self, open_: bool) -> None:
        self.reason.setVisible(open_)
        self.page.setVisible(open_ and is_page(self.problem.url))
        self.why.setToolTip("Hide the reason" if open_ else "Show the reason")
        self.updateGeometry()
        self.opened.emit(open_)

    def _open_page(self) -> None:
        if not open_page(self.problem.url):
            self.refusal.setText(f"No browser took this page: {self.problem.url}")
            self.refusal.show()

    def _look(self) -> None:
        """Opens what shows the advice with numbers, at the layer that it is about."""
        action = self.window().findChild(QAction, _LOOKS[self.problem.code][0])
        self.activated.emit()
        if action is not None:
            action.trigger()

    def _silence(self) -> None:
        self._document.apply(Silence(self.problem.code))
