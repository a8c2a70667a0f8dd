"""Each step of a document is in the recovery log at once and gives the document back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import AddNode, SetArg
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.project.edits import SetSource
from nnbuilder.project.project import Project
from nnbuilder.project.replay import replay
from nnbuilder.session.document import Document
from nnbuilder.session.keeper import Keeper

pytestmark = pytest.mark.usefixtures("qapp")

A = NodeId("a")


@pytest.fixture
def document() -> Document:
    """A document to edit."""
    return Document()


@pytest.fixture
def keeper(document: Document) -> Iterator[Keeper]:
    """A keeper of the document."""
    keeper = Keeper(document)
    yield keeper
    keeper.close()
    assert keeper.file is None


def kept(keeper: Keeper) -> Project | None:
    """What the log gives back."""
    return replay(keeper.file).project if keeper.file else None


def test_an_untouched_document_has_no_log(keeper: Keeper) -> None:
    assert keeper.file is None


def test_edits_merges_undos_and_redos_come_back(document: Document, keeper: Keeper) -> None:
    document.apply(AddNode(Node(A, "Linear")))
    for width in (1, 2, 3):
        document.apply(SetArg(A, "out_features", width))
        assert kept(keeper) == document.project
    for move in (document.undo_stack.undo, document.undo_stack.undo, document.undo_stack.redo):
        move()
        assert kept(keeper) == document.project
    document.undo_stack.setIndex(2)
    document.apply(SetSource("x"))
    assert kept(keeper) == document.project


def test_an_edit_made_while_views_are_told_is_kept_in_order(document: Document, keeper: Keeper) -> None:
    def follow() -> None:
        if document.project.source is None:
            document.apply(SetSource("x"))

    document.changed.connect(follow)
    document.apply(AddNode(Node(A, "Linear")))
    assert kept(keeper) == document.project
    document.undo_stack.setIndex(0)
    assert kept(keeper) == document.project


def test_edits_reach_the_disk_within_about_a_second(
    document: Document, keeper: Keeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.apply(SetSource("x"))
    synced: list[int] = []
    fsync = os.fsync

    def sync(handle: int) -> None:
        synced.append(handle)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", sync)
    document.apply(SetSource("y"))
    qtbot.waitUntil(lambda: len(synced) == 1, timeout=2000)
    assert kept(keeper) == document.project


def test_a_full_disk_is_told_once(
    document: Document, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    keeper.warned.connect(warnings.append)

    def full(_handle: int, _data: bytes) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        document.apply(SetSource("x"))
        document.apply(SetSource("y"))
    assert len(warnings) == 1
    assert "No space left" in warnings[0]
    document.apply(SetSource("z"))
    assert kept(keeper) == document.project


def test_beginning_anew_drops_the_log(document: Document, keeper: Keeper, tmp_path: Path) -> None:
    document.apply(SetSource("x"))
    old = keeper.file
    document.save(tmp_path / "a.nnb")
    keeper.begin()
    assert old is not None
    assert not old.exists()
    assert keeper.file is None
