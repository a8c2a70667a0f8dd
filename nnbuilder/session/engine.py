"""What the rest of a session sees of the engine, be it a process or a stand-in."""

from abc import abstractmethod
from typing import Literal

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.messages import Request, StartRun
from nnbuilder.session.channel import Channel

EngineState = Literal["starting", "ready", "busy", "lost", "stopped"]


class Engine(QObject):
    """The warm engine as its users see it.

    `state_changed` carries "starting", "ready", "busy" (a request is open), "lost" (ended by itself, another
    is about to start) or "stopped" (for good, until `start`). `received` carries a message and its arrays;
    the message `Ready` means that a fresh engine knows nothing yet.
    """

    state_changed = Signal(str)
    received = Signal(object, object)
    responding_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: EngineState = "stopped"
        self._last_id = 0
        self.versions: dict[str, str] = {}
        self.devices: tuple[str, ...] = ()
        self.missing: dict[str, str] = {}
        """Kinds of devices that cannot be used, with the reason."""
        self.message = ""
        """One sentence on why the engine was lost or stopped, empty while all is well."""

    @property
    def state(self) -> EngineState:
        """What the engine is doing."""
        return self._state

    @property
    def responding(self) -> bool:
        """Whether the engine was heard of lately."""
        return True

    @property
    def log(self) -> str:
        """The end of the engine's error output, for a report."""
        return ""

    def next_id(self) -> int:
        """A fresh id for a request."""
        self._last_id += 1
        return self._last_id

    @abstractmethod
    def start(self) -> None:
        """Starts the engine unless it runs."""

    @abstractmethod
    def restart(self) -> None:
        """Ends the engine and starts another."""

    @abstractmethod
    def send(self, request: Request) -> None:
        """Says something to the engine; lost where none runs: users begin anew at `Ready`."""

    @abstractmethod
    def open_run(self, request: StartRun) -> Channel:
        """Starts a run in a process of its own and gives the line to it."""

    @abstractmethod
    def shutdown(self) -> None:
        """Ends the engine for good, at once or soon."""

    def _set_state(self, state: EngineState) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)
