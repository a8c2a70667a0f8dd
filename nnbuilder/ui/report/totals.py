"""The network's totals in one line: large numbers with quiet words below, as many as fit."""

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.graph.report.rows import Report
from nnbuilder.graph.report.words import size_text
from nnbuilder.graph.report.writers import total_lines
from nnbuilder.interop.looks import compact
from nnbuilder.ui.common import colors, fonts

Fact = tuple[str, str]
"""A number and what it counts."""

_GAP = 22
_UNKNOWN = "–"


class TotalsLine(QWidget):
    """Paints the totals; what does not fit is in the tip and heard by screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_totals")
        self.setAccessibleName("Totals of the network")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._facts: tuple[Fact, ...] = ()
        colors.changed.connect(self.update)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is said, the first things first."""
        return self._facts

    def show_report(self, report: Report) -> None:
        """Says the totals of a report."""
        self._facts = tuple(facts_of(report))
        lines = total_lines(report)
        self.setToolTip("\n".join(lines))
        self.setAccessibleDescription("; ".join(lines))
        self.update()

    def sizeHint(self) -> QSize:
        number, word = (QFontMetrics(font).height() for font in (_number_font(), _word_font()))
        return QSize(200, number + word + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        number, word = QFontMetrics(_number_font()), QFontMetrics(_word_font())
        x = 0
        for count, what in self._facts:
            wide = max(number.horizontalAdvance(count), word.horizontalAdvance(what))
            if x + wide > self.width():
                break
            painter.setFont(_number_font())
            painter.setPen(palette.color("text"))
            painter.drawText(x, 0, wide + 2, number.height(), Qt.AlignmentFlag.AlignLeft, count)
            painter.setFont(_word_font())
            painter.setPen(palette.color("muted"))
            painter.drawText(x, number.height(), wide + 2, word.height(), Qt.AlignmentFlag.AlignLeft, what)
            x += wide + _GAP
        painter.end()


def facts_of(report: Report) -> Iterator[Fact]:
    """The totals in few words; a sign says where some layers are missing."""
    totals = report.totals
    about, beside = ("" if known else "≥ " for known in (totals.complete, totals.measured))
    yield about + compact(totals.parameters), "parameters"
    yield about + compact(totals.flops), "FLOPs a sample"
    memory = totals.memory
    words = f"to train · batch {totals.batch:,}" + (f" · {totals.optimizer}" if totals.optimizer else "")
    yield (beside + size_text(memory.total)) if memory.total else _UNKNOWN, words
    yield (beside + size_text(memory.activations)) if memory.total else _UNKNOWN, "activations"
    yield (beside + size_text(totals.saved)) if totals.saved else _UNKNOWN, "weights file"
    if totals.trainable != totals.parameters:
        yield compact(totals.parameters - totals.trainable), "frozen"
    if totals.buffers:
        yield compact(totals.buffers), "in buffers"


def _number_font() -> QFont:
    return fonts.scaled(1.12, bold=True)


def _word_font() -> QFont:
    return fonts.scaled(0.86)
