"""What several selected layers have in common: their kinds, shared arguments, and edits of all at once."""

from collections.abc import Mapping, Sequence

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.edits import ResetArg, SetArgOnAll
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Graph, Node, NodeId
from nnbuilder.project.edits import Several
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.inspector import facts

COMMON = "In common"
"""The title of the arguments that layers of different kinds share."""


class Kind(msgspec.Struct, frozen=True):
    """Selected layers that take the same arguments."""

    title: str
    nodes: tuple[NodeId, ...]
    specs: tuple[ArgSpec, ...]


class Shown(msgspec.Struct, frozen=True):
    """What a form shows of several layers: values that they agree on, and names where they do not."""

    values: Mapping[str, ArgValue]
    resolved: Mapping[str, ArgValue]
    mixed: frozenset[str]


def kinds_of(graph: Graph, nodes: Sequence[NodeId]) -> tuple[Kind, ...]:
    """The kinds among these nodes that have arguments; what different kinds share comes first."""
    by_type: dict[str, list[Node]] = {}
    for key in nodes:
        node = graph.nodes[key]
        if node.type not in {INPUT, LOSS}:
            by_type.setdefault(node.type, []).append(node)
    kinds = [
        Kind(name, tuple(node.id for node in found), spec.args)
        for name, found in by_type.items()
        if (spec := registry.spec_of(found[0])) is not None and spec.args
    ]
    shared = [arg for arg in kinds[0].specs if all(arg in kind.specs for kind in kinds)] if kinds else []
    if len(kinds) > 1 and shared:
        everyone = tuple(node for kind in kinds for node in kind.nodes)
        kinds.insert(0, Kind(COMMON, everyone, tuple(shared)))
    return tuple(kinds)


def shown(graph: Graph, analysis: AnalysisFollower, kind: Kind) -> Shown:
    """What the form of a kind shows."""
    nodes = [graph.nodes[key] for key in kind.nodes]
    answers = [facts.resolved_args(node, analysis.layer_of(node.id), analysis.profile) for node in nodes]
    values, resolved, mixed = {}, {}, set()
    for spec in kind.specs:
        found = [node.args.get(spec.name, spec.start) for node in nodes]
        if any(one != found[0] for one in found):
            mixed.add(spec.name)
        elif any(spec.name in node.args for node in nodes):
            values[spec.name] = found[0]
        known = [answer.get(spec.name) for answer in answers]
        if all(one == known[0] for one in known):
            resolved[spec.name] = known[0]
    return Shown(values, resolved, frozenset(mixed))


def set_on_all(kind: Kind, name: str, value: ArgValue) -> SetArgOnAll:
    """The edit that gives an argument of all layers of a kind one value."""
    return SetArgOnAll(kind.nodes, name, value)


def reset_on_all(graph: Graph, kind: Kind, name: str) -> Several:
    """The edit that takes the explicit values of an argument away from all layers of a kind."""
    explicit = [key for key in kind.nodes if name in graph.nodes[key].args]
    title = f"Reset {name} on {counted(len(explicit), 'layer')}"
    return Several(title, tuple(ResetArg(key, name) for key in explicit))
