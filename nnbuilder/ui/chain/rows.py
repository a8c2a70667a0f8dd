"""What the list shows, as values: the tree of rows, and the words of each row."""

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.catalog.registry import can_learn
from nnbuilder.catalog.spec import AUTO
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.layout import stretches
from nnbuilder.graph.order import order_of
from nnbuilder.project.problem import Problem, Severity
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.ui.common.answers import answer_for
from nnbuilder.ui.common.colors import INPUT_COLOR, LOSS_COLOR, UNKNOWN_COLOR, group_color
from nnbuilder.ui.common.titles import counted

LOOSE = "not connected"
"""What is said of a layer that no chain reaches."""

TOP = -1
"""The place of what is around all rows."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One row of the tree: its node, the row around it, its place there, and the rows in it.

    `index` is its place in the `nn.Sequential`; None for the ends, and for what no chain reaches.
    """

    node: NodeId
    parent: int
    place: int
    children: tuple[int, ...]
    index: int | None


class Row(msgspec.Struct, frozen=True):
    """What one row says; `heard` is all of it in one sentence, for screen readers."""

    title: str
    kind: str
    number: str
    args: str
    shapes: str
    parameters: int
    severity: Severity | None
    problems: tuple[str, ...]
    color: str
    disabled: bool
    frozen: bool
    group: bool
    heard: str


def entries_of(graph: Graph) -> tuple[Entry, ...]:
    """All rows, each group's behind it; those at the top come first."""
    made: list[Entry] = []
    waiting: list[tuple[NodeId | None, int]] = [(None, TOP)]
    for group, parent in waiting:
        first = len(made)
        layers = {key: index for index, key in enumerate(order_of(graph, group).layers)}
        inside = [key for line in stretches(graph, group) for key in line]
        made += [Entry(key, parent, place, (), layers.get(key)) for place, key in enumerate(inside)]
        if parent != TOP:
            rows = tuple(range(first, len(made)))
            made[parent] = msgspec.structs.replace(made[parent], children=rows)
        waiting += [
            (entry.node, first + entry.place)
            for entry in made[first:]
            if graph.nodes[entry.node].type == GROUP
        ]
    return tuple(made)


def row_of(graph: Graph, entry: Entry, analysis: AnalysisFollower) -> Row:
    """The words of one row."""
    node = graph.nodes[entry.node]
    answer = answer_for(graph, node.id, analysis)
    problems = analysis.problems_of(node.id)
    loose = entry.index is None and node.type not in {INPUT, LOSS}
    shapes = _shapes(answer.fed, answer.given, "→", "×")
    row = Row(
        title=node.name or node.type,
        kind=node.type,
        number="" if entry.index is None else str(entry.index),
        args=", ".join(part for part in (LOOSE if loose else "", args_in_words(node, analysis)) if part),
        shapes=shapes,
        parameters=answer.parameters,
        severity=_worst(problems),
        problems=tuple(problem.message for problem in problems),
        color=_color(node),
        disabled=node.disabled,
        frozen=not node.disabled and can_learn(node.type) and graph.is_frozen(node.id),
        group=node.type == GROUP,
        heard="",
    )
    spoken = _shapes(answer.fed, answer.given, "to", "by")
    return msgspec.structs.replace(row, heard=_heard(row, node, entry, spoken))


def args_in_words(node: Node, analysis: AnalysisFollower) -> str:
    """The arguments that are not PyTorch's defaults, with what "auto" stands for left to the shapes."""
    if node.type == GROUP:
        return "group"
    spec = registry.spec_of(node)
    if spec is None:
        return "unknown layer"
    words = [
        f"{'' if (node.type, arg.name) == (LOSS, 'loss') else arg.name} {_value(node.args[arg.name])}".strip()
        for arg in spec.args
        if arg.name in node.args and node.args[arg.name] not in (AUTO, arg.default)
    ]
    if node.type == INPUT and not words and analysis.profile is not None:
        return analysis.profile.title
    return ", ".join(words)


def _heard(row: Row, node: Node, entry: Entry, shapes: str) -> str:
    parts = [f"{row.number}: {row.title}" if row.number else row.title]
    if row.title != row.kind:
        parts.append("group" if node.type == GROUP else row.kind)
    if row.disabled:
        parts.append("disabled")
    if row.frozen:
        parts.append("frozen")
    if row.args and row.args not in parts:
        parts.append(row.args)
    if node.type == GROUP:
        parts.append(counted(len(entry.children), "layer") + " in it")
    if shapes:
        parts.append(shapes)
    if row.parameters:
        parts.append(counted(row.parameters, "parameter"))
    if row.severity is not None:
        parts.append(counted(len(row.problems), row.severity if len(row.problems) == 1 else "problem"))
    return ", ".join(parts)


def _shapes(fed: TensorType | None, given: TensorType | None, arrow: str, times: str) -> str:
    gap = " " if len(times) > 1 else ""
    texts = [one.label().replace("×", f"{gap}{times}{gap}") for one in (fed, given) if one is not None]
    if len(texts) == 2 and texts[0] != texts[1]:
        return f"{texts[0]} {arrow} {texts[1]}"
    return texts[0] if texts else ""


def _value(value: ArgValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "×".join(str(part) for part in value)
    return str(value)


def _worst(problems: tuple[Problem, ...]) -> Severity | None:
    found = {problem.severity for problem in problems}
    order: tuple[Severity, ...] = ("error", "warning", "note")
    return next((severity for severity in order if severity in found), None)


def _color(node: Node) -> str:
    if node.type in {INPUT, LOSS}:
        return INPUT_COLOR if node.type == INPUT else LOSS_COLOR
    spec = registry.spec_of(node)
    return group_color(spec.group) if spec is not None else UNKNOWN_COLOR
