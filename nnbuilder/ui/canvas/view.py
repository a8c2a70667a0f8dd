"""The canvas itself: shows the scene, turns mouse, keys and drops into gestures and edits."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.annotate import Annotations
from nnbuilder.ui.canvas.arrange import Arranger
from nnbuilder.ui.canvas.backdrop import paint_dots
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.camera import Camera
from nnbuilder.ui.canvas.chosen import Chosen
from nnbuilder.ui.canvas.detail import exposed_rects, review_detail
from nnbuilder.ui.canvas.drops import Drops
from nnbuilder.ui.canvas.follow import SceneFollower
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.invitation import Invitation
from nnbuilder.ui.canvas.keys import Keys
from nnbuilder.ui.canvas.level import Level
from nnbuilder.ui.canvas.marks import Marks
from nnbuilder.ui.canvas.menu import Menus
from nnbuilder.ui.canvas.minimap import Minimap
from nnbuilder.ui.canvas.mouse import Mouse
from nnbuilder.ui.canvas.name_edit import NameEdit
from nnbuilder.ui.canvas.note_edit import NoteEdit
from nnbuilder.ui.canvas.operations import Operations
from nnbuilder.ui.canvas.overlay import DragHint, Sentence, StatusLine, summaries
from nnbuilder.ui.canvas.port_keys import PortKeys
from nnbuilder.ui.canvas.problems import ProblemBubbles
from nnbuilder.ui.canvas.scene import CanvasScene, Hit
from nnbuilder.ui.canvas.standpoint import Standpoints
from nnbuilder.ui.canvas.walk import Walker
from nnbuilder.ui.canvas.zooming import Zooming
from nnbuilder.ui.common.selection import Selection

_PINCHES = (QEvent.Type.NativeGesture, QEvent.Type.Gesture)
_DRAGGED_HEIGHT = 24
"""How much lower lines stand while the picture of a layer from the palette hangs at the mouse."""


class CanvasView(QGraphicsView):
    """The drawing of a document; what can be done with it besides the mouse is in `operations`.

    `layers_wanted` carries a `Spot` and a point of the canvas: the user is to choose layers for it there.
    `said` repeats the sentences that are shown at the mouse.
    """

    layers_wanted = Signal(object, QPoint)
    said = Signal(str)

    def __init__(
        self,
        document: Document,
        analysis: AnalysisFollower,
        selection: Selection,
        run: Run,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._analysis = analysis
        self._selection = selection
        self._fitted = False
        self.canvas = CanvasScene(self)
        self._setup_view()
        self.setScene(self.canvas)
        self.level = Level(document, self)
        self.follower = SceneFollower(self.canvas, document, analysis, selection, run, self.level)
        self.camera = Camera(self)
        self.status_line = StatusLine(self)
        self.invitation = Invitation(self, document)
        self.sentence = Sentence(self)
        self.drag_hint = DragHint(self)
        self.bench = Bench(
            self.canvas,
            document,
            selection,
            self.say,
            self.level,
            self.camera,
            Marks(self.canvas),
            self._hint,
            self._ask,
        )
        self.bubbles = ProblemBubbles(self, self.canvas, analysis, self.bench)
        self.operations = Operations(self.bench, self.camera, self.bubbles, self)
        self.arranger = Arranger(self.bench, self)
        self.minimap = Minimap(self, self.canvas, self.camera)
        self.camera.keep_clear_of(self.minimap)
        self.note_edit = NoteEdit(self, self.bench)
        self.annotations = Annotations(self.bench, self.note_edit)
        self._zooming = Zooming(self, self.camera)
        self.mouse = Mouse(self, self.bench, self.bubbles)
        self.walker = Walker(self.bench, self.camera)
        self.ports = PortKeys(self.bench, self.walker, self)
        self.ports.pointed.connect(self._point_into)
        self.chosen = Chosen(self.bench, self.walker)
        self.name_edit = NameEdit(self, self.bench, self.walker.reveal)
        self.actions_by_name: dict[str, QAction] = {}
        """The actions of the table that its context menus show."""
        self.menus = Menus(self, self.operations, self.ports, self.annotations, self.actions_by_name)
        self.standpoints = Standpoints(self.bench, self)
        self._keys = Keys(self.operations, self.mouse, self.walker, self.ports)
        self.drops = Drops(self, self.bench, self.bubbles, self._point_at)
        self._said_at = QPointF()
        self._connect()
        self._refresh()

    def say(self, text: str) -> None:
        """Shows one quiet sentence where the mouse was last."""
        self.sentence.say(text, self._said_at.toPoint())
        self.said.emit(text)

    def rename(self) -> None:
        """Lets the user type the name of the selected layer on its card."""
        self.name_edit.open(self._selection.current)

    def _hint(self, text: str, refused: bool) -> None:
        if text:
            self.sentence.hide()
        below = _DRAGGED_HEIGHT if self.drops.active else 0
        self.drag_hint.hint(text, self._said_at.toPoint() + QPoint(0, below), refused=refused)

    def _ask(self, spot: Spot) -> None:
        self.layers_wanted.emit(spot, self._said_at.toPoint())

    def _point_at(self, at: QPointF) -> None:
        """Sentences and questions are asked where the mouse is."""
        self._said_at = at

    def _point_into(self, spot: QPointF) -> None:
        """What is said belongs to a point of the scene."""
        self._said_at = QPointF(self.mapFromScene(spot))

    def paste_place(self) -> tuple[float, float]:
        """Where what is pasted goes: to the mouse over the canvas, or else to the middle of the view."""
        at = self.viewport().mapFromGlobal(QCursor.pos())
        if not self.viewport().rect().contains(at) or not self.underMouse():
            at = self.viewport().rect().center()
        spot = self.mapToScene(at)
        return round(spot.x() - geo.CARD_WIDTH / 2), round(spot.y() - geo.PORT_Y)

    def _setup_view(self) -> None:
        self.setObjectName("canvas")
        self.setAccessibleName("Drawing of the network")
        self.setAccessibleDescription("Tab and arrow keys walk the layers, Enter edits, Del removes.")
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 160)

    def _connect(self) -> None:
        self.camera.changed.connect(self._refresh)
        self._analysis.updated.connect(self._refresh)
        self._document.changed.connect(self._changed)
        self._document.replaced.connect(self._replaced)
        self.level.changed.connect(self._level_changed)
        self._selection.changed.connect(self._selected)

    # Following

    def _changed(self) -> None:
        self.mouse.cancel()
        self._selection.keep(self.canvas.places())
        self._refresh()

    def _replaced(self) -> None:
        self.mouse.cancel()
        self._selection.set([])
        self.operations.fit()

    def _level_changed(self) -> None:
        """Another part of the drawing is shown: nothing of the old one stays selected."""
        self.mouse.cancel()
        self._selection.keep(self.canvas.places())
        self.operations.fit()

    def _selected(self) -> None:
        if self._selection.nodes:
            self.canvas.edges.select([])
            self._follow_selection()
        self.minimap.repaint_all()
        self.bubbles.follow(self._selection.nodes)

    def _follow_selection(self) -> None:
        """Shows the group in which something was selected elsewhere, in a list of all layers."""
        graph, shown = self._document.project.graph, self.canvas.places()
        chosen = [graph.nodes.get(key) or graph.notes.get(key) for key in self._selection.nodes]
        homes = {found.parent for found in chosen if found is not None}
        if len(homes) == 1 and not any(key in shown for key in self._selection.nodes):
            self.level.go(homes.pop())

    def _refresh(self) -> None:
        review_detail(self, self.canvas)
        right = self.minimap.x() if self.minimap.isVisible() else self.viewport().width()
        self.status_line.show_first(summaries(self._analysis.analysis, self.camera.scale), right - 20)
        self.bubbles.place()
        self.minimap.update()
        self.note_edit.place()
        self.name_edit.place()

    # Qt's events

    def paintEvent(self, event: QPaintEvent) -> None:
        self.canvas.shared.exposed = exposed_rects(self, event.region())
        super().paintEvent(event)
        self.canvas.shared.exposed = ()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            self._speak_at_card()
            if self._keys.wants(event):
                event.accept()
                return True
        return super().event(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_dots(self, painter, self.canvas.shared.ink)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._said_at = event.position()
        self.arranger.glide.settle()
        if self.mouse.press(event.position(), event.button(), event.modifiers()):
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._said_at = event.position()
        self.mouse.move(event.position(), event.modifiers())
        self.bubbles.place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event.position(), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hit = self.canvas.hit(self.mapToScene(event.position().toPoint()))
        if hit.note is not None:
            self.mouse.cancel()
            self.annotations.edit(hit.note)
        elif hit.kind == "card" and hit.node is not None:
            self.mouse.cancel()
            self.operations.open(hit.node)
        elif event.button() != Qt.MouseButton.LeftButton or not self.mouse.asks(hit, event.position()):
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zooming.wheel(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in _PINCHES and self._fitted and self._zooming.gesture(event):
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.mouse.key(event, down=True)
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.mouse.key(event, down=False)
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        own = self.hasFocus()  # Qt asks as well when a field on the canvas is hidden
        return (own and self._keys.tab(forward=forward)) or super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.mouse.panning = False
        super().focusOutEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.mouse.gesture is None:
            point = self.mapToScene(event.pos())
            self.menus.menu_for(self.canvas.hit(point), point).popup(event.globalPos())

    def open_menu(self, at: QPoint) -> None:
        """Opens the menu of the selected node at a point of the screen, for other views of the network."""
        node = self._selection.current
        hit = Hit("card", node) if node in self._document.project.graph.nodes else Hit()
        middle = self.mapToScene(self.viewport().rect().center())
        self.menus.menu_for(hit, middle).popup(at)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops.drop(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.status_line.place()
        self.minimap.place()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.operations.fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._moved()

    def leaveEvent(self, event: QEvent) -> None:
        self.mouse.leave()
        super().leaveEvent(event)

    def _moved(self) -> None:
        """The drawing lies elsewhere in the window; Qt scrolls once before the constructor is through."""
        if self._fitted:
            review_detail(self, self.canvas)
            self.bubbles.place()
            self.minimap.update()
            self.note_edit.place()
            self.name_edit.place()

    def _speak_at_card(self) -> None:
        """Lets sentences about what keys do stand at the selected card."""
        card = self.canvas.cards.get(self._selection.current or NodeId(""))
        spot = self.viewport().rect().center() if card is None else self.mapFromScene(card.pos())
        self._said_at = QPointF(spot)
