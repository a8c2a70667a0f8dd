"""The training loop as lines of code, the current one lit."""

from PySide6.QtWidgets import QFrame, QVBoxLayout

from nnbuilder.protocol.microscope import Stage
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.labels import TintedLabel

LINES: tuple[tuple[str, Stage | None], ...] = (
    ("optimizer.zero_grad()", None),
    ("output = model(x)", "forward"),
    ("loss = loss_fn(output, y)", "loss"),
    ("loss.backward()", "backward"),
    ("optimizer.step()", "update"),
)
"""The loop, and the stage that each line is."""


class LoopView(QFrame):
    """Shows where in the loop a stage is."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("microscope_loop")
        self.setAccessibleName("The training loop")
        self.setToolTip("One step of training in PyTorch's words; the arrow shows where you are")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 2, 8, 2)
        rows.setSpacing(3)
        self.labels = [TintedLabel(text, "muted") for text, _ in LINES]
        for label in self.labels:
            rows.addWidget(label)
        rows.addStretch()
        self.show_stage("forward")

    def show_stage(self, stage: Stage) -> None:
        """Lights the line of a stage."""
        for label, (text, own) in zip(self.labels, LINES, strict=True):
            lit = own == stage
            label.setText(("▸ " if lit else "  ") + text)
            label.set_token("accent" if lit else "muted")
            font = fonts.fixed(0.92)
            font.setBold(lit)
            label.setFont(font)
