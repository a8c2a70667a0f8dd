"""Two ways to talk with one process of the engine, alike to whoever uses them."""

from abc import abstractmethod

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.messages import Request


class Channel(QObject):
    """A line to one process: requests go in, `received` brings events with their arrays, `closed` comes once.

    `closed` carries one sentence on how the process ended, empty where nothing is known.
    """

    received = Signal(object, object)
    closed = Signal(str)

    @property
    def pid(self) -> int:
        """The process id, 0 while it is not known."""
        return 0

    @abstractmethod
    def send(self, request: Request) -> None:
        """Says something to the process; silently lost once the line is closed."""

    @abstractmethod
    def terminate(self) -> None:
        """Asks the operating system to end the process, which may still write a checkpoint."""

    @abstractmethod
    def kill(self) -> None:
        """Ends the process at once."""

    @abstractmethod
    def close(self) -> None:
        """Hangs up without a word; `closed` is not emitted."""

    @abstractmethod
    def finish(self) -> None:
        """Asks the process to leave, waits a little, ends it by force if need be, and hangs up."""
