"""A process that is there once it is needed: started by the first request, again after it was lost."""

from PySide6.QtCore import QObject

from nnbuilder.protocol.messages import Heartbeat, Shutdown
from nnbuilder.session.channel import Channel
from nnbuilder.session.own_process import OwnProcess
from tests.fakes import FakeLine


class Desk:
    """A process of one's own, the lines that it has opened, and what came of it."""

    def __init__(self) -> None:
        self.lines: list[FakeLine] = []
        self.owner = QObject()
        self.process = OwnProcess(self.owner, opener=self._open)
        self.heard: list[object] = []
        self.lost: list[str] = []
        self.process.received.connect(lambda message, _arrays: self.heard.append(message))
        self.process.lost.connect(self.lost.append)

    def _open(self, parent: QObject) -> Channel:
        self.lines.append(FakeLine(parent))
        return self.lines[-1]


def test_the_first_request_starts_one_process() -> None:
    desk = Desk()
    assert not desk.process.alive
    desk.process.send(Shutdown())
    desk.process.start()
    desk.process.send(Shutdown())
    assert [line.sent for line in desk.lines] == [[Shutdown(), Shutdown()]]
    desk.lines[0].received.emit(Heartbeat(), ())
    assert desk.heard == [Heartbeat()]


def test_after_a_loss_the_next_request_starts_another() -> None:
    desk = Desk()
    desk.process.send(Shutdown())
    desk.lines[0].closed.emit("It was killed.")
    assert (desk.lost, desk.process.alive) == (["It was killed."], False)
    desk.process.send(Shutdown())
    assert len(desk.lines) == 2


def test_nothing_is_heard_after_the_close() -> None:
    desk = Desk()
    desk.process.send(Shutdown())
    desk.process.close()
    desk.lines[0].received.emit(Heartbeat(), ())
    desk.lines[0].closed.emit("")
    assert (desk.lines[0].shut, desk.heard, desk.lost) == (True, [], [])
    desk.process.close()
