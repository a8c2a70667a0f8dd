"""What the page of layers can show, read from a run's course as values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.session.history import HistogramRow
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.plots.layer_rows import LayerHistory, LayerRows, histogram_table, quoted
from nnbuilder.ui.plots.layers.lines import EMPTY, Chart, Line

Show = Literal["weights", "gradients", "activations", "changes", "dead"]

USUAL = 1e-3
"""A change of this share a step is what people aim at."""


class Words(msgspec.Struct, frozen=True):
    """How one thing to show is called: on its button, as title, in a sentence; and why it can be missing."""

    button: str
    title: str
    sentence: str
    missing: str
    waiting: str = "Nothing has been reported of this run yet."


SHOWN: Mapping[Show, Words] = {
    "weights": Words(
        "Weights",
        "Weights",
        "How the weights of each layer are spread: those of a layer that learns move.",
        "has no weights in this run",
    ),
    "gradients": Words(
        "Gradients",
        "Gradients",
        "How the gradients of each layer are spread: the narrower around 0, the less the layer still learns.",
        "has no weights in this run, so no gradients either",
    ),
    "activations": Words(
        "Activations",
        "Activations",
        "What each layer gives out for the same samples: values at a single place tell no samples apart.",
        "gives out what it was given",
    ),
    "changes": Words(
        "Changes",
        "Changes of weights in a step",
        "The update-to-weight ratio: how much one step changes a layer's weights, mostly about a thousandth.",
        "has no weights in this run",
        "No step of this run has been measured yet.",
    ),
    "dead": Words(
        "Dead units",
        "Dead units and flat outputs",
        "Dead units let no gradient through for any sample; outputs that let none through are flat (dashed).",
        "is no activation function",
    ),
}

HISTOGRAMS: tuple[Show, ...] = ("weights", "gradients", "activations")


def graph_of(course: LayerCourse) -> Graph:
    """The drawing that is trained."""
    return course.run.project.graph if course.run.project is not None else Graph()


def chosen(layers: Sequence[NodeId], selected: Sequence[NodeId], graph: Graph) -> list[NodeId]:
    """The layers that are selected, by themselves or with a group around them."""
    wanted = set(selected)
    return [
        node
        for node in layers
        if node in wanted or (node in graph.nodes and not wanted.isdisjoint(graph.groups_of(node)))
    ]


def layers_of(show: Show, course: LayerCourse) -> tuple[NodeId, ...]:
    """The layers of which something is known."""
    if show == "activations":
        return course.computing
    latest = course.activations.latest
    if show == "dead":
        functions = () if latest is None else np.isfinite(latest.flat).tolist()
        return tuple(node for node, known in zip(course.computing, functions, strict=False) if known)
    return course.run.layers


def steps_of(show: Show, course: LayerCourse) -> list[int]:
    """The steps of which something is known."""
    rows = course.updates.kept if show == "changes" else _rows(show, course)
    return [row.step for row in rows]


def histories(show: Show, course: LayerCourse, nodes: Sequence[NodeId]) -> list[LayerHistory]:
    """The histograms of some layers over time; none where none have come."""
    layers, graph = layers_of(show, course), graph_of(course)
    rows = _rows(show, course)
    found = [
        LayerHistory(layer_title(graph, node), LayerRows(rows, layers.index(node)))
        for node in nodes
        if node in layers
    ]
    return [history for history in found if len(history.histograms)]


def chart(show: Show, course: LayerCourse, nodes: Sequence[NodeId]) -> Chart:
    """Lines over time for some layers."""
    return _dead(course, nodes) if show == "dead" else _changes(course, nodes)


def table(show: Show, course: LayerCourse, nodes: Sequence[NodeId]) -> Iterator[str]:
    """All that is known of these layers over time as comma-separated text."""
    if show in HISTOGRAMS:
        yield from histogram_table(histories(show, course, nodes))
        return
    drawn = chart(show, course, nodes)
    titles = [line.title for line in drawn.lines]
    yield ",".join(["step", *map(quoted, titles)]) + "\n"
    for place, step in enumerate(drawn.steps.tolist()):
        numbers = (f"{line.values[place]:.9g}" for line in drawn.lines)
        yield ",".join([f"{step:.0f}", *numbers]) + "\n"


def _rows(show: Show, course: LayerCourse) -> Sequence[HistogramRow]:
    if show in {"activations", "dead"}:
        return course.activations.kept
    return course.run.histograms.rows("gradient" if show == "gradients" else "weight")


def _changes(course: LayerCourse, nodes: Sequence[NodeId]) -> Chart:
    rows, layers, graph = course.updates.kept, course.run.layers, graph_of(course)
    rows = [row for row in rows if len(row.changes) == len(layers)]
    if not rows:
        return EMPTY
    ratios = np.stack([row.ratios for row in rows]).astype(np.float64)
    lines = tuple(
        Line(layer_title(graph, node), ratios[:, place], _hue(place, len(layers)))
        for place, node in enumerate(layers)
        if node in nodes
    )
    steps = np.array([row.step for row in rows], np.float64)
    return Chart(steps, lines, log=True, guide=(USUAL, "a thousandth"))


def _dead(course: LayerCourse, nodes: Sequence[NodeId]) -> Chart:
    rows, graph = course.activations.kept, graph_of(course)
    functions = layers_of("dead", course)
    if not rows:
        return EMPTY
    dead, flat = (
        np.stack([getattr(row, name) for row in rows]).astype(np.float64) for name in ("dead", "flat")
    )
    lines: list[Line] = []
    for number, node in enumerate(functions):
        if node in nodes:
            place, hue = course.computing.index(node), _hue(number, len(functions))
            title = layer_title(graph, node)
            lines.append(Line(f"{title} dead", dead[:, place], hue))
            lines.append(Line(f"{title} flat", flat[:, place], hue, dashed=True))
    return Chart(np.array([row.step for row in rows], np.float64), tuple(lines))


def _hue(place: int, count: int) -> float:
    return place / max(count - 1, 1)
