"""What is wrong in a layer while it trains, in a sentence that says what may help."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Literal

import msgspec
import numpy as np

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.session.history import HistogramRow
from nnbuilder.session.layer_course import ActivationRow, LayerCourse

DEAD = 0.5
"""From this share of dead units on, a layer is in trouble."""

SATURATED = 0.9
"""From this share of numbers on, a function that is flat on both sides is saturated."""

FAST = 0.3
"""Weights that change by more than this share in one step are thrown about."""

PATIENCE = 3
"""So many reports in turn must say it before a change is called too fast: the first steps may be large."""

Found = tuple[NodeId, "Alarm"]


Severity = Literal["warning", "error"]


class Alarm(msgspec.Struct, frozen=True):
    """What is wrong in a layer; several sentences stand on lines of their own."""

    severity: Severity
    text: str


def alarms(course: LayerCourse) -> Mapping[NodeId, Alarm]:
    """The layers in which something is wrong now."""
    found: dict[NodeId, Alarm] = {}
    for node, alarm in chain(_values(course), _functions(course), _changes(course)):
        before = found.get(node)
        found[node] = alarm if before is None else _together(before, alarm)
    return found


def _together(first: Alarm, second: Alarm) -> Alarm:
    worse: Severity = "error" if "error" in (first.severity, second.severity) else "warning"
    return Alarm(worse, f"{first.text}\n{second.text}")


def _values(course: LayerCourse) -> Iterator[Found]:
    """NaN and infinity."""
    history, layers = course.run.histograms, course.run.layers
    yield from _nonfinite(history.latest("weight"), layers, "weights")
    yield from _nonfinite(history.latest("gradient"), layers, "gradients")
    yield from _nonfinite(course.activations.latest, course.computing, "outputs")


def _nonfinite(row: HistogramRow | None, layers: tuple[NodeId, ...], what: str) -> Iterator[Found]:
    if row is None:
        return
    for node, count, counts in zip(layers, row.nonfinite, row.counts, strict=False):
        if count:
            share = f"{count:,} of {count + round(float(counts.sum())):,}"
            yield node, Alarm("error", f"{share} {what} are NaN or infinite.")


def _functions(course: LayerCourse) -> Iterator[Found]:
    """Dead units and saturation; not of the last layer, which is flat where the network is sure."""
    row = course.activations.latest
    if row is None:
        return
    for place, node in enumerate(course.computing[:-1]):
        alarm = _function(row, place)
        if alarm is not None:
            yield node, alarm


def _function(row: ActivationRow, place: int) -> Alarm | None:
    dead, flat = float(row.dead[place]), float(row.flat[place])
    if dead >= DEAD:
        help_ = "A smaller learning rate, other initial weights or LeakyReLU can help."
        text = f"{dead:.0%} of its units are dead: none of {row.samples} samples lets a gradient through."
        return Alarm("error" if dead == 1.0 else "warning", f"{text} {help_}")
    if row.bounded[place] and flat >= SATURATED:
        help_ = "Smaller weights, a normalization before it or ReLU can help."
        return Alarm(
            "warning", f"It is saturated: {flat:.0%} of its outputs let no gradient through. {help_}"
        )
    return None


def _changes(course: LayerCourse) -> Iterator[Found]:
    """Weights that change too fast, or that no gradient reaches though they are not frozen."""
    rows = course.updates.kept[-PATIENCE:]
    if len(rows) < PATIENCE:
        return
    graph = course.run.project.graph if course.run.project is not None else Graph()
    slowest = np.min([row.ratios for row in rows], axis=0)
    steepest = np.max([row.gradients for row in rows], axis=0)
    for node, ratio, gradient in zip(course.run.layers, slowest.tolist(), steepest.tolist(), strict=False):
        if ratio > FAST:
            text = f"Each step changes its weights by {ratio:.0%}. A smaller learning rate can help."
            yield node, Alarm("warning", text)
        elif gradient == 0 and not (node in graph.nodes and graph.is_frozen(node)):
            yield node, Alarm("warning", "No gradient reaches its weights, so it does not learn.")
