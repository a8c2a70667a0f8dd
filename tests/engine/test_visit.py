"""Looking at past moments, held against a training that stands there."""

import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.sender import Sender
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.visit import Visitor, serve_visits
from nnbuilder.engine.weights import read_weights
from nnbuilder.protocol.codec import encode_frame, event_reader
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import Control, Event, Failed, StartRun, Visit, Visited
from nnbuilder.protocol.predictions import Boundary
from nnbuilder.runs.moments import Moment, list_moments
from tests.engine.samples import data_of, make_project

PROJECT = make_project(epochs=4)


class Eyes:
    """Keeps what is said, and steers a run to its end step by step."""

    def __init__(self) -> None:
        self.said: list[tuple[Event | LiveReport, Sequence[NDArray[np.generic]]]] = []

    def __call__(self, message: Event | LiveReport, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.said.append((message, arrays))

    def poll(self, timeout: float) -> Control | None:
        """A step where the run waits."""
        return Control("", "step") if timeout > 0 else None


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> tuple[Moment, ...]:
    """The moments of a run of 20 steps, one after each."""
    folder, eyes = tmp_path_factory.mktemp("runs") / "run", Eyes()
    train_run(PROJECT, data_of(PROJECT), folder, eyes, eyes, Start(paused=True))
    found = list_moments(folder)
    assert [moment.step for moment in found] == list(range(21))
    return found


@pytest.mark.parametrize("step", [0, 7, 20])
def test_a_moment_shows_what_the_training_had_then(moments: tuple[Moment, ...], step: int) -> None:
    eyes = Eyes()
    visitor = Visitor(Trainer(PROJECT, data_of(PROJECT)), eyes, "v")
    visitor.show(Visit("v", str(moments[13].path)))
    visitor.show(Visit("v", str(moments[step].path)))

    trainer = Trainer(PROJECT, data_of(PROJECT))
    for _ in range(step):
        next(trainer.steps())
    message, (counts, edges, figures) = eyes.said[-1]
    assert isinstance(message, Visited)
    assert (message.step, message.epoch, message.rate) == (step, step // 5, 0.01)
    assert message.validation["loss"] == trainer.evaluate("validation").loss
    assert message.train["accuracy"] == trainer.evaluate("train").metric
    for place, (_, layer) in enumerate(trainer.layers):
        values = np.concatenate([one.detach().numpy().ravel() for one in layer.parameters()]).astype(float)
        assert figures[place].tolist() == pytest.approx(
            [values.mean(), values.std(), np.linalg.norm(values)], rel=1e-6, abs=1e-8
        )
        wanted, _ = np.histogram(values, 64, range=(float(edges[place][0]), float(edges[place][1])))
        assert counts[place].sum() == wanted.sum() == len(values)


def test_reports_of_then_come_with_the_moment(moments: tuple[Moment, ...]) -> None:
    eyes = Eyes()
    visitor = Visitor(Trainer(PROJECT, data_of(PROJECT)), eyes, "v")
    for step in (3, 18, 3):
        visitor.show(Visit("v", str(moments[step].path), ("Boundary",)))

    seen = [(said.step, arrays[0]) for said, arrays in eyes.said if isinstance(said, Boundary)]
    assert [step for step, _ in seen] == [3, 18, 3]
    np.testing.assert_array_equal(seen[0][1], seen[2][1])
    assert not np.array_equal(seen[0][1], seen[1][1])


def test_what_cannot_be_shown_is_told_and_the_next_is_shown(
    moments: tuple[Moment, ...], tmp_path: Path
) -> None:
    broken = tmp_path / "moments" / moments[2].path.name
    broken.parent.mkdir()
    broken.write_bytes(moments[2].path.read_bytes()[:-1])
    eyes = Eyes()
    visitor = Visitor(Trainer(PROJECT, data_of(PROJECT)), eyes, "v")
    visitor.show(Visit("v", str(broken)))
    visitor.show(Visit("v", str(tmp_path / "moments" / "gone.safetensors")))
    visitor.show(Visit("v", str(moments[2].path)))

    damaged, gone, shown = (said for said, _ in eyes.said)
    assert isinstance(damaged, Failed)
    assert "damaged" in damaged.message
    assert isinstance(gone, Failed)
    assert "No such file" in gone.message
    assert isinstance(shown, Visited)


def test_the_weights_of_a_moment_can_be_stored_for_the_project(
    moments: tuple[Moment, ...], tmp_path: Path
) -> None:
    eyes = Eyes()
    Visitor(Trainer(PROJECT, data_of(PROJECT)), eyes, "v").show(
        Visit("v", str(moments[7].path), (), str(tmp_path))
    )
    shown, _ = eyes.said[-1]
    assert isinstance(shown, Visited)

    taken = Trainer(PROJECT, data_of(PROJECT), read_weights(tmp_path, shown.sha256))
    there = Trainer(PROJECT, data_of(PROJECT))
    for _ in range(7):
        next(there.steps())
    assert taken.notices == ()
    assert weights_sha256(taken.model.state_dict()) == weights_sha256(there.model.state_dict())


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Both ends of a line."""
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_of_several_moments_that_wait_the_last_is_shown(
    moments: tuple[Moment, ...], line: tuple[socket.socket, socket.socket]
) -> None:
    near, far = line
    for step in (1, 2, 3):
        near.sendall(encode_frame(Visit("v", str(moments[step].path))))
    near.shutdown(socket.SHUT_WR)
    request = StartRun("v", PROJECT, str(moments[0].path.parent.parent), visit=True)
    server = threading.Thread(
        target=serve_visits, args=(request, data_of(PROJECT), Inbox(far), Sender(far.fileno()))
    )
    server.start()
    server.join(60)
    far.shutdown(socket.SHUT_WR)
    reader, seen = event_reader(), []
    while data := near.recv(2**16):
        seen += [message.step for message, _ in reader.feed(data) if isinstance(message, Visited)]

    assert seen == [3]
