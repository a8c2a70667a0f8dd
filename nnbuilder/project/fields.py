"""Reads frozen values field by field from plain ones, as their declared types say, naming every fault."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from nnbuilder.graph.plain import Faults, read_args, read_mapping, within

S = TypeVar("S", bound=msgspec.Struct)

_WORDS: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    NoneType: "null",
}


def read_struct(faults: Faults, cls: type[S], value: Any, path: str) -> tuple[S | None, dict[str, Any]]:
    """The value and its unknown keys; None where a field without a default cannot be read."""
    found = read_mapping(faults, value, path)
    fields = {field.name: field for field in msgspec.structs.fields(cls)}
    tag = cls.__struct_config__.tag_field
    extra = {key: below for key, below in found.items() if key not in fields and key != tag}
    read: dict[str, Any] = {}
    for name, field in fields.items():
        place = within(path, name)
        if name in found:
            below, unknown = _read(faults, field.type, found[name], place)
            if unknown:
                extra[name] = unknown
            if below is not _UNREADABLE:
                read[name] = below
        elif field.required:
            faults.missing(place)
    if any(field.required and name not in read for name, field in fields.items()):
        return None, extra
    return cls(**read), extra


def expects(kind: Any) -> str:
    """What a declared type takes, in words."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(get_args(kind))
    if get_origin(kind) is tuple:
        return "a list of numbers" if get_args(kind)[0] is float else "a list of text"
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(expects(one) for one in get_args(kind))
    return _WORDS.get(kind, "an object")


_UNREADABLE = object()


def _read(faults: Faults, kind: Any, value: Any, path: str) -> tuple[Any, dict[str, Any]]:
    """A field's value, or `_UNREADABLE`, and its unknown keys."""
    if get_origin(kind) is Mapping:
        return read_args(faults, value, path)
    structs = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and _is_struct(one)]
    if structs:
        cls = structs[0] if len(structs) == 1 else _by_tag(faults, structs, value, path)
        if cls is None:
            return _UNREADABLE, {}
        read, extra = read_struct(faults, cls, value, path)
        return (_UNREADABLE if read is None else read), extra
    try:
        return msgspec.convert(value, kind), {}
    except (msgspec.ValidationError, ValueError):  # the latter for half characters
        faults.expected(path, expects(kind), value)
        return _UNREADABLE, {}


def _is_struct(kind: type) -> bool:
    return issubclass(kind, msgspec.Struct)


def _by_tag(
    faults: Faults, structs: list[type[msgspec.Struct]], value: Any, path: str
) -> type[msgspec.Struct] | None:
    """The member of a tagged union that a value says it is."""
    found = read_mapping(faults, value, path)
    field = structs[0].__struct_config__.tag_field or "type"
    by_tag = {str(cls.__struct_config__.tag): cls for cls in structs}
    tag = found.get(field)
    if isinstance(tag, str) and tag in by_tag:
        return by_tag[tag]
    if isinstance(value, dict):
        faults.expected(within(path, field), "one of " + ", ".join(by_tag), tag)
    return None
