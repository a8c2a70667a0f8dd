"""After a loss of power a saved file is old or new, and after "saved" it is new."""

from pathlib import Path

import pytest

from nnbuilder.project.atomic import write_atomic
from nnbuilder.project.text import dump_project, parse_project
from tests.project.power_loss import PowerLoss, Watched
from tests.project.samples import everything, long_chain, starter

OLD = dump_project(starter()).encode()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that really is there, as the save asks the system for its permissions."""
    path = tmp_path / "a.nnb"
    path.write_bytes(OLD)
    return path


def test_a_crash_leaves_the_old_or_the_new_project(target: Path) -> None:
    count = 0
    for size in (0, 10, 60, 200, 500, 800):
        new = dump_project(long_chain(size) if size else everything()).encode()
        files = Watched({"a.nnb": OLD})
        write_atomic(target, new, backup=True, files=files)
        states = files.states + list(files.crash_states())
        assert {state["a.nnb"] for state in states} == {OLD, new}
        assert {state.get("a.nnb.bak") for state in states} == {None, OLD}
        count += len(states)
        parse_project(new)
    assert count >= 5000


def test_what_was_called_saved_is_new(target: Path) -> None:
    new = dump_project(everything()).encode()
    files = PowerLoss({"a.nnb": OLD})
    write_atomic(target, new, backup=True, files=files)
    assert list(files.crash_states()) == [{"a.nnb": new, "a.nnb.bak": OLD}]


class Careless(Watched):
    """A save that forgets to sync its bytes."""

    def sync(self, file: int) -> None:
        """Does nothing."""


def test_the_model_sees_a_save_that_does_not_sync(target: Path) -> None:
    new = dump_project(everything()).encode()
    files = Careless({"a.nnb": OLD})
    write_atomic(target, new, backup=True, files=files)
    assert {state["a.nnb"] for state in files.states} > {OLD, new}
