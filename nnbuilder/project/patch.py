"""What leads from one project to another, as a frozen value, for steps like undo that are no edit."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project, TrainingConfig


class Patch(msgspec.Struct, frozen=True, omit_defaults=True):
    """The parts of a project that become others; what is not set stays.

    In `nodes`, null takes a node out. `order` lists all nodes where their order is not that of the project
    before with new ones at its end.
    """

    nodes: Mapping[NodeId, Node | None] = {}
    order: tuple[NodeId, ...] | UnsetType = UNSET
    edges: tuple[Edge, ...] | UnsetType = UNSET
    data: DataSpec | UnsetType = UNSET
    training: TrainingConfig | UnsetType = UNSET
    weights: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    extra: Mapping[str, Any] | UnsetType = UNSET


def make_patch(before: Project, after: Project) -> Patch:
    """The patch that leads from `before` exactly to `after`."""
    old, new = before.graph.nodes, after.graph.nodes
    nodes: dict[NodeId, Node | None] = {key: None for key in old if key not in new}
    nodes |= {key: node for key, node in new.items() if old.get(key) is not node}
    edges = after.graph.edges
    return Patch(
        nodes=nodes,
        order=UNSET if list(_patched(old, nodes)) == list(new) else tuple(new),
        edges=UNSET if before.graph.edges is edges else edges,
        data=UNSET if before.data is after.data else after.data,
        training=UNSET if before.training is after.training else after.training,
        weights=UNSET if before.weights == after.weights else after.weights,
        source=UNSET if before.source == after.source else after.source,
        extra=UNSET if before.extra is after.extra else after.extra,
    )


def apply_patch(before: Project, patch: Patch) -> Project:
    """The project that the patch leads to; raises `EditRefused` where it was made for another project."""
    nodes = _patched(before.graph.nodes, patch.nodes)
    if patch.order is not UNSET:
        if len(patch.order) != len(nodes) or set(patch.order) != nodes.keys():
            raise EditRefused("The patch is for another project.")
        nodes = {key: nodes[key] for key in patch.order}
    edges = before.graph.edges if patch.edges is UNSET else patch.edges
    return Project(
        graph=Graph(nodes, edges),
        data=before.data if patch.data is UNSET else patch.data,
        training=before.training if patch.training is UNSET else patch.training,
        weights=before.weights if patch.weights is UNSET else patch.weights,
        source=before.source if patch.source is UNSET else patch.source,
        extra=before.extra if patch.extra is UNSET else patch.extra,
    )


def _patched(old: Mapping[NodeId, Node], changes: Mapping[NodeId, Node | None]) -> dict[NodeId, Node]:
    """Nodes in their old order, new ones at the end."""
    nodes = {key: changes.get(key, node) for key, node in old.items()}
    nodes |= {key: node for key, node in changes.items() if key not in old}
    return {key: node for key, node in nodes.items() if node is not None}
