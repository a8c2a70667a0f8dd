"""The loop as code, right and with mistakes: the lines that differ stand out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import Mistake
from nnbuilder.ui.common import colors, fonts

_PAD = 8.0


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a loop; `wrong` where it is not that of the right loop."""

    text: str
    wrong: bool = False


def loop_lines(project: Project, mistakes: Collection[Mistake] = ()) -> tuple[CodeLine, ...]:
    """The training loop of a project in short, with mistakes in it."""
    training = project.training
    rate = training.optimizer_args.get("lr")
    given = float(rate) if isinstance(rate, float | int) else None
    lr = "lr" if given is None else f"{given * 100:.6g}" if "lr" in mistakes else f"{given:.6g}"
    lr = f"{lr} * 100" if given is None and "lr" in mistakes else lr
    squeeze = ".sigmoid()" if _binary(project) else ".softmax(dim=1)"
    squeeze = squeeze if "softmax" in mistakes else ""

    def line(text: str, mistake: Mistake, instead: str | None = None) -> CodeLine:
        made = mistake in mistakes
        wrong = f"{text[: len(text) - len(text.lstrip())]}# {text.strip()}" if instead is None else instead
        return CodeLine(wrong if made else text, made)

    scaled = "x = (x - mean) / std" if project.data.standardize else "# x = (x - mean) / std"
    return (
        line(scaled, "standardize"),
        CodeLine(f"optimizer = {training.optimizer}(parameters, lr={lr})", "lr" in mistakes),
        CodeLine("for epoch in range(epochs):"),
        line("    order = randperm(len(x))", "shuffle", "    order = arange(len(x))"),
        CodeLine("    model.train()"),
        CodeLine(f"    for rows in order.split({training.batch_size}):"),
        line("        optimizer.zero_grad()", "zero_grad"),
        CodeLine(f"        output = model(x[rows]){squeeze}", bool(squeeze)),
        CodeLine("        loss_fn(output, y[rows]).backward()"),
        CodeLine("        optimizer.step()"),
        line("    model.eval()", "eval"),
        CodeLine(f"    loss_fn(model(x_val){squeeze}, y_val)", bool(squeeze)),
    )


class CodeView(QWidget):
    """Shows a loop; what is wrong in it has the colour of errors."""

    def __init__(self, name: str, title: str, token: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(f"{title}: lines that differ from the right loop stand out")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title = title
        self._token = token
        self.lines: tuple[CodeLine, ...] = ()
        colors.changed.connect(self.update)

    def show_lines(self, lines: Sequence[CodeLine]) -> None:
        """Shows other lines."""
        self.lines = tuple(lines)
        self.setAccessibleDescription("\n".join(one.text for one in lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round((len(self.lines) + 1.3) * self._height() + 2 * _PAD))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    def _height(self) -> float:
        return QFontMetricsF(fonts.fixed(0.86)).height() + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, step = colors.current(), self._height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("border"))
        painter.setBrush(palette.color("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        at = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(fonts.scaled(0.92, bold=True))
        painter.setPen(palette.color(self._token))
        painter.drawText(QRectF(_PAD, _PAD - 3, self.width() - 2 * _PAD, step * 1.2), at, self.title)
        painter.setFont(fonts.fixed(0.86))
        for number, line in enumerate(self.lines):
            box = QRectF(_PAD, _PAD + (number + 1.3) * step, self.width() - 2 * _PAD, step)
            if line.wrong:
                painter.fillRect(box.adjusted(-3, 0, 3, 0), palette.color("error", 0.13))
            painter.setPen(palette.color("error" if line.wrong else "text"))
            painter.drawText(box, at, line.text)
        painter.end()


def _binary(project: Project) -> bool:
    return any(node.args.get("loss") == "BCEWithLogitsLoss" for node in project.graph.nodes.values())
