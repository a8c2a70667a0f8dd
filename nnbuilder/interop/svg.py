"""The drawing as a picture: one SVG text, from which PNG and PDF are rendered too.

Cards, edges and labels lie where the canvas draws them; selection and problems are left out, a picture is
for slides and papers. Only shapes and text without styles or clips, so that every reader shows the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

import msgspec

from nnbuilder.catalog.colors import DARK, FROZEN_COLOR, LIGHT, NOTES, UNKNOWN_COLOR, Scheme, Tokens, mixed
from nnbuilder.data.spec import DataProfile
from nnbuilder.graph import geometry as geo
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.graph import GROUP, INPUT, Edge, Graph, NodeId, Note
from nnbuilder.graph.report import printable
from nnbuilder.graph.report.rows import Shares
from nnbuilder.interop.looks import CardLook, card_look, edge_look
from nnbuilder.interop.text_width import fitted, mono, sans

_SIDE = 10.0
_PILL_HEIGHT = 17.0
_PILL_SIDE = 5.0
_BARS_HEIGHT = 26.0
_PADDING = 16.0
_SANS = "sans-serif"
_MONO = "monospace"


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """How a drawing is to be pictured.

    `group` pictures the inside of a group. `title` is what screen readers say. `data` names the data on the
    Input's card. `bars` are heights from 0 to 1 of small histograms on the cards. `heavy` are the shares of
    layers in which much of the network lies.
    """

    scheme: Scheme = "light"
    transparent: bool = False
    group: NodeId | None = None
    title: str = "Neural network"
    data: str = ""
    bars: Mapping[NodeId, Sequence[float]] = {}
    heavy: Mapping[NodeId, Shares] = {}


def drawing_svg(
    graph: Graph,
    analysis: Analysis | None = None,
    profile: DataProfile | None = None,
    picture: Picture | None = None,
) -> str:
    """A standalone SVG of the drawing, or of a group's inside, with torch's answer as far as there is one."""
    chosen = picture or Picture()
    return "\n".join(_Artist(graph, analysis or Analysis(), profile, chosen).lines()) + "\n"


class _Artist:
    """Writes the parts of one picture, what lies behind first."""

    def __init__(
        self, graph: Graph, analysis: Analysis, profile: DataProfile | None, picture: Picture
    ) -> None:
        self._graph = graph
        self._picture = picture
        self._profile = profile
        self._analysis = analysis
        self._answers = {layer.id: layer for layer in analysis.every()}
        self._tokens: Tokens = DARK if picture.scheme == "dark" else LIGHT
        self._ground = self._tokens.card if picture.transparent else self._tokens.canvas
        """What shows through ports and disabled cards."""
        self._nodes = {node.id: node for node in graph.children(picture.group)}
        self._notes = [note for note in graph.notes.values() if note.parent == picture.group]
        self._edges = [
            edge for edge in graph.edges if edge.source in self._nodes and edge.target in self._nodes
        ]

    def lines(self) -> Iterator[str]:
        """The whole text, line by line."""
        left, top, right, bottom = self._bounds()
        size = f'width="{_number(right - left)}" height="{_number(bottom - top)}"'
        box = " ".join(map(_number, (left, top, right - left, bottom - top)))
        yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{box}" role="img">'
        yield f"<title>{_text(self._picture.title)}</title>"
        if not self._picture.transparent:
            place = _box(left, top, right - left, bottom - top)
            yield f'<rect class="canvas" {place} fill="{self._tokens.canvas}"/>'
        yield from (line for note in self._notes if note.frame for line in self._note(note))
        yield from (line for edge in self._edges for line in self._edge(edge))
        yield from (line for edge in self._edges for line in self._label(edge))
        yield from (line for key in self._nodes for line in self._card(key))
        yield from (line for note in self._notes if not note.frame for line in self._note(note))
        yield "</svg>"

    def _bounds(self) -> tuple[float, float, float, float]:
        points: list[geo.Point] = []
        for node in self._nodes.values():
            points += [(node.x, node.y), (node.x + geo.CARD_WIDTH, node.y + geo.CARD_HEIGHT)]
        for note in self._notes:
            points += [(note.x, note.y), (note.x + note.width, note.y + note.height)]
        for edge in self._edges:
            start, end = self._ends(edge)
            points += [point for piece in geo.edge_curve(start, end) for point in piece]
        xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
        return min(xs) - _PADDING, min(ys) - _PADDING, max(xs) + _PADDING, max(ys) + _PADDING

    def _ends(self, edge: Edge) -> tuple[geo.Point, geo.Point]:
        source, target = self._nodes[edge.source], self._nodes[edge.target]
        return geo.out_port(source.x, source.y), geo.in_port(target.x, target.y)

    def _edge(self, edge: Edge) -> Iterator[str]:
        start, end = self._ends(edge)
        path = "M" + _point(start)
        for piece in geo.edge_curve(start, end):
            path += ("C" if len(piece) == 3 else "L") + " ".join(map(_point, piece))
        yield f'<path class="edge" d="{path}" fill="none" stroke="{self._tokens.edge}" stroke-width="2.2"/>'

    def _label(self, edge: Edge) -> Iterator[str]:
        look = edge_look(self._flowing(edge), None, ())
        if not look.label:
            return
        start, end = self._ends(edge)
        x, y = geo.label_place(start, end)
        room = geo.label_room(start, end) - 2 * _PILL_SIDE
        label = look.label if mono(look.label, 10) <= room else look.label.removeprefix("N×")
        label = fitted(label, room, 10, fixed=True)
        width = mono(label, 10) + 2 * _PILL_SIDE
        place = _box(x - width / 2, y - _PILL_HEIGHT / 2, width, _PILL_HEIGHT)
        tokens = self._tokens
        yield f'<rect class="pill" {place} rx="6" fill="{tokens.window}" stroke="{tokens.border}"/>'
        yield _words(label, (x, y + 3.6), tokens.muted, _MONO, 10, "middle", bold=True)

    def _flowing(self, edge: Edge) -> TensorType | None:
        if self._graph.nodes[edge.source].type == INPUT:
            return self._analysis.input
        answer = self._answers.get(edge.source)
        return answer.output if answer else None

    def _card(self, key: NodeId) -> Iterator[str]:
        node = self._nodes[key]
        answer, data = self._answers.get(key), self._picture.data
        inside = len(self._graph.children(key)) if node.type == GROUP else 0
        weight = self._picture.heavy.get(key)
        look = card_look(node, answer, (), self._profile, data, inside=inside, heavy=weight)
        place = f"translate({_number(node.x)} {_number(node.y)})"
        yield f'<g class="card" id="card-{_text(key)}" transform="{place}">'
        yield from self._body(look)
        if bars := self._picture.bars.get(key):
            yield self._histogram(bars, mixed(look.color, self._tokens.card, 0.46))
        yield from self._card_words(look)
        if look.frozen:
            yield _snowflake(self._tokens.canvas)
        for x, shown in ((0.0, look.has_in), (geo.CARD_WIDTH, look.has_out)):
            if shown:
                circle = f'cx="{_number(x)}" cy="{_number(geo.PORT_Y)}" r="{_number(geo.PORT_RADIUS)}"'
                yield f'<circle {circle} fill="{self._ground}" stroke="{look.color}" stroke-width="2"/>'
        yield "</g>"

    def _body(self, look: CardLook) -> Iterator[str]:
        width, radius = geo.CARD_WIDTH, geo.RADIUS
        place = _box(0, 0, width, geo.CARD_HEIGHT)
        shadow = _box(-1, 0.5, width + 2, geo.CARD_HEIGHT + 2)
        body = self._ground if look.ghost else self._tokens.card
        if not look.ghost:
            yield f'<rect {shadow} rx="{_number(radius + 1)}" fill="#000000" fill-opacity="0.06"/>'
        if look.group:
            yield from self._stack()
        yield f'<rect {place} rx="{_number(radius)}" fill="{body}"/>'
        header = f"M0,{geo.HEADER_HEIGHT:g}V{radius:g}A{radius:g},{radius:g} 0 0 1 {radius:g},0"
        header += f"H{width - radius:g}A{radius:g},{radius:g} 0 0 1 {width:g},{radius:g}"
        faded = mixed(look.color, self._tokens.canvas, 0.62) if look.ghost else look.color
        yield f'<path d="{header}V{geo.HEADER_HEIGHT:g}Z" fill="{faded}"/>'
        yield f'<rect {place} rx="{_number(radius)}" fill="none" {self._border(look)}/>'
        if look.heavy:
            bar = geo.weight_bar(look.heavy)
            paint = f'fill="{self._tokens.warning}" fill-opacity="0.85"'
            yield f'<rect class="weight" {_box(*bar)} {paint}/>'

    def _border(self, look: CardLook) -> str:
        """The stroke around a card: dashed where it is disabled or unknown."""
        if not (look.ghost or look.unknown):
            return f'stroke="{self._tokens.border}"'
        color = self._tokens.muted if look.unknown else self._tokens.faint
        return f'stroke="{color}" stroke-width="1.4" stroke-dasharray="5.6 2.8"'

    def _stack(self) -> Iterator[str]:
        """The lower edges of two more cards below a group."""
        for inset, lower in geo.STACK:
            place = _box(inset, 12, geo.CARD_WIDTH - 2 * inset, geo.CARD_HEIGHT - 12 + lower)
            paint = f'fill="{self._tokens.card}" stroke="{self._tokens.border}"'
            yield f'<rect class="stack" {place} rx="{_number(geo.RADIUS)}" {paint}/>'

    def _card_words(self, look: CardLook) -> Iterator[str]:
        inner = geo.CARD_WIDTH - 2 * _SIDE
        taken = sans(look.corner, 11) + 6 if look.corner else 0
        title = fitted(look.title, inner - taken, 13, bold=True)
        yield _words(title, (_SIDE, 18.2), "#ffffff", _SANS, 13, bold=True)
        if look.corner:
            yield _words(look.corner, (geo.CARD_WIDTH - _SIDE, 17.6), "#ffffff", _SANS, 11, "end")
        if look.detail:
            ink = self._tokens.muted if look.ghost else self._tokens.text
            detail = fitted(look.detail, inner, 11, fixed=True)
            yield _words(detail, (_SIDE, geo.HEADER_HEIGHT + 16), ink, _MONO, 11)
        if look.caption:
            caption = fitted(look.caption, inner, 11)
            yield _words(caption, (_SIDE, geo.HEADER_HEIGHT + 30), self._tokens.muted, _SANS, 11)

    def _histogram(self, bars: Sequence[float], color: str) -> str:
        width = (geo.CARD_WIDTH - 2 * _SIDE) / len(bars)
        bottom = geo.CARD_HEIGHT - 8.0
        path = "".join(
            f"M{_number(_SIDE + index * width)},{_number(bottom)}v{_number(-_BARS_HEIGHT * height)}"
            f"h{_number(max(width - 1, 0.5))}V{_number(bottom)}Z"
            for index, height in enumerate(min(max(bar, 0.0), 1.0) for bar in bars)
        )
        return f'<path class="bars" d="{path}" fill="{color}"/>'

    def _note(self, note: Note) -> Iterator[str]:
        strong = NOTES.get(note.color, UNKNOWN_COLOR)
        ground = mixed(self._tokens.canvas, strong, 0.07 if note.frame else 0.16)
        place = _box(note.x, note.y, note.width, note.height)
        edge = mixed(self._tokens.canvas, strong, 0.6)
        yield f'<g class="{"frame" if note.frame else "note"}" id="note-{_text(note.id)}">'
        yield f'<rect {place} rx="8" fill="{ground}" stroke="{edge}"/>'
        for index, line in enumerate(_wrapped(note)):
            baseline = (note.x + _SIDE, note.y + 18 + index * 16)
            yield _words(line, baseline, self._tokens.text, _SANS, 12, bold=note.frame)
        yield "</g>"


def _snowflake(around: str) -> str:
    """The disc with a snowflake at the corner of a frozen layer."""
    x, y, radius = geo.SNOWFLAKE
    path = "".join(f"M{_point(start)}L{_point(end)}" for start, end in geo.snowflake())
    place = f'cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"'
    disc = f'<circle {place} fill="{FROZEN_COLOR}" stroke="{around}" stroke-width="1.5"/>'
    return f'<g class="frozen">{disc}<path d="{path}" stroke="#ffffff" stroke-width="1.1"/></g>'


def _wrapped(note: Note) -> Iterable[str]:
    """The lines of a note's text that fit into it; of a frame the first, its title."""
    room, most = note.width - 2 * _SIDE, int((note.height - 6) // 16)
    if note.frame:
        return [fitted(note.text.partition("\n")[0], room, 12, bold=True)] if note.text else []
    lines: list[str] = []
    for paragraph in note.text.split("\n")[:most]:
        line = ""
        for word in paragraph.split(" "):
            if line and sans(f"{line} {word}", 12) > room:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
            if len(lines) >= most:
                break
        lines.append(line)
    return [fitted(line, room, 12) for line in lines[:most]]


def _words(
    text: str,
    place: geo.Point,
    color: str,
    font: str,
    size: int,
    anchor: str = "start",
    *,
    bold: bool = False,
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    where = f'x="{_number(place[0])}" y="{_number(place[1])}"'
    return (
        f'<text {where} fill="{color}" font-family="{font}" font-size="{size}"{weight}{side}>'
        f"{_text(text)}</text>"
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    sides = (("x", x), ("y", y), ("width", width), ("height", height))
    return " ".join(f'{name}="{_number(value)}"' for name, value in sides)


def _point(point: geo.Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    """A number with at most two digits behind the point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(text: str) -> str:
    """Text between tags or in quotes: what XML cannot hold, or would turn around, is replaced."""
    return escape(printable(text).replace("\n", " "))
