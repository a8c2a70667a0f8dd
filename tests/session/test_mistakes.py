"""The window's end of a comparison: what is asked, what comes, and what becomes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import LoopEnd, LoopsAdvanced, LoopsTrained
from nnbuilder.session.document import Document
from nnbuilder.session.mistakes import Mistakes

pytestmark = pytest.mark.usefixtures("qapp")

END = LoopsTrained(1, 2, "accuracy", LoopEnd(0.5), LoopEnd(0.9))


@pytest.fixture
def trained() -> Iterator[Mistakes]:
    """A comparison that has begun; its process is ended with it."""
    made = Mistakes(Document(Project()), lambda: Path("/runs"))
    made.start(frozenset(("lr", "zero_grad")))
    yield made
    made.clear()


def test_mistakes_are_made_in_the_order_of_their_list(trained: Mistakes) -> None:
    assert trained.made == ("zero_grad", "lr")
    assert trained.active
    assert trained.project == Project()


def test_courses_grow_and_end(trained: Mistakes) -> None:
    heard: list[int] = []
    trained.changed.connect(lambda: heard.append(len(trained.right.losses)))
    trained.task.advanced.emit(LoopsAdvanced((1.0,), (2.0,), (), ()))
    trained.task.advanced.emit(LoopsAdvanced((0.5, 0.4), (None,), (0.7,), (0.8,)))
    assert trained.right.losses == [1.0, 0.5, 0.4]
    assert trained.wrong.losses == [2.0, None]
    assert (trained.right.validation, trained.wrong.validation) == ([0.7], [0.8])
    assert trained.end is None
    trained.task.answered.emit(END)
    assert trained.end == END
    assert heard == [1, 3, 3]


def test_what_is_stopped_stays_and_a_new_start_forgets_it(trained: Mistakes) -> None:
    trained.task.advanced.emit(LoopsAdvanced((1.0,), (2.0,), (), ()))
    trained.stop()
    assert not trained.active
    assert trained.trouble.startswith("Stopped")
    assert trained.right.losses == [1.0]
    trained.stop()
    trained.start(frozenset(("eval",)))
    assert (trained.made, trained.right.losses, trained.trouble) == (("eval",), [], "")


def test_a_failure_is_a_sentence(trained: Mistakes) -> None:
    trained.task.failed.emit("The drawing is not one chain.")
    assert trained.trouble == "The drawing is not one chain."
