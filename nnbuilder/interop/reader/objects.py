"""The text's own functions, classes and objects, and what names, attributes and items are given."""

import ast
from collections.abc import Iterator

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import Required
from nnbuilder.interop.reader import methods
from nnbuilder.interop.reader.flows import TRAINING, ZEROS
from nnbuilder.interop.reader.machine import MOST_CALLS, Enough
from nnbuilder.interop.reader.pairs import Pairs
from nnbuilder.interop.reader.values import (
    MODULES,
    Above,
    Bound,
    Chain,
    Entry,
    Findings,
    Flow,
    Function,
    Instance,
    Klass,
    Layer,
    Method,
    Path,
    Scope,
    Several,
    Shape,
    Stranger,
    Unknown,
    Value,
)
from nnbuilder.interop.reading import ReadLayer, SourceProblem


class Returned:
    """A function ends with a value."""

    def __init__(self, value: Value) -> None:
        self.value = value


class Objects(Pairs):
    """Works out what the text defines itself."""

    def attribute(self, node: ast.Attribute) -> Value:
        whole, name = self.value(node.value), node.attr
        match whole:
            case Path(dotted=dotted) if not name.startswith("__"):
                return Path(f"{dotted}.{name}")
            case Stranger() if name in methods.ALIKE:
                return Method(whole, name)
            case Unknown():
                return self._of_unknown(whole, name, node)
            case Flow() | Several() | list() | dict() | str():
                return Shape(whole) if name == "shape" and isinstance(whole, Flow) else Method(whole, name)
            case Instance() | Chain():
                return self.part_named(whole, name, node)
            case Above():
                return self._above(whole, name, node)
            case Layer():
                return self._of_layer(whole, name, node)
        found = whole.find(name) if isinstance(whole, Klass) else None
        return self._bound(found[1], whole, node) if found else self.opaque(node)

    def _of_unknown(self, whole: Unknown, name: str, node: ast.Attribute) -> Value:
        if whole.why == ZEROS:
            return Method(whole, name)
        if whole.opaque or whole.parts or name.startswith("__"):
            return self.opaque(node)
        value = self.unknown(f"{whole.written}.{name}", node)
        return self.defaulted(value)

    def defaulted(self, value: Value) -> Value:
        """An unknown value with the default that the text gives it elsewhere."""
        return value

    def _of_layer(self, layer: Layer, name: str, node: ast.Attribute) -> Value:
        read = layer.read
        spec = LAYERS[read.type].arg(name) if read is not None else None
        if read is None or spec is None:
            return Method(layer, name)
        value = read.args.get(name, spec.default)
        return self.opaque(node) if isinstance(value, Required) else value

    def part_named(self, whole: Instance | Chain, name: str, node: ast.expr) -> Value:
        if name in whole.attrs:
            return whole.attrs[name]
        found = whole.klass.find(name) if whole.klass else None
        if found is not None:
            return self._bound(found[1], whole, node)
        if isinstance(whole, Chain):
            for entry in whole.entries:
                if entry.name == name:
                    return entry.module
            return Method(whole, name)
        if name == "training":
            return self.opaque(node, TRAINING)
        if name in _OF_MODULES:
            return Method(whole, name)
        written = ast.unparse(node)
        return self.unknown(written, node) if len(written) < 80 else self.opaque(node)

    def _bound(self, member: Value, own: Value, node: ast.expr) -> Value:
        if not isinstance(member, Function):
            return member
        marks = {mark.id for mark in member.node.decorator_list if isinstance(mark, ast.Name)}
        if "classmethod" in marks:
            return Bound(member, own if isinstance(own, Klass) else getattr(own, "klass", None))
        if "staticmethod" in marks or isinstance(own, Klass):
            return member
        if "property" in marks:
            call = ast.copy_location(ast.Call(node, [], []), node)
            return self.invoke(member, call, own)
        return Bound(member, own)

    def _above(self, above: Above, name: str, node: ast.Attribute) -> Value:
        klass = getattr(above.own, "klass", None)
        order = klass.lineage() if isinstance(klass, Klass) else ()
        behind = order[order.index(above.klass) + 1 :] if above.klass in order else above.klass.lineage()[1:]
        found = next(((each, each.members[name]) for each in behind if name in each.members), None)
        if found is not None:
            return self._bound(found[1], above.own, node)
        return Method(above.own, name)

    def invoke(self, function: Function, node: ast.Call, own: Value = None) -> Value:
        found = Findings()
        before = self.findings, self.scope, self.depth
        self.findings = found
        try:
            values = self._given(function, node, own)
            self._enter(node)
            self.called.add(function.node)
            self.scope = Scope(values, function.scope, function.klass, own)
            ended = self.run(function.node.body)
        finally:
            self.findings, self.scope, self.depth = before
        value = ended.value if isinstance(ended, Returned) else None
        keeper = value.findings if isinstance(value, MODULES) else self.findings
        keeper.add(found)
        return value

    def _enter(self, node: ast.expr) -> None:
        self.depth += 1
        if self.depth > MOST_CALLS:
            raise Enough(self.tree.problem(node, "This is made of itself without end; nothing is run."))

    def _given(self, function: Function, node: ast.Call, own: Value) -> dict[str, Value]:
        """The values of a function's parameters; those that are given to nobody are unknown."""
        args = function.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        values: dict[str, Value] = {}
        if own is not None and names:
            values[names.pop(0)] = own
        given = self.elements(node.args)
        words = dict(self._words(node))
        values |= dict(zip(names, given, strict=False))
        if args.vararg is not None:
            values[args.vararg.arg] = tuple(given[len(names) :])
        elif len(given) > len(names):
            self.fault(node, f"{function.node.name} takes {len(names)} arguments at most, not {len(given)}.")
        known = {*names, *(arg.arg for arg in args.kwonlyargs)}
        if args.kwarg is not None:
            values[args.kwarg.arg] = {name: words.pop(name) for name in [*words] if name not in known}
        for name in [name for name in words if name not in known]:
            self.fault(node, f"{function.node.name} has no argument {name[:80]}.")
        values |= {name: value for name, value in words.items() if name in known}
        self._defaults(function, values)
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs):
            if arg.arg not in values:
                values[arg.arg] = self.unknown(arg.arg, node)
        return values

    def _words(self, node: ast.Call) -> Iterator[tuple[str, Value]]:
        for word in node.keywords:
            value = self.value(word.value)
            if word.arg is not None:
                yield word.arg, value
            elif isinstance(value, dict):
                yield from ((str(name), part) for name, part in value.items())

    def _defaults(self, function: Function, values: dict[str, Value]) -> None:
        args = function.node.args
        places = [*args.posonlyargs, *args.args]
        pairs = list(zip(places[::-1], args.defaults[::-1], strict=False))
        pairs += [(arg, node) for arg, node in zip(args.kwonlyargs, args.kw_defaults, strict=True) if node]
        values |= {name: value for name, value in function.defaults.items() if name not in values}
        before, self.scope = self.scope, function.scope
        try:
            values |= {arg.arg: self.value(node) for arg, node in pairs if arg.arg not in values}
        finally:
            self.scope = before

    def defined(self, node: ast.FunctionDef, klass: Klass | None = None) -> Value:
        """The function that a definition makes; its defaults are worked out here, as Python does it."""
        for mark in node.decorator_list:
            maker = self.value(mark.func if isinstance(mark, ast.Call) else mark)
            if isinstance(maker, Function | Klass):
                return self.opaque(
                    mark, "A decorator of this text changes this function: that is not followed."
                )
        function = Function(node, self.scope, klass)
        known: dict[str, Value] = {}
        inside = Scope(klass.members, self.scope) if klass is not None else self.scope
        self._defaults(Function(node, inside, klass), known)
        function.defaults = {name: value for name, value in known.items() if not isinstance(value, Unknown)}
        return function

    def instance(self, klass: Klass, node: ast.Call) -> Value:
        self.called.add(klass.node)
        root = klass.root()
        if root == "torch.nn.Sequential":
            own: Chain | Instance = Chain(node, klass=klass)
        elif root.removeprefix("torch.nn.") in LAYERS:
            problem = self.tree.problem(
                node, f"{klass.name} changes what nn.{root[9:]} does: it cannot be drawn."
            )
            return Stranger("", node, opaque=True, name=klass.name, problem=problem)
        else:
            own = Instance(klass, node)
        before, self.findings = self.findings, own.findings
        depth = self.depth
        try:
            self._enter(node)
            self._construct(klass, own, node)
        finally:
            self.findings, self.depth = before, depth
        return own

    def _construct(self, klass: Klass, own: Chain | Instance, node: ast.Call) -> None:
        found = klass.find("__init__")
        if found is not None and isinstance(found[1], Function):
            self.invoke(found[1], node, own)
        elif isinstance(own, Chain):
            self.fill(own, node)
        else:
            names = [name for name, value in klass.members.items() if not isinstance(value, Function)]
            own.attrs |= dict(zip(names, self.elements(node.args), strict=False))
            own.attrs |= dict(self._words(node))

    def name_in_text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found = self.lookup(node.value.id)
            if found is not None and found[0] is self.scope.own and self.scope.own is not None:
                return node.attr if node.attr not in {"forward", "__call__"} else ""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=whole), name]):
                found, named = self.lookup(whole), self.value(name)
                own = found is not None and found[0] is self.scope.own
                return named if own and isinstance(named, str) else ""
        return ""

    def chain_of(self, chain: Chain, index: Value, node: ast.Subscript) -> Value:
        if isinstance(index, slice):
            return Chain(node, chain.entries[index], chain.findings)
        if isinstance(index, int) and -len(chain.entries) <= index < len(chain.entries):
            return chain.entries[index].module
        return self.opaque(node, "There is no such layer.")

    def bind(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(id=name):
                home = self.scope.homes.get(name, self.scope)
                self.touched = self.touched or home is not self.scope
                home.values[name] = self._named(name, value, target)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, value, target)
            case ast.Attribute(value=whole, attr=name):
                self.set_part(self.value(whole), name, value, target)
            case ast.Subscript(value=whole):
                self._put(self.value(whole), self.value(target.slice), value, target)

    def _named(self, name: str, value: Value, node: ast.expr) -> Value:
        """A value under a new name: what is unknown is asked for by it."""
        if not isinstance(value, Unknown) or value.parts or value.why:
            return value
        if isinstance(value, Stranger) and (value.problem is not None or value.name[:1].isupper()):
            return value
        if isinstance(value, Stranger) and not isinstance(value.node, ast.Call):
            return value
        if (
            isinstance(value, Stranger)
            and isinstance(value.node, ast.Call)
            and not isinstance(value.node.func, ast.Name)
        ):
            return value
        found = self.unknown(name, node)
        if isinstance(found, Unknown):
            found.default = value.default
        return found

    def _unpack(self, targets: list[ast.expr], value: Value, node: ast.expr) -> None:
        if isinstance(value, Several) and (parts := self.parts(value)) and len(targets) == 2:
            value = parts
        elif isinstance(value, Shape) and value.index is None:
            value = (Shape(value.flow, 0), *(self.opaque(target) for target in targets[1:]))
        star = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        items = self.items(value, node)
        if items is not None and star is not None and len(items) >= len(targets) - 1:
            rest = len(targets) - star - 1
            middle = items[star : len(items) - rest]
            items = [*items[:star], middle, *items[len(items) - rest :]]
        if items is None or len(items) != len(targets):
            items = [self.opaque(target) for target in targets]
        for target, item in zip(targets, items, strict=True):
            self.bind(target.value if isinstance(target, ast.Starred) else target, item)

    def set_part(self, whole: Value, name: str, value: Value, node: ast.expr) -> None:
        match whole:
            case Instance():
                whole.attrs[name] = value
                self.touched = True
                if isinstance(value, Stranger) and _is_meant(value):
                    self.strange(value, node)
            case Chain():
                if isinstance(value, MODULES):
                    methods.put(self, whole, name, value, node, self.member)
                else:
                    whole.attrs[name] = value
            case Layer(read=ReadLayer() as read, findings=found):
                found.problems.append(self._changed_layer(read, name, node))
        if name == "forward" and isinstance(whole, Instance | Chain):
            whole.findings.problems.append(self.tree.problem(node, _OTHER_FORWARD))

    def _changed_layer(self, read: ReadLayer, name: str, node: ast.expr) -> SourceProblem:
        """What is said where something of a layer is changed that is already made."""
        if LAYERS[read.type].arg(name) is not None:
            message = f"This changes {name} of a layer that is already made: write it in its parentheses."
            return self.tree.problem(node, message)
        message = f"{name[:40]} of a layer is left out: a drawn layer starts with weights of its own."
        return SourceProblem(*self.tree.place(node), message, "warning")

    def _put(self, whole: Value, index: Value, value: Value, node: ast.Subscript) -> None:
        self.touched = True
        match whole, index:
            case list(), int(place) if -len(whole) <= place < len(whole):
                whole[place] = value
            case dict(), str() | int():
                whole[index] = value
            case Chain(), int(place) if -len(whole.entries) <= place < len(whole.entries):
                if self.member(value, node):
                    whole.entries[place] = Entry(whole.entries[place].name, value, node)
            case Chain(), _:
                self.fault(node, "There is no such layer to be replaced.")
            case (list() | dict()) as lost, _:
                methods.lose(self, lost, node)


_OF_MODULES = methods.ALIKE | {
    *("forward", "__call__", "__init__", "add_module", "register_module", "parameters", "state_dict"),
    *("load_state_dict", "register_buffer", "modules", "children", "named_parameters", "zero_grad", "apply"),
}
"""Methods that every module has."""


_OTHER_FORWARD = "Another forward is put in here, which is not followed."


def _is_meant(value: Stranger) -> bool:
    """Whether a class of torch.nn was meant as a layer: it is said also where the forward does without."""
    node = value.node
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and not value.name.endswith("Loss")
    )
