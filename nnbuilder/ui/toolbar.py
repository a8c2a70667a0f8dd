"""The bar at the top: file, undo, training, and where the training stands."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QVBoxLayout, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.session.session import Session
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.buttons import BarButton, Pill
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet

_GROUPS = (
    (("file.new", ""), ("file.open", ""), ("file.save", "")),
    (("edit.undo", ""), ("edit.redo", "")),
    (
        ("train.start", "train"),
        ("train.pause", "pause"),
        ("train.step", "step"),
        ("train.stop", "stop"),
        ("train.rewind", "rewind"),
    ),
)
_ALSO = {"train.start": ("Train", "Resume")}
"""The texts of actions that change theirs."""

_WIDEST_LOSS = "loss 8.88e+88  val 8.88e+88"
_SHOW_MS = 100


class TopBar(QToolBar):
    """Buttons for the most used actions, then the state of the run."""

    def __init__(self, actions: Mapping[str, QAction], session: Session, parent: QWidget) -> None:
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFloatable(False)
        self.toggleViewAction().setText("Toolbar")
        self.state = RunState(session.run, session.document)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(8, 5, 8, 6)
        layout.setSpacing(6)
        for group in _GROUPS:
            for name, image in group:
                primary, also = name == "train.start", _ALSO.get(name, ())
                layout.addWidget(BarButton(actions[name], image, primary=primary, also=also))
            layout.addSpacing(10)
        layout.addWidget(self.state, 1)
        self.addWidget(row)
        row.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.setFixedHeight(self.fontMetrics().height() * 2 + 13)
        colors.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), palette.color("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, palette.color("border"))
        painter.end()


class RunState(QWidget):
    """Epoch and progress, loss and metric, and the pill with device and seed."""

    def __init__(self, run: Run, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._document = document
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_SHOW_MS)
        self._due.timeout.connect(self.refresh)
        self.epoch = heading("")
        self.bar = ProgressLine()
        self.losses = TintedLabel("", "text")
        self.metrics = quiet()
        self.pill = Pill("bar.pill", "Device and seed of the training: shows how the network is trained")
        self._lay_out()
        run.progressed.connect(self._soon)
        run.state_changed.connect(self.refresh)
        run.epoch_ended.connect(self._soon)
        document.changed.connect(self.refresh)
        document.replaced.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the run as it is now."""
        run, training = self._run, self._document.project.training
        epochs = run.epochs or training.epochs
        total = run.epochs * run.steps_per_epoch
        self.epoch.setText(f"Epoch {run.epoch_of(run.step):,} / {epochs:,}")
        self.epoch.setFixedWidth(max(_width(self.epoch, f"Epoch {epochs:,} / {epochs:,}"), self.bar.width()))
        self.bar.show_share(run.step / total if total else 0.0)
        self.losses.setText(self._loss_line())
        line = self._metric_line()
        self.metrics.setText(line)
        self.metrics.setVisible(bool(line))
        self.pill.show_text(f"{training.device.upper()} · seed {training.seed}")

    def _soon(self) -> None:
        if not self._due.isActive():
            self._due.start()

    def _loss_line(self) -> str:
        values = self._run.losses.values
        if not len(values):
            return {"starting": "starting …", "idle": "not trained yet"}.get(self._run.state, "")
        last = next((row.validation_loss for row in reversed(self._run.validation)), None)
        line = f"loss {short(float(values[-1]))}"
        return line if last is None else f"{line}  val {short(last)}"

    def _metric_line(self) -> str:
        if not self._run.validation:
            return ""
        value = self._run.validation[-1].validation_metric
        if value is None:
            return ""
        if self._run.metric == "accuracy":
            return f"accuracy {value * 100:.1f} %"
        return f"R² {value:.3f}"

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, parts in ((left, (self.epoch, self.bar)), (right, (self.losses, self.metrics))):
            column.setSpacing(3)
            column.setContentsMargins(0, 0, 0, 0)
            column.addStretch(1)
            for part in parts:
                column.addWidget(part)
            column.addStretch(1)
        self.epoch.setObjectName("bar.epoch")
        self.losses.setObjectName("bar.losses")
        self.metrics.setObjectName("bar.metric")
        self.losses.setFont(fonts.scaled(0.98))
        self.losses.setFixedWidth(_width(self.losses, _WIDEST_LOSS))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(left)
        layout.addLayout(right)
        layout.addWidget(self.pill)
        layout.addStretch(1)


class ProgressLine(QWidget):
    """A thin bar that fills with the training."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setObjectName("bar.progress")
        self.setAccessibleName("Progress of the training")
        self.setToolTip("How much of the training is done")
        self.setFixedSize(130, 5)
        colors.changed.connect(self.update)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self._share

    def show_share(self, share: float) -> None:
        """Fills to a share from 0 to 1."""
        if share != self._share:
            self._share = min(max(share, 0.0), 1.0)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, token in ((1.0, "border"), (self._share, "accent")):
            painter.setBrush(palette.color(token))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * share, self.height()), 2.5, 2.5)
        painter.end()


def _width(label: QLabel, text: str) -> int:
    return label.fontMetrics().horizontalAdvance(text)
