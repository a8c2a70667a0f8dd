"""Fixes that were made for an earlier state of a project, such as the one that a run began with."""

from collections.abc import Mapping
from typing import Any

import msgspec

from nnbuilder.project.edits import Edit, SetData, SetTraining
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project

_NOTHING = object()
_KEPT = object()


def rebased(fix: Fix, before: Project, now: Project) -> Fix | None:
    """The fix for the project as it is: only what it is about changes, whatever else was set since.

    None where somebody has changed since, to whatever, what the fix is about.
    """
    edits = [_edit(edit, before, now) for edit in fix.edits]
    known = tuple(edit for edit in edits if edit is not None)
    return Fix(fix.title, known) if len(known) == len(edits) else None


def _edit(edit: Edit, before: Project, now: Project) -> Edit | None:
    """One edit for the project as it is; edits of the drawing name what they change and stay."""
    if isinstance(edit, SetTraining):
        training = _merged(before.training, edit.training, now.training)
        return None if training is _KEPT else SetTraining(training, edit.what)
    if isinstance(edit, SetData):
        data = _merged(before.data, edit.data, now.data)
        return None if data is _KEPT else SetData(data, edit.what)
    return edit


def _merged(old: Any, wanted: Any, now: Any) -> Any:
    """`now` with what differs between `old` and `wanted`; `_KEPT` where `now` is no longer `old` there."""
    if old == wanted:
        return now
    if isinstance(old, msgspec.Struct) and type(old) is type(wanted) is type(now):
        fields = {name: _pick(name, old, wanted, now) for name in old.__struct_fields__}
        return _KEPT if _KEPT in fields.values() else msgspec.structs.replace(now, **fields)
    if isinstance(old, Mapping):
        keys = [*now, *(key for key in wanted if key not in now)]
        parts = {
            key: _merged(old.get(key, _NOTHING), wanted.get(key, _NOTHING), now.get(key, _NOTHING))
            for key in (*keys, *(key for key in old if key not in keys))
        }
        if any(part is _KEPT for part in parts.values()):
            return _KEPT
        return {key: part for key, part in parts.items() if part is not _NOTHING}
    return wanted if now == old else _KEPT


def _pick(name: str, *structs: msgspec.Struct) -> Any:
    return _merged(*(getattr(struct, name) for struct in structs))
