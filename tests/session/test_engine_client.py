"""The client starts, watches, restarts and ends its process; here a stand-in without torch."""

import os
import signal
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.data.spec import DataSpec
from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import DataLoaded, Event, Heartbeat, LoadData, Probing, StartRun
from nnbuilder.session import engine_client
from nnbuilder.session.engine_client import CRASHES, EngineClient

STUB = "tests.session.stub_engine"


class Desk:
    """A client with what it said."""

    def __init__(self) -> None:
        self.client = EngineClient(module=STUB)
        self.states: list[str] = []
        self.heard: list[Event] = []
        self.client.state_changed.connect(self.states.append)
        self.client.received.connect(self._hear)

    def _hear(self, message: Event, arrays: Arrays) -> None:
        assert arrays == ()
        self.heard.append(message)

    def order(self, what: str) -> None:
        """Makes the process misbehave."""
        self.client.send(LoadData(self.client.next_id(), DataSpec(), folder=what))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk()
    desk.client.start()
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    yield desk
    desk.client.shutdown()
    assert desk.client.pid == 0


def test_it_starts_and_says_what_the_engine_is(desk: Desk) -> None:
    assert desk.states == ["starting", "ready"]
    assert desk.client.versions == {"torch": "none"}
    assert desk.client.devices == ("cpu",)


def test_a_request_makes_it_busy_until_the_answer(desk: Desk, qtbot: QtBot) -> None:
    desk.order("")
    assert desk.client.state == "busy"
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    assert any(isinstance(message, DataLoaded) for message in desk.heard)


@pytest.mark.parametrize("how", ["die", "garbage"])
def test_what_ends_the_engine_brings_another(desk: Desk, qtbot: QtBot, how: str) -> None:
    first = desk.client.pid
    desk.order(how)
    qtbot.waitUntil(lambda: desk.client.state == "lost")
    assert "starts again" in desk.client.message
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    assert desk.client.pid not in {0, first}
    assert desk.client.message == ""


def test_after_three_crashes_it_stops_and_says_so(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "CRASH_WINDOW_S", 1000.0)
    for crash in range(CRASHES):
        qtbot.waitUntil(lambda: desk.client.state == "ready")
        goal = {"lost"} if crash < CRASHES - 1 else {"stopped"}
        with qtbot.waitSignal(desk.client.state_changed, check_params_cb=goal.__contains__):
            os.kill(desk.client.pid, signal.SIGKILL)
    assert "3 times" in desk.client.message
    desk.order("")
    desk.client.start()
    qtbot.waitUntil(lambda: desk.client.state == "ready")


def test_a_silent_engine_is_noticed_and_given_up(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnbuilder.session.watchdog.LIMIT_S", 1.5)
    monkeypatch.setattr(engine_client, "WORK_LIMIT_S", 2.5)
    answers: list[bool] = []
    desk.client.responding_changed.connect(answers.append)
    desk.order("hang")
    qtbot.waitUntil(lambda: answers == [False])
    assert desk.client.state == "busy"
    qtbot.waitUntil(lambda: desk.client.state == "lost")
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    assert answers[:2] == [False, True]


def test_an_engine_that_loads_the_data_of_a_run_is_not_given_up(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "LIMIT_S", 1.5)
    channel = desk.client.open_run(StartRun("r", Project(), ""))
    qtbot.wait(2500)
    assert desk.states == ["starting", "ready", "busy"]
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    channel.close()


def test_an_engine_that_says_that_it_works_is_not_given_up(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "LIMIT_S", 1.5)
    desk.order("work")  # it has answered, and is silent for three seconds
    qtbot.waitUntil(lambda: any(isinstance(message, DataLoaded) for message in desk.heard))
    desk.heard.clear()
    qtbot.waitUntil(lambda: Heartbeat() in desk.heard, timeout=6000)
    assert desk.states == ["starting", "ready", "busy", "ready"]


def test_a_layer_that_never_returns_is_given_up_sooner_than_other_work(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_client, "LIMIT_S", 1.0)
    desk.order("probe")
    qtbot.waitUntil(lambda: desk.client.state == "lost")
    assert any(isinstance(message, Probing) for message in desk.heard)


def test_the_end_of_a_long_log_is_kept(desk: Desk, qtbot: QtBot) -> None:
    desk.order("chatter")
    qtbot.waitUntil(lambda: desk.client.log.endswith("the last words"))
    assert len(desk.client.log) <= 64 * 1024


def test_a_frozen_process_is_ended_with_the_window(desk: Desk) -> None:
    os.kill(desk.client.pid, signal.SIGSTOP)
    desk.client.shutdown()
    assert desk.states[-1] == "stopped"


def test_another_protocol_is_refused(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUB_PROTOCOL", "99")
    client = EngineClient(module=STUB)
    client.start()
    qtbot.waitUntil(lambda: client.state == "stopped")
    assert "protocol 99" in client.message


def test_restart_brings_a_fresh_engine(desk: Desk, qtbot: QtBot) -> None:
    first = desk.client.pid
    desk.client.restart()
    qtbot.waitUntil(lambda: desk.client.state == "ready")
    assert desk.client.pid != first
