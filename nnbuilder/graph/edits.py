"""Every change to a drawing as a frozen value: it can be applied, named, saved and replayed."""

from nnbuilder.graph.chain_edits import Detach, MoveBeside, MoveInto, MoveToEdge, shifted
from nnbuilder.graph.edge_edits import Connect, Disconnect, InsertOnEdge
from nnbuilder.graph.edit import GraphEdit
from nnbuilder.graph.group_edits import Group, Ungroup
from nnbuilder.graph.node_edits import (
    AddNode,
    AddNodes,
    MoveNodes,
    RemoveNodes,
    Rename,
    ResetArg,
    SetArg,
    SetArgOnAll,
    SetArgs,
    SetDisabled,
    SetFrozen,
    SetType,
)
from nnbuilder.graph.note_edits import AddNote, ChangeNote, RemoveNotes

__all__ = [
    "AddNode",
    "AddNodes",
    "AddNote",
    "AnyGraphEdit",
    "ChangeNote",
    "Connect",
    "Detach",
    "Disconnect",
    "GraphEdit",
    "Group",
    "InsertOnEdge",
    "MoveBeside",
    "MoveInto",
    "MoveNodes",
    "MoveToEdge",
    "RemoveNodes",
    "RemoveNotes",
    "Rename",
    "ResetArg",
    "SetArg",
    "SetArgOnAll",
    "SetArgs",
    "SetDisabled",
    "SetFrozen",
    "SetType",
    "Ungroup",
    "shifted",
]

AnyGraphEdit = (
    AddNode
    | AddNodes
    | RemoveNodes
    | SetArg
    | SetArgOnAll
    | ResetArg
    | SetArgs
    | SetType
    | SetDisabled
    | SetFrozen
    | Rename
    | MoveNodes
    | Connect
    | Disconnect
    | InsertOnEdge
    | Detach
    | MoveToEdge
    | MoveBeside
    | MoveInto
    | Group
    | Ungroup
    | AddNote
    | ChangeNote
    | RemoveNotes
)
"""The closed union of graph edits: what a recovery log, a Fix or a message may hold."""
