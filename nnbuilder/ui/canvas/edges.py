"""All edges of the drawing as one item: 1,000 items of their own would cost a frame's time."""

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.graph import geometry
from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.interop.looks import EdgeLook
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import Detail, Shared
from nnbuilder.ui.canvas.curves import Pieces, distance, pieces_of

_WORLD = QRectF(-1e6, -1e6, 2e6, 2e6)
_PILL_HEIGHT = 17.0
_PILL_SIDE = 5.0
_SLACK = 9.0
_MANY = 100
"""Edges that are cheaper to paint anew all together than one by one."""

Batches = dict[int, tuple[QPen, QPainterPath]]
"""What is painted with one pen, by that pen."""

HANDLE = 7.0
"""Radius of the place at which a click cuts an edge."""


class _Drawn:
    """One edge as it lies in the scene."""

    __slots__ = ("bounds", "look", "path", "pill", "straight", "text", "text_at")

    def __init__(self, look: EdgeLook) -> None:
        self.look = look
        self.path = QPainterPath()
        self.straight: Pieces | None = None
        self.bounds = QRectF()
        self.pill = QRectF()
        self.text: QStaticText | None = None
        self.text_at = QPointF()

    def distance(self, point: QPointF) -> float:
        """How far a point lies from the curve or the label."""
        if self.text is not None and self.pill.contains(point):
            return 0.0
        if self.straight is None:
            self.straight = pieces_of(self.path)
        return distance(self.straight, point)

    def handle(self) -> QPointF:
        """Where a click cuts: the middle, beside a label that lies there."""
        middle = self.path.pointAtPercent(0.5)
        if self.pill.adjusted(-HANDLE, -HANDLE, HANDLE, HANDLE).contains(middle) and self._through():
            return QPointF(self.pill.right() + HANDLE + 5.0, middle.y())
        return middle

    def _through(self) -> bool:
        """Whether the label lies on the line, not above it."""
        return abs(self.pill.center().y() - self.path.pointAtPercent(0.5).y()) < 2.0


class EdgesItem(QGraphicsItem):
    """Paints every edge with its label and finds the edge at a point.

    Its bounding rectangle is the whole world, so that moving one edge repaints that edge alone.
    """

    def __init__(self, shared: Shared) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(-1.0)
        self._shared = shared
        self._drawn: dict[Edge, _Drawn] = {}
        self._of_node: dict[NodeId, set[Edge]] = {}
        self._selected: frozenset[Edge] = frozenset()
        self._target: Edge | None = None
        self._hovered: Edge | None = None
        self._ghosted: frozenset[Edge] = frozenset()
        self._carried: dict[Edge, _Drawn] = {}
        self._carried_bounds = QRectF()
        self._away = QPointF()
        self._gliding: Mapping[NodeId, geo.Point] | None = None

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges shown."""
        return tuple(self._drawn)

    @property
    def selected(self) -> frozenset[Edge]:
        """The edges drawn as selected."""
        return self._selected

    @property
    def target(self) -> Edge | None:
        """The edge that lights up because something would be dropped on it."""
        return self._target

    @property
    def hovered(self) -> Edge | None:
        """The edge under the mouse: it shows where a click cuts it."""
        return self._hovered

    @property
    def ghosted(self) -> frozenset[Edge]:
        """The edges drawn as if they were gone already."""
        return self._ghosted

    def look(self, edge: Edge) -> EdgeLook:
        """What an edge shows."""
        return self._drawn[edge].look

    def place_of_label(self, edge: Edge) -> QPointF:
        """The middle of an edge's label."""
        return self._drawn[edge].pill.center()

    def place_of_handle(self, edge: Edge) -> QPointF:
        """Where a click cuts an edge."""
        return self._drawn[edge].handle()

    def path(self, edge: Edge) -> QPainterPath:
        """The curve of an edge."""
        return self._drawn[edge].path

    def add(self, edge: Edge, look: EdgeLook, places: Mapping[NodeId, QPointF]) -> None:
        """Draws another edge between cards at these places."""
        drawn = _Drawn(look)
        self._drawn[edge] = drawn
        for node in (edge.source, edge.target):
            self._of_node.setdefault(node, set()).add(edge)
        self._lay(edge, drawn, places)
        self.update(drawn.bounds)

    def remove(self, edge: Edge) -> None:
        """Takes an edge away."""
        drawn = self._drawn.pop(edge)
        for node in (edge.source, edge.target):
            self._of_node[node].discard(edge)
        self._selected -= {edge}
        self._ghosted -= {edge}
        self._carried.pop(edge, None)
        self._target = None if self._target == edge else self._target
        self._hovered = None if self._hovered == edge else self._hovered
        self.update(drawn.bounds)

    def clear(self) -> None:
        """Takes all edges away."""
        self._drawn.clear()
        self._carried.clear()
        self._of_node.clear()
        self._selected = self._ghosted = frozenset()
        self._target = self._hovered = self._gliding = None
        self.update()

    def follow(self, nodes: Iterable[NodeId], places: Mapping[NodeId, QPointF]) -> None:
        """Draws anew the edges at cards that moved."""
        self._lay_all({edge for node in nodes for edge in self._of_node.get(node, ())}, places)

    def glide(self, places: Mapping[NodeId, geo.Point] | None) -> None:
        """Draws all edges without labels between cards on their way; None ends that."""
        self._gliding = places
        self.update()

    def _lay_all(self, edges: Iterable[Edge], places: Mapping[NodeId, QPointF]) -> None:
        found = tuple(edges)
        if many := len(found) > _MANY:
            self.update()
        for edge in found:
            drawn = self._drawn[edge]
            if not many:
                self.update(drawn.bounds)
            self._lay(edge, drawn, places)
            if not many:
                self.update(drawn.bounds)

    def lift(self, nodes: Collection[NodeId]) -> None:
        """Lets `carry` draw the edges among these nodes elsewhere, all at once, until they are set down."""
        touching = {edge for node in nodes for edge in self._of_node.get(node, ())}
        inner = {edge for edge in touching if edge.source in nodes and edge.target in nodes}
        self._carried = {edge: drawn for edge, drawn in self._drawn.items() if edge in inner}
        self._carried_bounds, self._away = QRectF(), QPointF()
        for drawn in self._carried.values():
            self._carried_bounds = self._carried_bounds.united(drawn.bounds)

    def carry(self, nodes: Iterable[NodeId], away: QPointF, places: Mapping[NodeId, QPointF]) -> None:
        """Draws lifted edges that far from where they were, and those that join them to others anew."""
        self.update(self._carried_bounds.translated(self._away))
        self._away = QPointF(away)
        self.update(self._carried_bounds.translated(self._away))
        border = {edge for node in nodes for edge in self._of_node.get(node, ())} - self._carried.keys()
        self._lay_all(border, places)

    def set_down(self) -> None:
        """Draws lifted edges where they were."""
        self.update(self._carried_bounds.translated(self._away))
        self.update(self._carried_bounds)
        self._carried, self._away = {}, QPointF()

    def set_look(self, edge: Edge, look: EdgeLook, places: Mapping[NodeId, QPointF]) -> None:
        """Gives an edge another label or colour."""
        drawn = self._drawn[edge]
        if drawn.look != look:
            drawn.look = look
            self.update(drawn.bounds)
            self._lay(edge, drawn, places)
            self.update(drawn.bounds)

    def restyle(self, places: Mapping[NodeId, QPointF]) -> None:
        """Takes over the shared ink of another theme."""
        for edge, drawn in self._drawn.items():
            self._lay(edge, drawn, places)
        self.update()

    def select(self, edges: Iterable[Edge]) -> None:
        """Draws exactly these edges as selected."""
        wanted = frozenset(edges) & frozenset(self._drawn)
        for edge in wanted ^ self._selected:
            self.update(self._drawn[edge].bounds)
        self._selected = wanted

    def light_up(self, edge: Edge | None) -> None:
        """Makes one edge light up as the target of a drop."""
        if edge != self._target:
            self._refresh(self._target, edge)
            self._target = edge

    def hover(self, edge: Edge | None) -> None:
        """Draws the edge under the mouse with the handle that cuts it."""
        if edge != self._hovered:
            self._refresh(self._hovered, edge)
            self._hovered = edge

    def ghost(self, edges: Iterable[Edge]) -> None:
        """Draws exactly these edges as if they were gone already."""
        wanted = frozenset(edges)
        self._refresh(*(wanted ^ self._ghosted))
        self._ghosted = wanted

    def at(self, point: QPointF, reach: float, skip: Collection[Edge] = frozenset()) -> Edge | None:
        """The edge whose curve passes nearest to a point, within `reach`; a label counts as its edge."""
        spot = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        near = [
            (drawn.distance(point), edge)
            for edge, drawn in self._drawn.items()
            if drawn.bounds.intersects(spot) and edge not in skip
        ]
        away, edge = min(near, default=(reach, None))
        return edge if away < reach else None

    def on_handle(self, edge: Edge, point: QPointF, reach: float = HANDLE) -> bool:
        """Whether a point lies on the handle that cuts an edge."""
        away = point - self._drawn[edge].handle()
        return edge == self._hovered and away.x() ** 2 + away.y() ** 2 <= reach**2

    def boundingRect(self) -> QRectF:
        return _WORLD

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._gliding is not None:
            self._paint_gliding(painter, self._gliding)
            return
        exposed = self._shared.exposed or (QRectF(option.exposedRect),)
        rest = self._drawn
        if self._carried:
            rest = {edge: drawn for edge, drawn in rest.items() if edge not in self._carried}
        self._paint_shown(painter, _within(rest, exposed))
        if self._carried:
            painter.translate(self._away)
            back = tuple(rect.translated(-self._away) for rect in exposed)
            self._paint_shown(painter, _within(self._carried, back))
            painter.translate(-self._away)
        if self._hovered is not None and self._shared.detail == Detail.FULL:
            self._paint_handle(painter, self._drawn[self._hovered].handle())

    def _paint_shown(self, painter: QPainter, shown: list[tuple[Edge, _Drawn]]) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._shared.detail == Detail.FULL:
            for edge, drawn in shown:
                painter.setPen(self._pen(edge, drawn.look))
                painter.drawPath(drawn.path)
            self._paint_labels(painter, [drawn for _, drawn in shown])
        else:
            self._paint_batched(painter, shown)

    def _paint_batched(self, painter: QPainter, shown: list[tuple[Edge, _Drawn]]) -> None:
        """All edges of one colour as one path."""
        batches: Batches = {}
        for edge, drawn in shown:
            self._batch(batches, edge, drawn).addPath(drawn.path)
        flat = self._shared.detail == Detail.FLAT
        for pen, path in batches.values():
            thin = QPen(pen)
            thin.setCosmetic(flat)
            thin.setWidthF(1.0 if flat else pen.widthF())
            painter.setPen(thin)
            painter.drawPath(path)

    def _paint_gliding(self, painter: QPainter, places: Mapping[NodeId, geo.Point]) -> None:
        """The same in a hurry, with curves that are made for this frame only.

        Without antialiasing, which takes half the time; lines thinner than a pixel are a pixel wide and pale.
        """
        batches: Batches = {}
        for edge, drawn in self._drawn.items():
            start, end = geometry.out_port(*places[edge.source]), geometry.in_port(*places[edge.target])
            geo.add_edge(self._batch(batches, edge, drawn), start, end)
        smooth, scale = painter.renderHints(), painter.worldTransform().m11()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for pen, path in batches.values():
            pixels = pen.widthF() * scale
            pale = max(1.0 - pixels, 0.0)
            thin = QPen(self._shared.ink.palette.mixed(pen.color().name(), "canvas", pale))
            thin.setCosmetic(True)
            thin.setWidthF(max(pixels, 1.0))
            painter.setPen(thin)
            painter.drawPath(path)
        painter.setRenderHints(smooth)

    def _batch(self, batches: Batches, edge: Edge, drawn: _Drawn) -> QPainterPath:
        pen = self._pen(edge, drawn.look)
        found = batches.get(id(pen))
        if found is None:
            found = batches[id(pen)] = (pen, QPainterPath())
        return found[1]

    def _paint_labels(self, painter: QPainter, shown: list[_Drawn]) -> None:
        ink = self._shared.ink
        painter.setFont(ink.label_font)
        painter.setBrush(ink.palette.color("window"))
        for drawn in shown:
            if drawn.text is None:
                continue
            bad = drawn.look.severity
            painter.setPen(ink.severity_pen(bad) if bad else ink.border)
            painter.drawRoundedRect(drawn.pill, 6.0, 6.0)
            painter.setPen(ink.palette.color(bad) if bad else ink.muted.color())
            painter.drawStaticText(drawn.text_at, drawn.text)

    def _paint_handle(self, painter: QPainter, middle: QPointF) -> None:
        """A small cross in a circle."""
        ink = self._shared.ink
        painter.setPen(ink.edge_selected)
        painter.setBrush(ink.palette.color("window"))
        painter.drawEllipse(middle, HANDLE, HANDLE)
        painter.setPen(ink.selected)
        arm = HANDLE / 2.4
        for tilt in (arm, -arm):
            painter.drawLine(middle - QPointF(arm, tilt), middle + QPointF(arm, tilt))

    def _pen(self, edge: Edge, look: EdgeLook) -> QPen:
        ink = self._shared.ink
        if edge == self._target:
            return ink.edge_drop
        if edge in self._ghosted:
            return ink.ghost
        if edge == self._hovered or edge in self._selected:
            return ink.edge_selected
        return ink.severity_pen(look.severity)

    def _refresh(self, *edges: Edge | None) -> None:
        for edge in edges:
            if edge is not None and edge in self._drawn:
                self.update(self._drawn[edge].bounds)

    def _lay(self, edge: Edge, drawn: _Drawn, places: Mapping[NodeId, QPointF]) -> None:
        source, target = places[edge.source], places[edge.target]
        start = geo.out_port(source.x(), source.y())
        end = geo.in_port(target.x(), target.y())
        drawn.path, drawn.straight = geo.edge_path(start, end), None
        drawn.bounds = drawn.path.controlPointRect()
        self._lay_label(drawn, geo.label_place(start, end), geo.label_room(start, end))
        beside = drawn.pill.adjusted(0.0, 0.0, 2 * HANDLE + 5.0, 0.0)
        drawn.bounds = drawn.bounds.united(beside).adjusted(-_SLACK, -_SLACK, _SLACK, _SLACK)

    def _lay_label(self, drawn: _Drawn, middle: QPointF, room: float) -> None:
        drawn.text, drawn.pill = None, QRectF()
        if not drawn.look.label:
            return
        ink, inner = self._shared.ink, room - 2 * _PILL_SIDE
        text, wide = ink.label(drawn.look.label)
        if wide > inner:
            short = drawn.look.label.removeprefix("N×")
            text, wide = ink.label(ink.elided(short, ink.label_metrics, inner))
        width = wide + 2 * _PILL_SIDE
        drawn.pill = QRectF(middle.x() - width / 2, middle.y() - _PILL_HEIGHT / 2, width, _PILL_HEIGHT)
        drawn.text = text
        drawn.text_at = QPointF(drawn.pill.x() + _PILL_SIDE, middle.y() - ink.label_height / 2)


def _within(edges: Mapping[Edge, _Drawn], exposed: tuple[QRectF, ...]) -> list[tuple[Edge, _Drawn]]:
    """The edges that touch one of some rectangles."""
    if len(exposed) == 1:
        [whole] = exposed
        return [(edge, drawn) for edge, drawn in edges.items() if drawn.bounds.intersects(whole)]
    return [(edge, drawn) for edge, drawn in edges.items() if any(map(drawn.bounds.intersects, exposed))]
