"""An empty drawing says what can be done with it, until something is drawn."""

from nnbuilder.project.project import Project
from tests.ui.canvas.conftest import Desk


def test_it_is_there_while_nothing_is_drawn(desk: Desk) -> None:
    invitation = desk.view.invitation
    assert not invitation.isVisible()
    desk.document.new(Project())
    assert invitation.isVisible()
    assert invitation.width() > desk.view.width() * 0.8
    desk.view.operations.append_layer("Linear")
    assert not invitation.isVisible()
    desk.document.undo_stack.undo()
    assert invitation.isVisible()
