"""Cut, copy and paste: the clipboard holds a piece of the drawing as our JSON and as PyTorch source."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from nnbuilder.graph import layout, limits, placing
from nnbuilder.graph.clip import Clip, clip, paste
from nnbuilder.graph.edit import counted
from nnbuilder.graph.edits import AddNodes, AnyGraphEdit, RemoveNodes, RemoveNotes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import LOSS, Graph, NodeId
from nnbuilder.graph.layout import Place, Style
from nnbuilder.interop.reading import Offer, Reading
from nnbuilder.project import reorder
from nnbuilder.project.clip import MIME, ClipError, clip_text, is_clip, parse_clip
from nnbuilder.project.edits import Edit, SetTraining, Several
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.ui.canvas.chosen import Chosen
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.common.dropped import Dropped, dropped_file, local_files, why_not

_NEXT = 24.0
"""How far from each other two pastes at one place lie."""

_FARTHEST = 100 * _NEXT
"""How far it is shifted at most; then it covers something."""

_NOTHING = "The clipboard holds no layers and no nn.Sequential."


class Clipboard:
    """Cuts, copies and pastes the selection; `target` answers where the user is in the scene.

    What comes without places, source above all, is laid out in the preferred `style`. A text that wants more
    than to be put in, because something in it is wrong, open or worth a choice, goes to `look` where that is
    set.
    """

    look: Callable[[str], object] | None = None
    files: Callable[[Dropped], object] | None = None
    """What is done with a file that a file manager copied."""

    def __init__(
        self,
        bench: Bench,
        chosen: Chosen,
        analysis: AnalysisFollower,
        target: Callable[[], Place],
        style: Callable[[], Style],
    ) -> None:
        self._style = style
        self._bench = bench
        self._chosen = chosen
        self._analysis = analysis
        self._target = target

    def copy(self) -> bool:
        """Puts the selection on the clipboard; False where nothing is selected."""
        nodes = self._bench.selection.nodes
        if not nodes:
            self._bench.say("Select layers to copy.")
            return False
        graph = self._bench.graph
        mime = QMimeData()
        text = clip_text(clip(graph, nodes))
        mime.setData(MIME, text.encode())
        mime.setText(self._source(graph, nodes) or text)
        QGuiApplication.clipboard().setMimeData(mime)
        return True

    def cut(self) -> None:
        """Puts the selection on the clipboard and takes it out of the drawing."""
        if self.copy():
            self._chosen.edit(_cut)

    def paste(self) -> None:
        """Adds what is on the clipboard where the user is, as one step, and selects it.

        A file that a file manager copied is put to its use.
        """
        if not self._took_file() and not self._looked_at():
            self._chosen.edit(lambda graph, _nodes: self._pasted(graph, self._piece()))

    def paste_reading(self, reading: Reading, *also: AnyGraphEdit | SetTraining) -> None:
        """Adds the layers of a reading where the user is, with other edits as one step, and selects them."""

        def added(graph: Graph, _nodes: tuple[NodeId, ...]) -> Edit:
            edit = self._pasted(graph, _drawn(reading, self._style()))
            return Several(edit.describe(graph), (edit, *also)) if also else edit

        self._chosen.edit(added)

    def _took_file(self) -> bool:
        """Whether the clipboard holds files; one of no use is told."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if self.files is None or mime is None or mime.hasFormat(MIME) or not local_files(mime):
            return False
        file = dropped_file(mime)
        if file is None:
            self._bench.say(why_not(mime))
        else:
            self.files(file)
        return True

    def _looked_at(self) -> bool:
        """Whether the text on the clipboard is shown to its user before anything of it is taken."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if self.look is None or mime is None or mime.hasFormat(MIME) or not wants_a_look(mime.text()):
            return False
        self.look(mime.text())
        return True

    def paste_behind(self) -> None:
        """Adds what is on the clipboard behind the selected layer in its chain, as one step."""
        self._chosen.edit(lambda graph, nodes: _behind(graph, nodes, self._piece()))

    def _piece(self) -> Clip:
        """The layers on the clipboard, with places; raises `EditRefused` with one sentence."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()  # None where it was never filled
        return _piece(mime or QMimeData(), self._style())

    def _pasted(self, graph: Graph, piece: Clip) -> AddNodes:
        """The edit that adds a piece where the user is; raises `EditRefused` where it cannot be added."""
        level, (x, y) = self._bench.group, self._target()
        edit = paste(piece, graph, (x, y), level)
        top = [node for node in edit.nodes if node.parent == level]
        taken = layout.Taken(graph.children(level))
        shift = 0.0
        while shift < _FARTHEST and any(taken.covers((node.x + shift, node.y + shift)) for node in top):
            shift += _NEXT
        return paste(piece, graph, (x + shift, y + shift), level) if shift else edit

    def _source(self, graph: Graph, nodes: tuple[NodeId, ...]) -> str:
        """The selection as source; empty where it cannot be written."""
        from nnbuilder.interop.python_writer import WriteError, sequential_source

        try:
            return sequential_source(graph, self._analysis.analysis, nodes)
        except WriteError:
            return ""


def _cut(graph: Graph, chosen: tuple[NodeId, ...]) -> Edit:
    nodes = tuple(key for key in chosen if key in graph.nodes)
    notes = tuple(key for key in chosen if key in graph.notes)
    edits = (*((RemoveNodes(nodes),) if nodes else ()), *((RemoveNotes(notes),) if notes else ()))
    return Several(f"Cut {counted(graph, chosen)}", edits)


def _behind(graph: Graph, nodes: tuple[NodeId, ...], piece: Clip) -> Edit:
    """The edit that adds a piece behind the last node, or beside it where it is in no chain."""
    last = next((key for key in reversed(nodes) if key in graph.nodes), None)
    if last is None:
        return paste(piece, graph)
    node = graph.nodes[last]
    copies = paste(piece, graph, layout.place_after(graph, (node.x, node.y), node.parent), node.parent)
    try:
        return reorder.added(graph, copies, last, "before" if node.type == LOSS else "after")
    except EditRefused:
        return copies


def _piece(mime: QMimeData, style: Style) -> Clip:
    """The layers in what the clipboard holds; raises `EditRefused` where there are none."""
    text = mime.text()
    try:
        if mime.hasFormat(MIME):
            return _placed(parse_clip(bytes(mime.data(MIME).data())), style)
        if is_clip(text):
            return _placed(parse_clip(text), style)
    except ClipError as error:
        raise EditRefused(str(error)) from error
    if "(" in text:
        return _from_source(text, style)
    if mime.hasImage() or mime.hasUrls():
        raise EditRefused("The clipboard holds a picture or files, no layers.")
    raise EditRefused(_NOTHING)


def _placed(piece: Clip, style: Style) -> Clip:
    graph = placing.placed(Graph({node.id: node for node in piece.nodes}, piece.edges), style)
    return msgspec.structs.replace(piece, nodes=tuple(graph.nodes.values()))


def wants_a_look(text: str) -> bool:
    """Whether a text holds a network, or was meant to, and more than can be taken without a word."""
    if is_clip(text) or "(" not in text:
        return False
    from nnbuilder.interop.read_text import code_of, read_text

    if len(code_of(text)) > limits.SOURCE_BYTES:
        return False
    reading = read_text(text)
    if not (reading.layers or reading.asked or reading.networks) and "nn." not in text:
        return False
    beside = reading.problems or reading.offer != Offer() or len(reading.networks) > 1
    left_out = any("nn." in one.text or "self." in one.text for one in reading.skipped)
    return bool(beside) or left_out or not reading.ok


def _from_source(text: str, style: Style) -> Clip:
    from nnbuilder.interop.read_text import read_text

    reading = read_text(text)
    fault = next((problem for problem in reading.problems if problem.severity == "error"), None)
    if fault is not None:
        lines = text.count("\n")
        raise EditRefused(f"Line {fault.line}: {fault.message}" if lines else fault.message)
    if reading.asked:
        name, line = reading.asked[0].name, reading.asked[0].line
        raise EditRefused(f"Line {line}: the text does not say what {name} is.")
    if not reading.layers:
        raise EditRefused(_NOTHING)
    return _drawn(reading, style)


def _drawn(reading: Reading, style: Style) -> Clip:
    from nnbuilder.interop.follow import followed

    drawn = placing.arranged(followed(reading).fragment(Graph()), style)
    return Clip(tuple(drawn.nodes.values()), drawn.edges)
