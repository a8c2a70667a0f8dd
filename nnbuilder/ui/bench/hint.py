"""What the call that is being typed takes: its arguments, the one at hand in bold with what it is for."""

import html

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.protocol.bench import BenchManual, BenchParameter
from nnbuilder.ui.bench.call import Call, call_at
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.labels import TintedLabel


class Hint(TintedLabel):
    """Follows the line; `wanted` carries a word whose manual is not known yet."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "muted", parent)
        self.setObjectName("bench_hint")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.setFont(fonts.scaled(0.92))
        self.setToolTip("What the call takes; the argument at the cursor is in bold")
        self._manuals: dict[str, BenchManual] = {}
        self._call: Call | None = None
        self.hide()

    def follow(self, text: str, cursor: int) -> None:
        """Shows what there is to say where the cursor is."""
        call = call_at(text, cursor)
        if call == self._call:
            return
        self._call = call
        if call is not None and call.word not in self._manuals:
            self._manuals[call.word] = BenchManual(call.word)
            self.wanted.emit(call.word)
        self._show()

    def learn(self, manual: BenchManual) -> None:
        """Keeps a manual, and shows it where it is of the call at hand."""
        self._manuals[manual.word] = manual
        self._show()

    def _show(self) -> None:
        call = self._call
        manual = None if call is None else self._manuals.get(call.word)
        if call is None or manual is None or not (manual.parameters or manual.summary):
            self.hide()
            return
        own = chosen(manual.parameters, call)
        written = ", ".join(_written(one, bold=one is own) for one in manual.parameters)
        text = own.help if own is not None and own.help else manual.summary
        head = f"{html.escape(manual.word)}({written})"
        tail = f"{own.name.lstrip('*')}: {text}" if own is not None and own.help else text
        self.setText(f"<span>{head}</span><br>{html.escape(tail)}")
        self.setAccessibleName(f"{manual.word}: {tail}")
        self.show()


def chosen(parameters: tuple[BenchParameter, ...], call: Call) -> BenchParameter | None:
    """The argument at hand: by its name, else by its place; all that are left go to one with a star."""
    if call.keyword:
        return next((one for one in parameters if one.name == call.keyword), None)
    for place, one in enumerate(parameters):
        if one.name == "*":
            return None
        if place == call.place or one.name.startswith("*"):
            return one
    return None


def _written(one: BenchParameter, *, bold: bool) -> str:
    text = html.escape(one.name + (f"={one.default}" if one.default else ""))
    return f"<b>{text}</b>" if bold else text
