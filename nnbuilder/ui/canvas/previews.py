"""What each node in view does to the first rows, below its card; live while somebody draws."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.preview import Previews
from nnbuilder.ui.canvas.card import CardItem, Detail
from nnbuilder.ui.canvas.rooms import Rooms
from nnbuilder.ui.canvas.scene import CanvasScene
from nnbuilder.ui.canvas.strip import BESIDE, HEIGHT, StripItem
from nnbuilder.ui.canvas.view import CanvasView
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.selection import Selection

_REVIEW_MS = 30
"""Shorter than the time for which edits are gathered, so that new nodes are asked for with them."""

_FREE = 2 * HEIGHT
"""Room below a card that is enough for a strip and for the edge to the next card."""

_STARTING = "The preview starts: its first numbers take a moment."

_FAR = "Zoom in to see the preview: so many layers at once are shown without it."


class PreviewStrips(QObject):
    """Follows the previews while the canvas is visible and this is `wanted`.

    Only nodes that are in view, and near enough to be read, are asked for. `said` carries a sentence where
    there is nothing, or not all, to show, `switched` whether previews are shown.
    """

    said = Signal(str)
    switched = Signal(bool)

    def __init__(self, canvas: CanvasView, previews: Previews, selection: Selection) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._previews = previews
        self._selection = selection
        self._wanted = False
        self._visible = canvas.isVisible()
        self._told = ""
        self._rooms = Rooms(canvas.canvas)
        self.strips: dict[NodeId, StripItem] = {}
        self._cards: dict[NodeId, CardItem] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REVIEW_MS)
        self._soon.timeout.connect(self.review)
        canvas.installEventFilter(self)
        canvas.canvas.altered.connect(self._later)
        canvas.camera.changed.connect(self._later)
        canvas.horizontalScrollBar().valueChanged.connect(self._later)
        canvas.verticalScrollBar().valueChanged.connect(self._later)
        previews.changed.connect(self._show)
        selection.changed.connect(self._tell_selected)
        colors.changed.connect(self._repaint)

    @property
    def wanted(self) -> bool:
        """Whether previews are to be shown."""
        return self._wanted

    def set_wanted(self, wanted: bool) -> None:
        """Shows previews, or ends what works them out."""
        self._wanted = wanted
        self._told = ""
        self._canvas.operations.below = HEIGHT if wanted else 0.0
        if wanted:
            self._later()
            if self._visible:
                self._make_room()
                self._say(_STARTING)
        else:
            self._previews.stop()
        self.switched.emit(wanted)

    def _make_room(self) -> None:
        """Fits the drawing anew where it was all in view, not what comes below its cards."""
        bounds, seen = self._canvas.bench.level.bounds, self._canvas.camera.visible()
        if seen.contains(bounds) and not seen.contains(bounds.adjusted(0.0, 0.0, 0.0, 2 * HEIGHT)):
            self._canvas.operations.fit()

    def review(self) -> None:
        """Asks for the nodes that can be read now."""
        if not self._wanted:
            return
        far = self._canvas.canvas.shared.detail != Detail.FULL
        self._previews.look_at(() if far or not self._visible else self._in_view())
        self._show()
        if far and self._visible:
            self._say(_FAR)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Resize}:
            if event.type() != QEvent.Type.Resize:
                self._visible = event.type() == QEvent.Type.Show
            self._later()
        return False

    def _in_view(self) -> list[NodeId]:
        seen = self._canvas.camera.visible().adjusted(0.0, -HEIGHT, 0.0, 0.0)
        return self._canvas.canvas.nodes_in(seen)

    def _show(self) -> None:
        """Brings all strips up to date; there is one for each node that was answered for."""
        scene, shown = self._canvas.canvas, self._previews.shown
        end = self._end()
        wanted = {*shown, *({end} if end is not None else ())}
        fits = {node: fit for node in wanted if (fit := self._fits(node)) is not None}
        for node in {node for node, card in self._cards.items() if node not in fits or not _is(scene, card)}:
            self._take(node)
        for node, below in fits.items():
            if node not in self.strips:
                self._cards[node] = scene.cards[node]
                self.strips[node] = StripItem(scene.cards[node], scene.shared)
            self.strips[node].hang(below=below)
            if node == end:
                self.strips[node].show_end(self._previews.trouble)
            elif self.strips[node].shown is not shown[node]:
                self.strips[node].show_node(shown[node], self._previews.note)
        self._say(self._previews.trouble)

    def _fits(self, node: NodeId) -> bool | None:
        """Whether a strip goes below a card; False where it goes beside it, None where there is no room.

        Between two cards that stand close the edge from one to the other would be covered.
        """
        scene = self._canvas.canvas
        if node not in scene.cards:
            return None
        room = self._rooms.below()[node]
        if room > _FREE:
            return True
        if not scene.nodes_in(BESIDE.translated(scene.cards[node].pos())):
            return False
        return True if room > HEIGHT + 4.0 else None

    def _end(self) -> NodeId | None:
        """The card below which it is said why there is no more: the Input's where nothing goes in."""
        if not self._wanted or not self._previews.trouble:
            return None
        entering = (node for node, card in self._canvas.canvas.cards.items() if not card.look.has_in)
        node = self._previews.at or next(entering, None)
        return None if node in self._previews.shown else node

    def _take(self, node: NodeId) -> None:
        card, strip = self._cards.pop(node), self.strips.pop(node)
        if _is(self._canvas.canvas, card):
            self._canvas.canvas.removeItem(strip)

    def _tell_selected(self) -> None:
        """Says what the selected layer does, for those who walk the layers by keys."""
        strip = self.strips.get(self._selection.current or NodeId(""))
        if self._wanted and strip is not None:
            self.said.emit(strip.toolTip().partition("\n")[2].replace("\n", "; ") or strip.end)

    def _say(self, text: str) -> None:
        """Says a sentence once."""
        if text and text != self._told:
            self.said.emit(text)
        self._told = text

    def _repaint(self) -> None:
        for strip in self.strips.values():
            strip.update()

    def _later(self, _change: object = None) -> None:
        if self._wanted and not self._soon.isActive():
            self._soon.start()


def _is(scene: CanvasScene, card: CardItem) -> bool:
    """Whether a card is still that of its node; one that was taken away has taken its strip along."""
    return scene.cards.get(card.node) is card
