"""The scene: one card for each node, all edges in one item, and what lies at a point."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from nnbuilder.graph.graph import Edge, Graph, NodeId, Note, Side
from nnbuilder.interop.looks import CardLook, EdgeLook
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import BADGE_AT, CardItem, Shared
from nnbuilder.ui.canvas.edges import EdgesItem
from nnbuilder.ui.canvas.ink import Ink
from nnbuilder.ui.canvas.notes import NoteItem

_PORT_REACH = 11.0
_EDGE_REACH = 6.0
_ROOM = 3000.0

Kind = Literal["void", "card", "port", "badge", "edge", "note", "grip"]


class Hit(msgspec.Struct, frozen=True):
    """What lies at a point of the scene; `note` is a note or frame, a "grip" the corner that resizes it."""

    kind: Kind = "void"
    node: NodeId | None = None
    side: Side | None = None
    edge: Edge | None = None
    note: NodeId | None = None

    @property
    def key(self) -> NodeId | None:
        """The node or the note."""
        return self.node or self.note


class CanvasScene(QGraphicsScene):
    """Cards by node id and the edges between them; it is told what to show and decides nothing.

    `altered` says that cards or notes came, went or lie elsewhere.
    """

    altered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = Shared()
        self.cards: dict[NodeId, CardItem] = {}
        self.notes: dict[NodeId, NoteItem] = {}
        self.edges = EdgesItem(self.shared)
        self.addItem(self.edges)

    def add_node(self, node: NodeId, look: CardLook, place: tuple[float, float]) -> None:
        """Draws another node."""
        card = CardItem(node, look, self.shared)
        card.setPos(*place)
        self.cards[node] = card
        self.addItem(card)
        self.altered.emit()

    def remove_node(self, node: NodeId) -> None:
        """Takes a node away; its edges are removed by themselves."""
        self.removeItem(self.cards.pop(node))
        self.altered.emit()

    def add_note(self, note: Note) -> None:
        """Draws another note or frame."""
        item = NoteItem(note, self.shared)
        self.notes[note.id] = item
        self.addItem(item)
        self.altered.emit()

    def remove_note(self, note: NodeId) -> None:
        """Takes a note or frame away."""
        self.removeItem(self.notes.pop(note))
        self.altered.emit()

    def empty(self) -> None:
        """Takes everything away."""
        self.edges.clear()
        for item in (*self.cards.values(), *self.notes.values()):
            self.removeItem(item)
        self.cards.clear()
        self.notes.clear()
        self.altered.emit()

    def item(self, key: NodeId) -> CardItem | NoteItem | None:
        """The card or the note of this id."""
        return self.cards.get(key) or self.notes.get(key)

    def rect_of(self, key: NodeId) -> QRectF:
        """Where a card or a note lies; an empty rectangle where there is none."""
        if key in self.cards:
            return geo.card_rect().translated(self.cards[key].pos())
        return self.notes[key].rect().translated(self.notes[key].pos()) if key in self.notes else QRectF()

    def places(self) -> dict[NodeId, QPointF]:
        """Where cards and notes are, dragged ones too."""
        return {key: item.pos() for key, item in (*self.cards.items(), *self.notes.items())}

    def move(self, places: Mapping[NodeId, tuple[float, float]]) -> None:
        """Puts cards and notes elsewhere, the edges of the cards with them."""
        for key, place in places.items():
            if (item := self.item(key)) is not None:
                item.setPos(*place)
        self.edges.glide(None)
        self.edges.follow((key for key in places if key in self.cards), _Positions(self.cards))
        if places:
            self.altered.emit()

    def glide(self, places: Mapping[NodeId, tuple[float, float]]) -> None:
        """Puts cards on their way elsewhere, the edges without labels; `move` is to follow."""
        for key, place in places.items():
            if (card := self.cards.get(key)) is not None:
                card.setPos(*place)
        self.edges.glide(
            {key: places[key] if key in places else _point(card) for key, card in self.cards.items()}
        )

    def carry_edges(self, nodes: Iterable[NodeId], away: QPointF) -> None:
        """Draws lifted edges that far away, and those that lead to the others anew."""
        self.edges.carry(nodes, away, _Positions(self.cards))

    def add_edge(self, edge: Edge, look: EdgeLook) -> None:
        """Draws another edge."""
        self.edges.add(edge, look, _Positions(self.cards))

    def show_edge(self, edge: Edge, look: EdgeLook) -> None:
        """Gives an edge another look."""
        self.edges.set_look(edge, look, _Positions(self.cards))

    def restyle(self) -> None:
        """Paints everything in the theme that is current now."""
        self.shared.ink = Ink()
        for card in self.cards.values():
            card.restyle()
        for note in self.notes.values():
            note.restyle()
        self.edges.restyle(_Positions(self.cards))
        self.update()

    def fit_rect(self, graph: Graph, notes: Iterable[Note] = ()) -> None:
        """Makes room to pan around a drawing."""
        self.setSceneRect(bounds_of(graph, notes).adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))

    def hit(self, point: QPointF) -> Hit:
        """What lies at a point, the topmost first."""
        near = self._cards_near(point)
        if note := self._note_at(point, frames=False):
            return note
        for card in near:
            local = point - card.pos()
            if card.look.severity and _within(local, BADGE_AT, geo.BADGE_RADIUS + 1):
                return Hit("badge", card.node)
            side = self._port(card, local)
            if side is not None:
                return Hit("port", card.node, side)
        for card in near:
            if geo.card_rect().contains(point - card.pos()):
                return Hit("card", card.node)
        edge = self.edges.at(point, _EDGE_REACH)
        return Hit("edge", edge=edge) if edge else self._note_at(point, frames=True) or Hit()

    def nodes_in(self, rect: QRectF) -> list[NodeId]:
        """The nodes whose cards touch a rectangle, in the order in which they were drawn."""
        size = geo.card_rect()
        return [key for key, card in self.cards.items() if size.translated(card.pos()).intersects(rect)]

    def notes_in(self, rect: QRectF) -> list[NodeId]:
        """The notes that touch a rectangle, and the frames that lie in it."""
        return [
            key
            for key, item in self.notes.items()
            if (rect.contains if item.note.frame else rect.intersects)(self.rect_of(key))
        ]

    def framed(self, frame: NodeId) -> list[NodeId]:
        """The cards, notes and smaller frames that lie wholly in a frame: they move with it."""
        around = self.rect_of(frame)
        if frame not in self.notes or not self.notes[frame].note.frame:
            return []
        keys = (*self.cards, *self.notes)
        return [key for key in keys if key != frame and around.contains(self.rect_of(key))]

    def _note_at(self, point: QPointF, *, frames: bool) -> Hit | None:
        """The note (or frame) last drawn at a point."""
        for key, item in reversed(self.notes.items()):
            if item.note.frame != frames:
                continue
            if item.grip().contains(point - item.pos()):
                return Hit("grip", note=key)
            if item.holds(point):
                return Hit("note", note=key)
        return None

    def _cards_near(self, point: QPointF) -> list[CardItem]:
        reach = geo.MARGIN
        spot = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        return [item for item in self.items(spot) if isinstance(item, CardItem)]

    def _port(self, card: CardItem, local: QPointF) -> Side | None:
        if card.look.has_out and _within(local, QPointF(geo.CARD_WIDTH, geo.PORT_Y), _PORT_REACH):
            return "out"
        if card.look.has_in and _within(local, QPointF(0.0, geo.PORT_Y), _PORT_REACH):
            return "in"
        return None


class _Positions(Mapping[NodeId, QPointF]):
    """The places of the cards, looked up one by one."""

    def __init__(self, cards: Mapping[NodeId, CardItem]) -> None:
        self._cards = cards

    def __getitem__(self, node: NodeId) -> QPointF:
        return self._cards[node].pos()

    def __iter__(self) -> Iterator[NodeId]:
        return iter(self._cards)

    def __len__(self) -> int:
        return len(self._cards)


def bounds_of(graph: Graph, notes: Iterable[Note] = ()) -> QRectF:
    """The rectangle around all cards of a drawing and these notes; around one card where there is none."""
    around = QRectF()
    for note in notes:
        around = around.united(QRectF(note.x, note.y, note.width, note.height))
    if not graph.nodes:
        return geo.card_rect() if around.isNull() else around
    left = min(node.x for node in graph.nodes.values())
    top = min(node.y for node in graph.nodes.values())
    right = max(node.x for node in graph.nodes.values()) + geo.CARD_WIDTH
    bottom = max(node.y for node in graph.nodes.values()) + geo.CARD_HEIGHT
    return QRectF(left, top, right - left, bottom - top).united(around)


def _point(card: CardItem) -> tuple[float, float]:
    place = card.pos()
    return place.x(), place.y()


def _within(point: QPointF, centre: QPointF, reach: float) -> bool:
    away = point - centre
    return away.x() ** 2 + away.y() ** 2 <= reach**2
