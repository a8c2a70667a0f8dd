"""The stored runs of a document, read while somebody looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QObject

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import Label, read_label
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.store import RECORD_FILE, create_run, load_record
from nnbuilder.runs.trash import delete_run
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.session.run_list import RunList
from tests.fakes import FakeEngine
from tests.runs.samples import sample_record

pytestmark = pytest.mark.usefixtures("qapp")


class Place:
    """A runs folder with its list; `told` counts how often it changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.document = Document()
        self.run = Run(self.document, FakeEngine(self.document), lambda: self.folder, self.document)
        self.list = RunList(self.document, self.run, lambda: self.folder, self.document)
        self.viewer = QObject()
        self.told = 0
        self.list.changed.connect(self._count)

    def _count(self) -> None:
        self.told += 1

    def make(self, name: str, **changes: Any) -> Path:
        """A run that is over, with one epoch."""
        record = msgspec.structs.replace(sample_record(name), **({"status": "finished"} | changes))
        store = create_run(self.folder / name, record)
        store.columns.add_epochs([EpochRow(1, 5, 1.0, 0.5, 2.0, 0.25)])
        store.close()
        return self.folder / name

    @property
    def listed(self) -> list[str]:
        """The names of the runs that were read."""
        return [run.record.id for run in self.list.runs]

    def look(self) -> list[str]:
        """Reads all, and answers what is listed."""
        self.list.look(self.viewer)
        self.list.refresh()
        self.list.settle()
        return self.listed


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty runs folder."""
    found = Place(tmp_path / "one.runs")
    yield found
    found.list.look_away(found.viewer)
    found.run.shutdown()


def test_nothing_is_read_until_somebody_looks(place: Place) -> None:
    place.make("a")
    place.list.refresh()
    assert not place.list.reading
    assert place.listed == []

    assert place.look() == ["a"]
    place.list.look_away(place.viewer)
    place.make("b")
    place.list.refresh()
    place.list.settle()
    assert place.listed == ["a"]


def test_what_another_program_does_is_followed(place: Place) -> None:
    first = place.make("a")
    assert place.look() == ["a"]
    place.make("b", created="2026-01-02T00:00:00+00:00")
    assert place.look() == ["b", "a"]
    told = place.told
    place.look()
    assert place.told == told  # nothing new, nothing said

    delete_run(first)
    assert place.look() == ["b"]
    (place.folder / "b" / RECORD_FILE).write_text("{")
    assert place.look() == []
    assert "is not the record of a run" in place.list.unreadable[0]


def test_another_document_has_other_runs(place: Place, tmp_path: Path) -> None:
    place.make("a")
    assert place.look() == ["a"]
    place.folder = tmp_path / "two.runs"
    place.make("b")
    assert place.look() == ["b"]


def test_a_label_is_kept_and_the_record_untouched(place: Place) -> None:
    folder = place.make("a")
    place.look()
    before = (folder / RECORD_FILE).read_bytes()

    place.list.relabel(folder, Label("Best", ("x",)))

    assert place.list.runs[0].label == Label("Best", ("x",)) == read_label(folder)
    assert (folder / RECORD_FILE).read_bytes() == before
    with pytest.raises(RunFolderError):
        place.list.relabel(place.folder / "none", Label("x"))


def test_delete_and_put_back(place: Place) -> None:
    folder, running = place.make("a"), place.make("b", status="running")
    assert sorted(place.look()) == ["a", "b"]

    deleted, why = place.list.delete([folder, running])

    assert [run.record.id for run in place.list.runs] == ["b"]
    assert [one.home for one in deleted] == [folder]
    assert len(why) == 1
    assert "stop it first" in why[0]
    assert place.list.trash == deleted
    assert place.list.restore(deleted) == ()
    assert sorted(run.record.id for run in place.list.runs) == ["a", "b"]
    assert load_record(folder).status == "finished"
    assert "not put back" in place.list.restore(deleted)[0]


def test_a_run_that_is_deleted_while_all_are_read_is_no_damage(place: Place) -> None:
    place.make("a")
    place.make("b")
    place.list.look(place.viewer)
    place.list.delete([place.folder / "a"])
    place.list.settle()
    assert (place.listed, place.list.unreadable) == (["b"], ())


def test_the_trash_is_emptied_for_good(place: Place) -> None:
    folder = place.make("a")
    place.look()
    ((deleted,), _) = place.list.delete([folder])
    assert place.list.empty() == ()
    assert place.list.trash == ()
    assert not deleted.path.exists()


def test_a_run_is_found_by_folder_and_by_name(place: Place) -> None:
    folder = place.make("a")
    place.look()
    found = place.list.run_in(folder)
    assert found is not None
    assert found is place.list.named("a")
    assert place.list.named("b") is None
