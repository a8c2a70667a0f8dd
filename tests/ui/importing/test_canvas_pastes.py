"""The corpus of pastes on the canvas: taken, shown with a report, or refused with a sentence."""

from PySide6.QtWidgets import QApplication

from nnbuilder.interop.read_text import read_text
from nnbuilder.ui.importing import ImportDialog
from tests.corpus import pastes
from tests.ui.conftest import Stage


def test_the_corpus_pasted_on_the_canvas(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    begin = stage.graph
    outcomes = {"taken": 0, "shown": 0, "refused": 0}
    for paste in pastes():
        reading = read_text(paste.text)
        canvas.sentence.hide()
        QApplication.clipboard().setText(paste.text)
        stage.window.actions_by_name["edit.paste"].trigger()
        shown = [box for box in stage.window.findChildren(ImportDialog) if box.isVisible()]
        if shown:
            outcomes["shown"] += 1
            assert stage.graph is begin, paste.title
            assert shown[0].reading.layers == reading.layers, paste.title
            shown[0].reject()
        elif stage.graph is not begin:
            outcomes["taken"] += 1
            assert reading.ok, paste.title
            top = [node for node in stage.graph.nodes.values() if node.parent is None]
            before = [node for node in begin.nodes.values() if node.parent is None]
            assert len(top) == len(before) + len(reading.layers), paste.title
            stage.session.document.undo_stack.undo()
            assert stage.graph == begin, paste.title
            begin = stage.graph
        else:
            outcomes["refused"] += 1
            assert canvas.sentence.isVisible(), paste.title
            assert not reading.ok, paste.title
    assert all(outcomes.values()), outcomes
