"""Edits of the whole document; graph edits are lifted to it here."""

from collections.abc import Hashable

import msgspec

from nnbuilder.data.spec import DataSpec
from nnbuilder.graph.edits import AnyGraphEdit, GraphEdit
from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.patch import Patch, apply_patch
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import changed_faults, project_faults


class SetTraining(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Replaces the training configuration; `what` names the field for the undo menu."""

    training: TrainingConfig
    what: str = "training"


class SetData(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Chooses other data, another split or other scaling; `what` names the field for the undo menu."""

    data: DataSpec
    what: str = "data"


class SetWeights(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Makes the project stand at stored weights, or at the seed's initialization (None)."""

    sha256: str | None


class SetSource(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Keeps the text of the code panel."""

    source: str | None


class SetCode(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Brings the drawing to what the text of the code panel says, and keeps that text: one undo step."""

    source: str
    patch: Patch


class Silence(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Keeps advice with this code from being shown for this project."""

    code: str


class Unsilence(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Shows advice with this code again."""

    code: str


class Several(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Some edits as one undo step; all are applied or none."""

    title: str
    edits: tuple[
        AnyGraphEdit | SetTraining | SetData | SetWeights | SetSource | SetCode | Silence | Unsilence, ...
    ]


Edit = AnyGraphEdit | SetTraining | SetData | SetWeights | SetSource | SetCode | Silence | Unsilence | Several
"""One user change as a frozen value: the closed union that logs, messages and fixes may hold."""


def apply_edit(project: Project, edit: Edit) -> Project:
    """The changed document; raises `EditRefused` (nothing changed) where the edit makes no sense.

    It is refused as well when it brings in a value that could not be saved and opened again.
    """
    after = _applied(project, edit)
    if found := list(changed_faults(project, after)):
        before = {fault.path for fault in project_faults(project)}
        for fault in found:
            if fault.path not in before:
                raise EditRefused(fault.message)
    return after


def _applied(project: Project, edit: Edit) -> Project:
    if isinstance(edit, GraphEdit):
        return msgspec.structs.replace(project, graph=edit.apply(project.graph))
    if isinstance(edit, Several):
        for part in edit.edits:
            project = _applied(project, part)
        return project
    if isinstance(edit, SetCode):
        return msgspec.structs.replace(_drawn(project, edit.patch), source=edit.source)
    return msgspec.structs.replace(project, **_fields(project, edit))


def _drawn(project: Project, patch: Patch) -> Project:
    """The project with the drawing that a patch leads to; refused where it is made for another one."""
    after = apply_patch(project, patch)
    graph = after.graph
    if any(edge.source not in graph.nodes or edge.target not in graph.nodes for edge in graph.edges):
        raise EditRefused("The patch is for another project.")
    return msgspec.structs.replace(project, graph=graph)


def describe_edit(project: Project, edit: Edit) -> str:
    """What the edit does, for the undo menu; `project` is the document before it."""
    if isinstance(edit, GraphEdit):
        return edit.describe(project.graph)
    if isinstance(edit, Several):
        return edit.title
    if isinstance(edit, SetTraining | SetData):
        return f"Change {edit.what}"
    if isinstance(edit, Silence | Unsilence):
        return f"{'Silence' if isinstance(edit, Silence) else 'Show'} {edit.code}"
    names = {SetWeights: "Change weights", SetSource: "Edit code", SetCode: "Edit code"}
    return names[type(edit)]


def merge_key(edit: Edit) -> Hashable | None:
    """Edits with equal keys that follow each other are one undo step; None never merges."""
    if isinstance(edit, GraphEdit):
        return edit.merge_key()
    if isinstance(edit, SetTraining):
        return ("SetTraining", edit.what)
    if isinstance(edit, SetSource | SetCode):
        return "code"
    if isinstance(edit, SetData) and edit.what != "data":
        return ("SetData", edit.what)
    return None


def _fields(
    project: Project, edit: SetTraining | SetData | SetWeights | SetSource | Silence | Unsilence
) -> dict[str, object]:
    if isinstance(edit, Silence | Unsilence):
        others = tuple(code for code in project.silenced if code != edit.code)
        kept = project.silenced if len(others) < len(project.silenced) else (*others, edit.code)
        return {"silenced": kept if isinstance(edit, Silence) else others}
    if isinstance(edit, SetTraining):
        return {"training": edit.training}
    if isinstance(edit, SetData):
        return {"data": edit.data}
    if isinstance(edit, SetWeights):
        return {"weights": edit.sha256}
    return {"source": edit.source}
