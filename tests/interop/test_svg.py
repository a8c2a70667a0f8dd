"""Pictures of drawings: well-formed whatever was drawn, every card once, every text only text."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.catalog.colors import DARK, LIGHT, Scheme, Tokens
from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.geometry import CARD_HEIGHT, CARD_WIDTH, RADIUS
from nnbuilder.graph.graph import GROUP, INPUT, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.layout import tidy
from nnbuilder.graph.report.rows import Shares
from nnbuilder.interop.svg import Picture, drawing_svg
from tests.golden import check_golden
from tests.interop.drawings import analysis_of, line, named_chains, sample
from tests.strategies import graphs

GOLDEN = Path(__file__).parent / "golden"
N1 = NodeId("n1")


def parsed(svg: str) -> ET.Element:
    """The picture as XML."""
    return ET.fromstring(svg)  # noqa: S314  (our own text; that it is well-formed is the point)


def parts(svg: str, tag: str, kind: str = "") -> list[ET.Element]:
    """All elements of a tag, of one class where one is named."""
    found = parsed(svg).iter("{http://www.w3.org/2000/svg}" + tag)
    return [part for part in found if not kind or part.get("class") == kind]


def texts(svg: str) -> list[str]:
    """Everything that the picture says."""
    return [part.text or "" for part in parts(svg, "text")]


def placed() -> Graph:
    """The sample in rows, with a note and a frame."""
    graph = sample()
    notes = [
        Note(NodeId("a"), "Why <this> & that:\nbecause of a long reason that wraps around", 0, 380, 200, 80),
        Note(NodeId("b"), "Encoder\nsecond line", -20, -30, 520, 150, "blue", frame=True),
    ]
    graph = MoveNodes(tidy(graph)).apply(graph)
    return msgspec.structs.replace(graph, notes={note.id: note for note in notes})


@given(graphs() | named_chains(), st.sampled_from(["light", "dark"]), st.booleans())
def test_any_drawing_is_a_picture(graph: Graph, scheme: str, transparent: bool) -> None:
    picture = Picture(scheme="dark" if scheme == "dark" else "light", transparent=transparent)
    svg = drawing_svg(graph, analysis_of(graph), None, picture)
    ids = [part.get("id") for part in parts(svg, "g", "card")]
    assert ids == [f"card-{node.id}" for node in graph.children(None)]
    assert len(parts(svg, "path", "edge")) == len(
        [edge for edge in graph.edges if graph.nodes[edge.source].parent is None]
    )
    assert bool(parts(svg, "rect", "canvas")) != transparent


@given(st.text(max_size=30))
def test_any_text_stays_text(text: str) -> None:
    graph = Graph({N1: Node(N1, text or "x", name=text)}, notes={N1: Note(N1, text, width=4000.0)})
    svg = drawing_svg(graph, None, None, Picture(title=text, data=text))
    assert all(letter.isprintable() or letter == "\n" for letter in svg)
    assert {part.tag.rpartition("}")[2] for part in parsed(svg).iter()} <= {
        "svg",
        "title",
        "rect",
        "path",
        "circle",
        "g",
        "text",
    }


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "]]>", "&lt;", "a\x00b", "\u202e", "\ud800"])
def test_a_hostile_name_is_written_as_letters(name: str) -> None:
    svg = drawing_svg(Graph({N1: Node(N1, "ReLU", name=name)}))
    (title, caption) = texts(svg)
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
    assert title == "ReLU"
    assert clean.startswith(caption.removesuffix("…"))


def test_the_golden_picture() -> None:
    graph = placed()
    picture = Picture(title="A small network", bars={NodeId("n2"): [0.2, 1.0, 0.5]})
    check_golden(GOLDEN / "network.svg", drawing_svg(graph, analysis_of(graph), None, picture))


def test_a_card_says_what_the_canvas_says() -> None:
    graph = placed()
    said = texts(drawing_svg(graph, analysis_of(graph)))
    assert {"Linear", "4 → 12", "12 features", "block", "2 layers", 'the "head"', "N×12", "Encoder"} <= set(
        said
    )
    assert "second line" not in said


@pytest.mark.parametrize(("scheme", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_a_heavy_layer_has_its_bar(scheme: Scheme, tokens: Tokens) -> None:
    graph = placed()
    picture = Picture(scheme=scheme, heavy={NodeId("n2"): Shares(parameters=0.5, flops=0.25)})
    svg = drawing_svg(graph, analysis_of(graph), None, picture)
    [bar] = parts(svg, "rect", "weight")
    assert float(bar.attrib["width"]) == (CARD_WIDTH - 2 * RADIUS) / 2
    assert float(bar.attrib["y"]) + float(bar.attrib["height"]) < CARD_HEIGHT
    assert bar.attrib["fill"] == tokens.warning
    [card] = [part for part in parts(svg, "g", "card") if any(one.get("class") == "weight" for one in part)]
    assert card.get("id") == "card-n2"
    assert parts(drawing_svg(graph, analysis_of(graph)), "rect", "weight") == []


def test_a_group_is_pictured_from_inside() -> None:
    graph = placed()
    block = graph.of_type(GROUP)[0].id
    svg = drawing_svg(graph, analysis_of(graph), None, Picture(group=block))
    assert [part.get("id") for part in parts(svg, "g", "card")] == ["card-n7", "card-n8"]
    dashed = ["stroke-dasharray" in rest for rest in svg.split('class="card"')[1:]]
    assert dashed == [False, True]


def test_light_and_dark_differ_in_colours_only() -> None:
    light = drawing_svg(placed())
    dark = drawing_svg(placed(), None, None, Picture(scheme="dark"))
    assert LIGHT.canvas in light
    assert DARK.canvas in dark
    assert re.sub("#[0-9a-f]{6}", "", light) == re.sub("#[0-9a-f]{6}", "", dark)


def test_everything_lies_within_the_picture() -> None:
    nodes = [Node(NodeId("i"), INPUT, x=900.0), Node(NodeId("r"), "ReLU", x=-300.0, y=400.0)]
    root = parsed(drawing_svg(line(*nodes)))
    left, top, width, height = map(float, (root.get("viewBox") or "").split())
    assert left < -300 - 56
    assert left + width > 900 + CARD_WIDTH + 56
    assert top < 0
    assert top + height > 400 + CARD_HEIGHT


def test_an_empty_drawing_is_a_picture_too() -> None:
    assert parts(drawing_svg(Graph()), "g") == []
    loose = Graph({N1: Node(N1, "ReLU")}, (Edge(N1, NodeId("gone")),))
    assert parts(drawing_svg(loose), "path", "edge") == []
