"""The line above the text: whether text and drawing agree, how it is written, and what can be done."""

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from nnbuilder.session.source_text import View
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.switch import switch

_TIPS: dict[View, str] = {
    "sequential": "Write the network as one nn.Sequential",
    "class": "Write the network as a class of its own",
}
_MEND_FIRST = "The text is written anew once its faults are mended, or the drawing's text is taken."


class StateLine(QWidget):
    """Says honestly what the drawing shows; `wanted` carries the other way to write it."""

    wanted = Signal(str)
    take_requested = Signal()
    find_requested = Signal()
    copy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = ElidedLabel("", "muted")
        self.take = LinkButton("Take the drawing's text")
        self.find_button = self._button("code_find_button", "Find", "Find in the text (Ctrl+F)")
        self.copy_button = self._button("code_copy", "Copy", "Copy the whole text")
        self.views: dict[View, QToolButton] = {
            view: switch(f"code_view_{view}", view.capitalize(), _TIPS[view], self) for view in get_args(View)
        }
        self._set_up()

    def show_view(self, view: View, *, usable: bool) -> None:
        """Shows how the text is written, and whether that can be changed now."""
        for name, button in self.views.items():
            button.setChecked(name == view)
            button.setEnabled(usable or name == view)
            button.setToolTip(_TIPS[name] if usable or name == view else f"{_TIPS[name]}\n{_MEND_FIRST}")

    def say(self, sentence: str, token: str, *, takes: bool) -> None:
        """Says what the drawing shows, and whether its text can be taken instead."""
        self.sentence.set_token(token)
        self.sentence.setText(sentence)
        self.sentence.setToolTip(sentence)
        self.take.setVisible(takes)

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.setAutoRaise(True)
        button.setFont(fonts.scaled(0.94))
        return button

    def _set_up(self) -> None:
        self.setObjectName("code_state")
        self.setAccessibleName("Text and drawing")
        self.sentence.setObjectName("code_state_sentence")
        self.sentence.setFont(fonts.scaled(0.94))
        self.take.setObjectName("code_take")
        self.take.setToolTip("Give up what is typed and not read; Ctrl+Z in the text brings it back")
        self.take.hide()
        group = QButtonGroup(self)
        for view, button in self.views.items():
            group.addButton(button)
            button.clicked.connect(lambda _checked=False, view=view: self.wanted.emit(view))
        self.take.clicked.connect(self.take_requested)
        self.find_button.clicked.connect(self.find_requested)
        self.copy_button.clicked.connect(self.copy_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 8, 3)
        self.setMinimumHeight(self.take.sizeHint().height() + 6)
        row.setSpacing(6)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.take)
        row.addSpacing(8)
        for button in self.views.values():
            row.addWidget(button)
        row.addSpacing(8)
        for button in (self.find_button, self.copy_button):
            row.addWidget(button)
