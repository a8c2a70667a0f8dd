"""The training loop as lines of code, the current one lit; a click goes to a line."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout

from nnbuilder.protocol.microscope import Stage
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.tick import TickBox

LINES: tuple[tuple[str, Stage | None, str], ...] = (
    (
        "for x, y in batches:",
        None,
        "Go on to training's next batch, and round the loop again (Alt+PgDown)",
    ),
    ("  optimizer.zero_grad()", "zero_grad", "Go to where the gradients of the batch before are set back"),
    ("  output = model(x)", "forward", "Go to the first layer of the forward pass"),
    ("  loss = loss_fn(output, y)", "loss", "Go to the loss"),
    ("  loss.backward()", "backward", "Go to the last layer, where the way back begins"),
    ("  optimizer.step()", "update", "Go to the step of the chosen weight"),
)
"""The loop: each line, the stage that it is, and what a click on it does."""


class LoopView(QFrame):
    """Shows where in the loop a stage is.

    `chosen` carries the stage of a line that was clicked, `next_batch` that it was the first line,
    `accumulate` whether `zero_grad()` is left out.
    """

    chosen = Signal(str)
    next_batch = Signal()
    accumulate = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("microscope_loop")
        self.setAccessibleName("The training loop")
        self.setToolTip("One round of training in PyTorch's words; the arrow shows where you are")
        self._stage: Stage = "forward"
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 2, 8, 2)
        rows.setSpacing(0)
        self.lines = [LoopLine(number, text, tip) for number, (text, _, tip) in enumerate(LINES)]
        for line, (_, stage, _) in zip(self.lines, LINES, strict=True):
            rows.addWidget(line)
            line.clicked.connect(lambda _checked=False, stage=stage: self._clicked(stage))
        self.left_out = TickBox(
            "microscope_accumulate",
            "leave out zero_grad()",
            "Keep the gradients of the batches before and add to them: see what comes of a forgotten line",
        )
        self.left_out.clicked.connect(self._leave_out)
        rows.addSpacing(4)
        rows.addWidget(self.left_out)
        self.mistakes = LinkButton("Mistakes beside it…")
        self.mistakes.setObjectName("microscope_mistakes")
        self.mistakes.setToolTip("Train with well-known mistakes beside the right loop, and see both curves")
        rows.addWidget(self.mistakes)
        rows.addStretch()
        self.show_stage("forward")

    def show_stage(self, stage: Stage) -> None:
        """Lights the line of a stage."""
        self._stage = stage
        for line, (text, own, _) in zip(self.lines, LINES, strict=True):
            out = own == "zero_grad" and self.left_out.isChecked()
            line.show_line(f"  # {text.strip()}" if out else text, lit=own == stage, out=out)

    def show_accumulate(self, *, on: bool) -> None:
        """Shows whether `zero_grad()` is left out."""
        self.left_out.setChecked(on)
        self.show_stage(self._stage)

    def _leave_out(self, on: bool) -> None:
        self.show_stage(self._stage)
        self.accumulate.emit(on)

    def _clicked(self, stage: Stage | None) -> None:
        if stage is None:
            self.next_batch.emit()
        else:
            self.chosen.emit(stage)


class LoopLine(QAbstractButton):
    """One line of the loop: clicked, or reached by Tab and pressed by Space."""

    def __init__(self, number: int, text: str, tip: str) -> None:
        super().__init__()
        self.setObjectName(f"microscope_line_{number}")
        self.setAccessibleName(text.strip())
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.lit = self.out = False
        self._longest = text
        colors.changed.connect(self.update)

    def show_line(self, text: str, *, lit: bool, out: bool) -> None:
        """Shows the line: lit where we are, struck out where it is left out."""
        self.lit, self.out = lit, out
        self.setText(text)
        font = fonts.fixed(0.92)
        font.setBold(lit)
        font.setStrikeOut(out)
        self.setFont(font)
        self.update()

    def sizeHint(self) -> QSize:
        font = fonts.fixed(0.92)
        font.setBold(True)
        metrics = QFontMetrics(font)
        return QSize(metrics.horizontalAdvance(f"▸ {self._longest} "), metrics.height() + 5)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.lit or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color("accent", 0.14 if self.lit else 0.07))
            painter.drawRoundedRect(box, 3, 3)
        if self.hasFocus():
            painter.setPen(palette.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 3, 3)
        painter.setFont(self.font())
        painter.setPen(palette.color("accent" if self.lit else "error" if self.out else "text"))
        step = self.fontMetrics().horizontalAdvance("▸ ")
        at = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(step, 0, 0, 0), at, self.text())
        if self.lit:
            arrow = self.font()
            arrow.setStrikeOut(False)
            painter.setFont(arrow)
            painter.drawText(self.rect().adjusted(2, 0, 0, 0), at, "▸")
        painter.end()
