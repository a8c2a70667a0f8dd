"""Methods of lists, dictionaries, texts and Sequentials, which change them as Python would."""

import ast
from collections.abc import Callable, Mapping, Sequence

from nnbuilder.graph import limits
from nnbuilder.interop.reader.machine import MOST_ITEMS, Enough, Machine
from nnbuilder.interop.reader.values import Chain, Entry, Value

Add = Callable[[Value, ast.expr], bool]
"""Whether a value can stand in a network; says why where it cannot."""

ALIKE = frozenset(
    [
        "to",
        "cuda",
        "cpu",
        "double",
        "float",
        "half",
        "bfloat16",
        "eval",
        "train",
        "requires_grad_",
        "apply",
        "share_memory",
        "compile",
    ]
)
"""Methods of modules that leave a drawing as it is."""

SAID = object()
"""Stands for a name of a layer that was complained about already."""

TYPES = frozenset(("double", "half", "bfloat16"))
"""Those that choose another type of numbers."""


def listed(machine: Machine, own: list[Value], name: str, node: ast.Call, args: Sequence[Value]) -> Value:
    """A method of a list."""
    match name, args:
        case "append", [item]:
            own.append(item)
        case "insert", [int(index), item]:
            own.insert(index, item)
        case "extend", [list() | tuple() | range() as more] if len(more) <= MOST_ITEMS:
            own.extend(more)
        case "pop", [] if own:
            return own.pop()
        case "pop", [int(index)] if -len(own) <= index < len(own):
            return own.pop(index)
        case "copy", []:
            return list(own)
        case "reverse", []:
            own.reverse()
        case "index" | "count", _:
            return machine.opaque(node)
        case _:
            lose(machine, own, node)
            return machine.opaque(node)
    if len(own) > MOST_ITEMS:
        raise Enough(machine.tree.problem(node, "This list grows too long to be read."))
    machine.touched = True
    return None


def lose(machine: Machine, own: list[Value] | dict[object, Value], node: ast.expr) -> None:
    """What a list or dictionary holds is not known any more: whoever wants its layers is told so."""
    lost = machine.opaque(node, "This change of a list is not followed: write its layers out.")
    if isinstance(own, list):
        own[:] = [lost]
    else:
        own["?"] = lost


def texted(machine: Machine, own: str, name: str, node: ast.Call, args: Sequence[Value]) -> Value:
    """A method of a text."""
    match name, args:
        case (("lower" | "upper" | "strip" | "title"), []):
            return {"lower": own.lower, "upper": own.upper, "strip": own.strip, "title": own.title}[name]()
        case "format", _ if own.count("{}") == own.count("{") == own.count("}") == len(args):
            if all(isinstance(arg, int | float | str) for arg in args) and not node.keywords:
                parts = own.split("{}")
                filled = [part + str(arg) for part, arg in zip(parts, [*args, ""], strict=True)]
                return "".join(filled)[: limits.STRING_BYTES]
    return machine.opaque(node)


def mapped(
    machine: Machine, own: dict[object, Value], name: str, node: ast.Call, args: Sequence[Value]
) -> Value:
    """A method of a dictionary."""
    match name, args:
        case "items", []:
            return [tuple(pair) for pair in own.items()]
        case "keys", []:
            return list(own)
        case "values", []:
            return list(own.values())
        case "get", [str() | int() as key]:
            return own.get(key)
        case "get", [str() | int() as key, other]:
            return own.get(key, other)
        case "update", [dict() as more]:
            own.update(more)
            machine.touched = True
            return None
        case (("update" | "pop" | "popitem" | "clear" | "setdefault" | "move_to_end"), _):
            lose(machine, own, node)
    return machine.opaque(node)


def chained(
    machine: Machine, own: Chain, name: str, node: ast.Call, args: Mapping[str | int, Value], add: Add
) -> Value:
    """A method of a Sequential that changes it."""
    before, machine.findings = machine.findings, own.findings
    try:
        return _changed(machine, own, name, node, args, add)
    finally:
        machine.findings = before


def _changed(
    machine: Machine, own: Chain, name: str, node: ast.Call, args: Mapping[str | int, Value], add: Add
) -> Value:
    machine.touched = True
    second = name in {"add_module", "register_module", "insert"}
    module = args.get("module", args.get(1 if second else 0))
    index = args.get("index", args.get(0))
    match name:
        case "append" if add(module, node):
            own.entries.append(Entry("", module, node))
        case "extend":
            items = machine.items(module, node)
            parts = [module] if items is None else items
            own.entries += [Entry("", part, node) for part in parts if add(part, node)]
        case "insert" if isinstance(index, int) and add(module, node):
            own.entries.insert(index, Entry("", module, node))
        case "add_module" | "register_module":
            put(machine, own, args.get("name", index), module, node, add)
        case "pop" if isinstance(index, int) and -len(own.entries) <= index < len(own.entries):
            return own.entries.pop(index).module
        case "insert" | "pop" if not isinstance(index, int):
            machine.fault(node, "This change of the nn.Sequential is not read: write its layers out.")
    return own


def put(machine: Machine, own: Chain, name: Value, module: Value, node: ast.expr, add: Add) -> None:
    """Gives a Sequential a module under a name, in the place of the one that has it."""
    if not add(module, node) or ((fault := name_fault(name)) is not None and not _said(machine, node, fault)):
        return
    text = str(name)
    for index, entry in enumerate(own.entries):
        if text == (entry.name or str(index)):
            own.entries[index] = Entry(entry.name, module, node)
            return
    own.entries.append(Entry("" if text == str(len(own.entries)) else text, module, node))


def _said(machine: Machine, node: ast.expr, fault: str) -> bool:
    machine.fault(node, fault)
    return False


def name_fault(name: Value) -> str | None:
    """Why this cannot be the name of a layer."""
    if not isinstance(name, str):
        return "The name of a layer is text in quotes."
    if not name or "." in name or any("\ud800" <= letter <= "\udfff" for letter in name):
        return "The name of a layer is neither empty nor does it hold a dot or half a character."
    if len(name.encode()) > limits.STRING_BYTES:
        return "The name of this layer is too long."
    return None
