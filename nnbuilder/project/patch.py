"""What leads from one project to another, as a frozen value, for steps like undo that are no edit."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId, Note
from nnbuilder.project.project import Project, TrainingConfig

Thing = TypeVar("Thing", Node, Note)


class Patch(msgspec.Struct, frozen=True, omit_defaults=True):
    """The parts of a project that become others; what is not set stays.

    In `nodes` and `notes`, null takes one out. `order` and `notes_order` list all of them where their order
    is not that of the project before with new ones at its end.
    """

    nodes: Mapping[NodeId, Node | None] = {}
    order: tuple[NodeId, ...] | UnsetType = UNSET
    edges: tuple[Edge, ...] | UnsetType = UNSET
    notes: Mapping[NodeId, Note | None] = {}
    notes_order: tuple[NodeId, ...] | UnsetType = UNSET
    data: DataSpec | UnsetType = UNSET
    training: TrainingConfig | UnsetType = UNSET
    weights: str | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
    extra: Mapping[str, Any] | UnsetType = UNSET
    silenced: tuple[str, ...] | UnsetType = UNSET


def make_patch(before: Project, after: Project) -> Patch:
    """The patch that leads from `before` exactly to `after`."""
    nodes, order = _changes(before.graph.nodes, after.graph.nodes)
    notes, notes_order = _changes(before.graph.notes, after.graph.notes)
    edges = after.graph.edges
    return Patch(
        nodes=nodes,
        order=order,
        edges=UNSET if before.graph.edges is edges else edges,
        notes=notes,
        notes_order=notes_order,
        data=UNSET if before.data is after.data else after.data,
        training=UNSET if before.training is after.training else after.training,
        weights=UNSET if before.weights == after.weights else after.weights,
        source=UNSET if before.source == after.source else after.source,
        extra=UNSET if before.extra is after.extra else after.extra,
        silenced=UNSET if before.silenced == after.silenced else after.silenced,
    )


def apply_patch(before: Project, patch: Patch) -> Project:
    """The project that the patch leads to; raises `EditRefused` where it was made for another project."""
    edges = before.graph.edges if patch.edges is UNSET else patch.edges
    return Project(
        graph=Graph(
            _patched(before.graph.nodes, patch.nodes, patch.order),
            edges,
            _patched(before.graph.notes, patch.notes, patch.notes_order),
        ),
        data=before.data if patch.data is UNSET else patch.data,
        training=before.training if patch.training is UNSET else patch.training,
        weights=before.weights if patch.weights is UNSET else patch.weights,
        source=before.source if patch.source is UNSET else patch.source,
        extra=before.extra if patch.extra is UNSET else patch.extra,
        silenced=before.silenced if patch.silenced is UNSET else patch.silenced,
    )


def _changes(
    old: Mapping[NodeId, Thing], new: Mapping[NodeId, Thing]
) -> tuple[dict[NodeId, Thing | None], tuple[NodeId, ...] | UnsetType]:
    """What differs, and the order where it is not the obvious one."""
    changes: dict[NodeId, Thing | None] = {key: None for key in old if key not in new}
    changes |= {key: thing for key, thing in new.items() if old.get(key) is not thing}
    return changes, UNSET if list(_patched(old, changes, UNSET)) == list(new) else tuple(new)


def _patched(
    old: Mapping[NodeId, Thing],
    changes: Mapping[NodeId, Thing | None],
    order: tuple[NodeId, ...] | UnsetType,
) -> dict[NodeId, Thing]:
    """Things in their old order, new ones at the end, or else in the order given."""
    merged = {key: changes.get(key, thing) for key, thing in old.items()}
    merged |= {key: thing for key, thing in changes.items() if key not in old}
    things = {key: thing for key, thing in merged.items() if thing is not None}
    if order is UNSET:
        return things
    if len(order) != len(things) or set(order) != things.keys():
        raise EditRefused("The patch is for another project.")
    return {key: things[key] for key in order}
