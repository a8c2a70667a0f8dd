"""Calls: layers, Sequentials, the text's own functions and classes, and what libraries offer."""

import ast
from abc import abstractmethod

from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.names import FUNCTIONAL, LAZY, ORDERED, TORCH_NN, class_of
from nnbuilder.interop.reader import methods
from nnbuilder.interop.reader.arguments import word_for
from nnbuilder.interop.reader.builtins import MATHS, builtin
from nnbuilder.interop.reader.flows import Flows, function_name
from nnbuilder.interop.reader.freezing import freeze
from nnbuilder.interop.reader.functional import FUNCTIONS
from nnbuilder.interop.reader.layer_calls import read_layer, unknown_class
from nnbuilder.interop.reader.machine import MOST_LAYERS, Enough
from nnbuilder.interop.reader.numbers import FAILURES
from nnbuilder.interop.reader.partials import PARTIAL, filled, partial_of
from nnbuilder.interop.reader.values import (
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
    Partial,
    Path,
    Several,
    Shape,
    Stranger,
    Unknown,
    Value,
)
from nnbuilder.interop.small_classes import SmallClass
from nnbuilder.interop.source_tree import Located
from nnbuilder.interop.spelling import meant

_THROUGH = {"torch.compile", "torch.jit.script", "torch.nn.DataParallel", "torch.jit.trace"}
"""Functions that return the network that they are given, for other machines."""

_READ = {"torch", "torch.nn", "torch.nn.functional", "torch.optim"}
"""What may be looked into by a name in quotes."""

_COPIES = {"copy.deepcopy", "copy.copy", "deepcopy"}


class Calls(Flows):
    """Works out calls and attributes."""

    @abstractmethod
    def invoke(self, function: Function, node: ast.Call, own: Value = None) -> Value:
        """What a function of the text returns."""

    @abstractmethod
    def instance(self, klass: Klass, node: ast.Call) -> Value:
        """An object of a class of the text."""

    @abstractmethod
    def part_named(self, whole: Instance | Chain, name: str, node: ast.expr) -> Value:
        """An attribute of an object by its name."""

    @abstractmethod
    def set_part(self, whole: Value, name: str, value: Value, node: ast.expr) -> None:
        """Gives an object an attribute."""

    def call(self, node: ast.Call) -> Value:
        return self._called(self.value(node.func), node)

    def _called(self, callee: Value, node: ast.Call) -> Value:
        match callee:
            case Partial():
                return self._called(callee.callee, filled(callee, node))
            case Path(dotted=dotted):
                return self._library(dotted, node)
            case Klass(small=small):
                return self.layer(node, small.layer, small) if small else self.instance(callee, node)
            case Function():
                return self.invoke(callee, node)
            case Bound(function=function, own=own):
                return self.invoke(function, node, own)
            case Method(own=own, name=name):
                return self._method(own, name, node)
            case Layer() | Chain() | Instance() | Stranger():
                return self.applied(callee, node)
        return self._unknown_call(callee, node) if isinstance(callee, Unknown) else self.opaque(node)

    def _unknown_call(self, callee: Unknown, node: ast.Call) -> Value:
        if any(isinstance(value, Flow) for value in self.handed_over(node)):
            if callee.why:
                raise self.refuse(node, callee.why)
            raise self.refuse(node, f"{callee.written or 'What is called here'} is not in this text.")
        if callee.why or not isinstance(node.func, ast.Name):
            return self.opaque(node, callee.why)
        if _is_sequential(node.func.id):
            return self.sequential(node, node.func.id)
        return Stranger("", node, opaque=True, name=node.func.id, problem=self.tree.disguise(node))

    def handed_over(self, node: ast.Call) -> list[Value]:
        """What is given to something that is not in this text."""
        return [self.value(item) for item in (*node.args, *(word.value for word in node.keywords))]

    def _library(self, dotted: str, node: ast.Call) -> Value:
        if dotted.startswith("builtins."):
            return self._builtin(dotted[9:], node)
        name = class_of(dotted)
        if name is not None:
            return self._class(name, node)
        if dotted == ORDERED:
            words = {word.arg: self.value(word.value) for word in node.keywords if word.arg}
            first = builtin(self, "dict", ast.Call(node.func, node.args, []), self.elements(node.args))
            return {**first, **words} if isinstance(first, dict) else self.opaque(node)
        if node.args and dotted in PARTIAL:
            return partial_of(self, node)
        if node.args and dotted in _THROUGH:
            return self.value(node.args[0])
        if node.args and dotted in _COPIES:
            return self._copied_value(self.value(node.args[0]))
        return self._maths(dotted, node) if node.args and dotted in MATHS else self._function(dotted, node)

    def _function(self, dotted: str, node: ast.Call) -> Value:
        """The call of a function of a library: one on tensors, or one of which nothing is known."""
        function = function_name(dotted)
        if function in _FLOWING or function in FUNCTIONS:
            return self.function(function, node)
        if any(isinstance(value, Flow | Several) for value in self.handed_over(node)):
            if function:
                return self.function(function, node)
            raise self.refuse(node, "This function of a tensor is no layer of torch.nn.")
        return self.opaque(node)

    def _maths(self, dotted: str, node: ast.Call) -> Value:
        value = self.value(node.args[0])
        if isinstance(value, Unknown):
            return self.computed(node, value)
        try:
            return MATHS[dotted](value)
        except FAILURES:
            return self.opaque(node)

    def _builtin(self, name: str, node: ast.Call) -> Value:
        if name == "super":
            scope = self.scope
            return Above(scope.klass, scope.own) if scope.klass is not None else self.opaque(node)
        args = self.elements(node.args)
        match name, args:
            case "getattr", [Instance() | Chain() as whole, str(attr), *_] if not attr.startswith("__"):
                return self.part_named(whole, attr, node)
            case "getattr", [Path(dotted=dotted), str(attr), *_] if dotted in _READ and attr[:1].isalpha():
                return Path(f"{dotted}.{attr}")
            case "setattr", [Instance() | Chain() as whole, str(attr), value]:
                self.set_part(whole, attr, value, node)
                return None
        if name == "len" and len(args) == 1 and isinstance(args[0], Flow):
            return Shape(args[0], 0)
        result = builtin(self, name, node, args)
        if name == "dict" and isinstance(result, dict):
            result |= {word.arg: self.value(word.value) for word in node.keywords if word.arg}
        return result

    def _class(self, name: str, node: ast.Call) -> Value:
        """The call of a class of torch.nn, or of what might be meant by one."""
        if not self.tree.plain and (disguise := self.tree.disguise(node)) is not None:
            return Stranger("", node, opaque=True, name=name, problem=disguise)
        if name == GROUP:
            return self.sequential(node)
        if name == "Parameter":
            return self.opaque(node)
        if name in LAYERS or name in LAZY:
            return self.layer(node, name)
        if name in {"ModuleList", "ModuleDict"}:
            whole = self.value(node.args[0]) if node.args else ([] if name == "ModuleList" else {})
            items = self.items(whole, node)
            return whole if isinstance(whole, dict | Unknown) or items is None else items
        if _is_sequential(name):
            return self.sequential(node, name)
        if name == "DataParallel" and node.args:
            return self.value(node.args[0])
        return Stranger("", node, opaque=True, name=name)

    def layer(self, node: ast.Call, name: str, small: SmallClass | None = None) -> Layer:
        """A layer of the catalogue."""
        self.made += 1
        if self.made > MOST_LAYERS:
            message = f"A drawing holds at most {limits.NODES:,} layers; here are more than {MOST_LAYERS:,}."
            raise Enough(self.tree.problem(node, message))
        if not self.tree.plain and (disguise := self.tree.disguise(node)) is not None:
            return Layer(None, Findings([disguise]))
        return read_layer(self.tree, node, name, self.value, small)

    def sequential(self, node: ast.Call, misspelled: str = "") -> Chain:
        """A Sequential with what it is given."""
        chain = Chain(node)
        before, self.findings = self.findings, chain.findings
        try:
            if misspelled:
                self.fault(node, f"{misspelled[:80]} does not exist. Did you mean nn.{GROUP}?")
            self.fill(chain, node)
        finally:
            self.findings = before
        return chain

    def fill(self, chain: Chain, node: ast.Call) -> None:
        """Puts what a constructor is given into a Sequential."""
        for word in node.keywords:
            self.fault(word.value, "nn.Sequential takes layers without names; OrderedDict gives them names.")
        if len(node.args) == 1 and self._whole(chain, node.args[0]):
            return
        for item in node.args:
            if not isinstance(item, ast.Starred):
                value = self.value(item)
                if self.member(value, item):
                    chain.entries.append(Entry("", value, item))
                continue
            value = self.value(item.value)
            items = self.items(value, item)
            if items is None or isinstance(value, str):
                self._no_list(value, item)
                continue
            chain.entries += [Entry("", part, item) for part in items if self.member(part, item)]

    def _whole(self, chain: Chain, node: ast.expr) -> bool:
        """Fills a Sequential from the one argument that names or lists its layers; false for another one."""
        if isinstance(node, ast.Starred):
            return False
        ordered = isinstance(node, ast.Call | ast.Dict | ast.DictComp | ast.Name)
        pairs = self.pairs(node) if ordered else None
        if pairs is not None:
            for key, name, value in pairs:
                if not self.member(value, key) or name is methods.SAID:
                    continue
                fault = methods.name_fault(name)
                if fault is None and any(entry.name == name for entry in chain.entries):
                    fault = f"Two layers are named {str(name)[:80]}; a name belongs to one."
                if fault is not None:
                    self.fault(key, fault)
                else:
                    chain.entries.append(Entry(str(name), value, key))
            return True
        if not isinstance(
            node, ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.Name | ast.BinOp
        ):
            return False
        value = self.value(node)
        if not isinstance(value, list | tuple):
            return False
        self.warn(node, "nn.Sequential takes its layers one by one: read with a star (*) before the list.")
        chain.entries += [Entry("", part, node) for part in value if self.member(part, node)]
        return True

    @abstractmethod
    def pairs(self, node: ast.expr) -> list[tuple[ast.expr, Value, Value]] | None:
        """The names and modules of a dictionary, each with its place; None where it is none."""

    def _no_list(self, value: Value, node: ast.expr) -> None:
        if isinstance(value, Unknown) and value.parts and self.ask(value, node):
            return
        if isinstance(value, Unknown) and value.why:
            self.fault(node, f"These layers cannot be listed. {value.why}")
        elif isinstance(value, Unknown) and value.written:
            self.fault(node, f"{value.written} is not in this text: its layers are wanted here.")
        else:
            self.fault(node, "Here a list of layers is wanted behind the star; nothing is run to make one.")

    def member(self, value: Value, node: ast.expr) -> bool:
        """Whether a value can stand in a network; says why where it cannot."""
        if isinstance(value, Instance):
            if value.klass.root().endswith("Module"):
                return True
        elif isinstance(value, Layer | Chain):
            return True
        self.strange(value, node)
        return False

    def strange(self, value: Value, node: ast.expr) -> None:
        if len(self.findings.problems) > _MOST_SAID:
            return
        if isinstance(value, Stranger) and value.problem is not None:
            self.findings.problems.append(value.problem)
        elif isinstance(value, Stranger):
            self.fault(value.node, unknown_class(value.name))
        elif isinstance(value, Unknown) and (value.why or isinstance(value.node, ast.Call)):
            why = value.why or "This call is no layer of torch.nn; it is not run."
            self.fault(value.node, why)
        elif isinstance(value, Unknown) and value.parts and self.ask(value, node):
            return
        elif isinstance(value, Unknown) and value.written:
            self.fault(node, f"{value.written} is not in this text, and a layer is wanted here.")
        else:
            self.fault(node, no_layer(value, node))

    def _copied_value(self, value: Value) -> Value:
        """An equal value with an identity of its own."""
        match value:
            case Layer():
                return Layer(value.read, value.findings, value.chooses)
            case Chain():
                entries = [Entry(e.name, self._copied_value(e.module), e.node) for e in value.entries]
                return Chain(value.node, entries, value.findings, frozen=value.frozen)
            case Instance():
                attrs = {name: self._copied_value(part) for name, part in value.attrs.items()}
                return Instance(value.klass, value.node, attrs, value.findings)
            case list():
                return [self._copied_value(part) for part in value]
        return value

    def _method(self, own: Value, name: str, node: ast.Call) -> Value:
        """A method of a value of ours."""
        match own:
            case Flow() | Several():
                return self.method(own, name, node)
            case list():
                return methods.listed(self, own, name, node, self.elements(node.args))
            case str():
                return methods.texted(self, own, name, node, self.elements(node.args))
            case dict():
                return methods.mapped(self, own, name, node, self.elements(node.args))
            case Layer() | Chain() | Instance() | Stranger():
                if name.startswith("register_") and name.endswith("_hook"):
                    self.warn(node, "A hook is left out: what it does to the tensors is not drawn.")
                return self._of_module(own, name, node)
            case Unknown():
                return own
        return self.opaque(node)

    def _of_module(self, own: Layer | Chain | Instance | Stranger, name: str, node: ast.Call) -> Value:
        if name in methods.ALIKE:
            if name in methods.TYPES:
                self.warn(node, f"{name}() is left out: the data decide the type of the numbers (dtype).")
            return self._frozen(own, node) if name == "requires_grad_" else own
        if name in {"forward", "__call__"}:
            return self.applied(own, node)
        if name == "__init__":
            if isinstance(own, Chain):
                self.fill(own, node)
            return None
        if isinstance(own, Chain) and name in _CHANGES:
            args: dict[str | int, Value] = dict(enumerate(self.elements(node.args)))
            args |= {word.arg: self.value(word.value) for word in node.keywords if word.arg}
            return methods.chained(self, own, name, node, args, self.member)
        if isinstance(own, Instance) and name in {"add_module", "register_module"} and len(node.args) == 2:
            key = self.value(node.args[0])
            if isinstance(key, str):
                own.attrs[key] = self.value(node.args[1])
            return None
        if isinstance(own, Chain) and name in {"children", "modules", "named_children"}:
            parts = [(entry.name or str(index), entry.module) for index, entry in enumerate(own.entries)]
            return parts if name == "named_children" else [module for _, module in parts]
        return self.opaque(node)

    def _frozen(self, own: Value, node: ast.Call) -> Value:
        """A module after `requires_grad_`."""
        given = [*node.args, *(word.value for word in node.keywords)]
        wanted = self.value(given[0]) if given else True
        if isinstance(wanted, bool):
            freeze(own, frozen=not wanted)
        return own


_MOST_SAID = 150
"""How many problems of one network are worded: more than are shown."""

_FLOWING = frozenset(
    ["cat", "zeros", "squeeze", "unsqueeze", "mean", "pad", "view", "reshape", "permute", "transpose"]
)
_CHANGES = frozenset(["append", "extend", "insert", "add_module", "register_module", "pop"])


def _is_sequential(name: str) -> bool:
    """Whether a class that does not exist was probably meant as Sequential."""
    return (
        name != GROUP
        and name[:1].casefold() == "s"
        and meant(name, (GROUP,)) == GROUP
        and meant(name, (*LAYERS, *LOSSES, GROUP)) == GROUP
    )


def no_layer(value: Value, node: Located) -> str:
    """Why something between the layers is no layer."""
    if isinstance(value, Path):
        name = class_of(value.dotted)
        if name in LAYERS:
            return f"nn.{name} lacks its parentheses: write nn.{name}()."
        function = FUNCTIONS.get(value.dotted.removeprefix(FUNCTIONAL).removeprefix("torch."))
        if function is not None:
            return f"Here a layer is wanted, and a function is none: write nn.{function.layer}()."
        if value.dotted + "." == TORCH_NN:
            return "Here a layer is wanted, and nn alone is none: did you mean a dot, as in nn.Linear(...)?"
    if isinstance(value, Klass):
        return f"{value.name} lacks its parentheses: write {value.name}()."
    return f"Here a layer is wanted, and {word_for(node) if isinstance(node, ast.expr) else 'this'} is none."
