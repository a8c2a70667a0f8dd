"""The bar at the bottom: the engine, whether the file is saved, speed and data."""

import time

from PySide6.QtCore import QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStatusBar, QWidget

from nnbuilder.session.engine import Engine
from nnbuilder.session.session import Session
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet

FAINT = "faint"
_REFRESH_MS = 1000
_SAID_MS = 8000
_ENGINE = {
    "starting": ("Engine starting …", "warning"),
    "ready": ("Engine ready", "ok"),
    "busy": ("Engine working", "ok"),
    "lost": ("Engine lost, starting another …", "error"),
    "stopped": ("Engine stopped: Train menu, Restart engine", "error"),
}


class StatusBar(QStatusBar):
    """Follows the session; sentences from elsewhere have a place of their own for a while."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._saved_at: float | None = None
        self.dot = Dot()
        self.engine = quiet()
        self.saved = quiet()
        self.message = ElidedLabel("", "text")
        self.facts = quiet()
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(_SAID_MS)
        self._silence.timeout.connect(lambda: self._show_message(""))
        self._lay_out()
        session.engine.state_changed.connect(self.refresh)
        session.engine.responding_changed.connect(self.refresh)
        session.run.state_changed.connect(self.refresh)
        session.analysis.updated.connect(self.refresh)
        session.document.clean_changed.connect(self.refresh)
        session.document.saved.connect(self._saved)
        session.document.returned.connect(self._silence_now)
        session.document.replaced.connect(self._replaced)
        session.warned.connect(self.say)
        self._timer.start()
        self.refresh()

    def say(self, text: str) -> None:
        """Shows a sentence for some seconds, beside all that is shown anyway."""
        self._show_message(text)
        self._silence.start()

    def refresh(self) -> None:
        """Shows everything as it is now."""
        self._show_engine(self._session.engine)
        self.saved.setText(self._saved_line())
        self.facts.setText(self._facts_line())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, colors.current().color("border"))
        painter.end()

    def _show_message(self, text: str) -> None:
        self.message.setText(text)
        self.message.setToolTip(text)

    def _show_engine(self, engine: Engine) -> None:
        text, token = _ENGINE[engine.state]
        if not engine.responding:
            text, token = "Engine does not answer", "warning"
        version = engine.versions.get("torch", "")
        torch = [f"torch {version.partition('+')[0]}"] if version else []
        parts = [text, *torch, *engine.devices[:1]]
        self.engine.setText(" · ".join(parts))
        self.engine.setToolTip(engine.message)
        self.dot.show_token(token)

    def _saved_line(self) -> str:
        document = self._session.document
        if not document.clean:
            return "Unsaved changes"
        if document.path is None:
            return "Not saved yet"
        if self._saved_at is None:
            return "Saved"
        minutes = int((time.monotonic() - self._saved_at) / 60)
        return "Saved just now" if minutes < 1 else f"Saved {minutes} min ago"

    def _facts_line(self) -> str:
        run, profile = self._session.run, self._session.analysis.profile
        parts = [f"{run.rate:,.0f} steps/s"] if run.state == "running" and run.rate else []
        if profile is not None:
            size = "×".join(str(part) for part in profile.shape)
            parts.append(f"{profile.title} {profile.rows:,} × {size}")
            split = f"train {profile.training:,} / validation {profile.validation:,}"
            parts.append(split + (f" / test {profile.test:,}" if profile.test else ""))
        return " · ".join(parts)

    def _saved(self) -> None:
        self._saved_at = time.monotonic()
        self.refresh()

    def _silence_now(self) -> None:
        """Takes a sentence away that an undo or redo may have made untrue."""
        self._silence.stop()
        self._show_message("")

    def _replaced(self) -> None:
        self._saved_at = None
        self.refresh()

    def _lay_out(self) -> None:
        self.setObjectName("status")
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        for name, label, heard in (
            ("status.engine", self.engine, "Engine"),
            ("status.saved", self.saved, "File"),
            ("status.message", self.message, "Message"),
            ("status.facts", self.facts, "Data"),
        ):
            label.setObjectName(name)
            label.setAccessibleName(heard)
        self.saved.setMinimumWidth(120)
        self.addWidget(self.dot)
        self.addWidget(self.engine)
        self.addWidget(_Gap(60))
        self.addWidget(self.saved)
        self.addWidget(self.message, 1)
        self.addPermanentWidget(self.facts)


class Dot(QWidget):
    """A small disc in the colour of a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.token = FAINT
        self.setFixedSize(14, 14)
        colors.changed.connect(self.update)

    def show_token(self, token: str) -> None:
        """Takes another colour."""
        if token != self.token:
            self.token = token
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color(self.token))
        painter.drawEllipse(QPointF(7, 7.5), 4.0, 4.0)
        painter.end()


class _Gap(QWidget):
    """Keeps two texts apart."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def sizeHint(self) -> QSize:
        return QSize(self._width, 1)
