"""The scene: one card for each node, all edges in one item, and what lies at a point."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from nnbuilder.graph.graph import Edge, Graph, NodeId, Side
from nnbuilder.interop.looks import CardLook, EdgeLook
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import BADGE_AT, CardItem, Shared
from nnbuilder.ui.canvas.edges import EdgesItem
from nnbuilder.ui.canvas.ink import Ink

_PORT_REACH = 11.0
_EDGE_REACH = 6.0
_ROOM = 3000.0

Kind = Literal["void", "card", "port", "badge", "edge"]


class Hit(msgspec.Struct, frozen=True):
    """What lies at a point of the scene."""

    kind: Kind = "void"
    node: NodeId | None = None
    side: Side | None = None
    edge: Edge | None = None


class CanvasScene(QGraphicsScene):
    """Cards by node id and the edges between them; it is told what to show and decides nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shared = Shared()
        self.cards: dict[NodeId, CardItem] = {}
        self.edges = EdgesItem(self.shared)
        self.addItem(self.edges)

    def add_node(self, node: NodeId, look: CardLook, place: tuple[float, float]) -> None:
        """Draws another node."""
        card = CardItem(node, look, self.shared)
        card.setPos(*place)
        self.cards[node] = card
        self.addItem(card)

    def remove_node(self, node: NodeId) -> None:
        """Takes a node away; its edges are removed by themselves."""
        self.removeItem(self.cards.pop(node))

    def empty(self) -> None:
        """Takes everything away."""
        self.edges.clear()
        for card in self.cards.values():
            self.removeItem(card)
        self.cards.clear()

    def places(self) -> dict[NodeId, QPointF]:
        """Where the cards are, dragged ones too."""
        return {key: card.pos() for key, card in self.cards.items()}

    def move(self, places: Mapping[NodeId, tuple[float, float]]) -> None:
        """Puts cards elsewhere, their edges with them."""
        for node, place in places.items():
            self.cards[node].setPos(*place)
        self.edges.follow(places, _Positions(self.cards))

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
        self.edges.restyle(_Positions(self.cards))
        self.update()

    def fit_rect(self, graph: Graph) -> None:
        """Makes room to pan around a drawing."""
        self.setSceneRect(bounds_of(graph).adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))

    def hit(self, point: QPointF) -> Hit:
        """What lies at a point, the topmost first."""
        near = self._cards_near(point)
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
        return Hit("edge", edge=edge) if edge else Hit()

    def nodes_in(self, rect: QRectF) -> list[NodeId]:
        """The nodes whose cards touch a rectangle, in the order in which they were drawn."""
        size = geo.card_rect()
        return [key for key, card in self.cards.items() if size.translated(card.pos()).intersects(rect)]

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


def bounds_of(graph: Graph) -> QRectF:
    """The rectangle around all cards of a drawing; around one card where there is none."""
    if not graph.nodes:
        return geo.card_rect()
    left = min(node.x for node in graph.nodes.values())
    top = min(node.y for node in graph.nodes.values())
    right = max(node.x for node in graph.nodes.values()) + geo.CARD_WIDTH
    bottom = max(node.y for node in graph.nodes.values()) + geo.CARD_HEIGHT
    return QRectF(left, top, right - left, bottom - top)


def _within(point: QPointF, centre: QPointF, reach: float) -> bool:
    away = point - centre
    return away.x() ** 2 + away.y() ** 2 <= reach**2
