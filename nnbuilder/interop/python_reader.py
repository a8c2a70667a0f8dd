"""A literal `nn.Sequential(...)` of catalogue layers, read from text without running any of it.

Read are: one Sequential, assigned or bare, with layers, nested Sequentials or an OrderedDict of named
layers; or layers alone, as a list with commas or one to a line. Above it may stand small classes that hand
on one tensor of a recurrent layer. Imports may rename what they like. Sizes
stay pinned to the numbers that the text names; `followed` frees those that would come out the same.
Everything else becomes a problem with its line and column, all of them at once.
"""

import ast
from collections.abc import Iterable, Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.arguments import Unreadable, word_for
from nnbuilder.interop.layer_calls import read_layer
from nnbuilder.interop.names import LAZY, ORDERED, TORCH_NN, Names, class_of
from nnbuilder.interop.reading import Reading, ReadLayer, SourceProblem
from nnbuilder.interop.small_classes import SmallClass, known_class
from nnbuilder.interop.source_tree import Located, SourceRefused, SourceTree
from nnbuilder.interop.spelling import meant

_MOST_PROBLEMS = 100

_NOTHING = "There is no nn.Sequential(...) and no layer in this text."
_SKIPPED = "This is not read: only nn.Sequential(...) and its layers are, and nothing is run."


def read_source(text: str, answers: Mapping[str, ArgValue] = {}, network: str = "") -> Reading:
    """The network that a text spells out; total over any text.

    `answers` gives values to names that the text leaves open, keyed as they are written there; `network`
    chooses one of several by its name, the last one that no other one uses if empty.
    """
    del answers, network  # a literal network has no open names, and one text holds one of them
    try:
        tree = SourceTree(text)
    except SourceRefused as error:
        return Reading(problems=(error.problem,))
    reader = _Reader(tree)
    try:
        reader.read()
    except RecursionError:
        reader.problems.append(SourceProblem(1, 1, "This is nested too deeply to be read."))
    except _Enough as error:
        reader.problems.append(error.problem)
    return reader.reading()


class _Enough(Unreadable):
    """More was found than is read."""


class _Reader:
    """Reads the statements of one text."""

    def __init__(self, tree: SourceTree) -> None:
        self.problems: list[SourceProblem] = []
        self._tree = tree
        self._names = Names()
        self._skipped: list[SourceProblem] = []
        self._bare: list[ReadLayer] = []
        self._network: ReadLayer | None = None
        self._count = 0
        self._small: dict[str, SmallClass] = {}

    def read(self) -> None:
        """Reads everything."""
        for statement in self._tree.body:
            match statement:
                case ast.Import() | ast.ImportFrom():
                    self._names.read_import(statement)
                case ast.ClassDef():
                    self._define(statement)
                case ast.Expr(value=ast.Constant()) | ast.Pass():
                    pass
                case ast.Expr(value=ast.Tuple(elts=items) | ast.List(elts=items)):
                    for item in items:
                        self._add(item)
                case ast.Expr(value=value):
                    self._statement(value, statement)
                case ast.Assign(value=ast.Call() as value) | ast.AnnAssign(value=ast.Call() as value):
                    self._statement(value, statement, assigned=True)
                case _:
                    self._skip(statement)

    def _define(self, statement: ast.ClassDef) -> None:
        """A class of the text: one that hands on a tensor of a layer, or none of ours."""
        small = known_class(statement, self._names)
        self._small.pop(statement.name, None)
        if small is None:
            self._names.define(statement.name)
            self._skip(statement)
            return
        self._names.define(statement.name, TORCH_NN + small.layer)
        self._small[statement.name] = small

    def reading(self) -> Reading:
        """What was found."""
        layers = self._network.layers if self._network else tuple(self._bare)
        problems = self.problems + self._skipped
        if not layers and not any(problem.severity == "error" for problem in problems):
            problems.append(self._nothing())
        problems.sort(key=lambda problem: (problem.line, problem.column))
        return Reading(layers, tuple(problems[:_MOST_PROBLEMS]))

    def _nothing(self) -> SourceProblem:
        if self._network is None:
            return SourceProblem(1, 1, _NOTHING)
        return SourceProblem(self._network.line, self._network.column, "This nn.Sequential is empty.")

    def _statement(self, value: ast.expr, statement: ast.stmt, *, assigned: bool = False) -> None:
        """A whole statement that is one expression: the network, a layer, or nothing of ours."""
        name = self._class(value)
        bare = not assigned and isinstance(value, ast.Name | ast.Attribute)
        if bare and class_of(self._names.path(value)) in LAYERS:
            self.problems.append(self._stranger(value))
        elif name is not None and self._is_ours(value, name, assigned=assigned):
            self._add(value)
        else:
            self._skip(statement)

    def _is_ours(self, value: ast.expr, name: str, *, assigned: bool) -> bool:
        """Whether a call that stands by itself is a network or a layer, or was meant to be one."""
        if name == GROUP or name in LAYERS or name in LAZY:
            return name == GROUP or not assigned
        if name in LOSSES:
            return False
        guess = meant(name, (*LAYERS, GROUP))
        if assigned:
            return guess == GROUP
        path = self._names.path(value.func) if isinstance(value, ast.Call) else ""
        return path != name or guess is not None

    def _add(self, value: ast.expr) -> None:
        """A network or a layer that stands by itself."""
        found = self._layer(value, 0)
        if found is None:
            return
        if found.type != GROUP:
            self._bare.append(found)
        if self._network is not None or (found.type == GROUP and self._bare):
            self.problems.append(self._tree.problem(value, "This is a second network: paste one at a time."))
        elif found.type == GROUP:
            self._network = found

    def _layer(self, value: ast.expr, depth: int) -> ReadLayer | None:
        """One layer or Sequential; None, and a problem, where it is neither."""
        name = self._class(value)
        if not isinstance(value, ast.Call) or name is None:
            self.problems.append(self._stranger(value))
            return None
        self._count += 1
        if self._count > limits.NODES:
            message = f"A drawing holds at most {limits.NODES:,} layers."
            raise _Enough(self._tree.problem(value, message))
        if (disguise := self._tree.disguise(value)) is not None:
            self.problems.append(disguise)
            return None
        if name == GROUP or (
            name not in LAYERS and name not in LAZY and meant(name, (*LAYERS, GROUP)) == GROUP
        ):
            if name != GROUP:
                self._fault(value, f"{name[:80]} does not exist. Did you mean nn.{GROUP}?")
            return self._sequential(value, depth)
        layer, problems = read_layer(self._tree, value, name, self._class, self._small_class(value))
        self.problems += problems
        return layer

    def _sequential(self, call: ast.Call, depth: int) -> ReadLayer:
        layers: tuple[ReadLayer, ...] = ()
        if depth > limits.GROUP_DEPTH:
            self._fault(call, f"Groups lie in each other at most {limits.GROUP_DEPTH} deep.")
        elif len(call.args) == 1 and self._is_ordered(call.args[0]):
            layers = self._named_layers(call.args[0], depth + 1)
        else:
            found = (self._layer(item, depth + 1) for item in call.args)
            layers = tuple(layer for layer in found if layer is not None)
        for word in call.keywords:
            self._fault(word.value, "nn.Sequential takes layers without names; OrderedDict gives them names.")
        return ReadLayer(GROUP, {}, "", layers, *self._tree.place(call), *self._tree.end(call))

    def _named_layers(self, ordered: ast.expr, depth: int) -> tuple[ReadLayer, ...]:
        layers: list[ReadLayer] = []
        taken: set[str] = set()
        for index, (key, value) in enumerate(self._entries(ordered)):
            name = self._name(key, taken)
            layer = self._layer(value, depth)
            if layer is not None and name is not None:
                own = "" if name == str(index) else name
                layers.append(msgspec.structs.replace(layer, name=own))
        return tuple(layers)

    def _entries(self, ordered: ast.expr) -> Iterable[tuple[ast.expr, ast.expr]]:
        """The pairs of an OrderedDict, given as pairs or as a dictionary."""
        match ordered:
            case ast.Call(args=[], keywords=[]):
                return
            case ast.Call(args=[ast.Dict() as pairs], keywords=[]) | (ast.Dict() as pairs):
                for key, value in zip(pairs.keys, pairs.values, strict=True):
                    if key is not None:
                        yield key, value
                    else:
                        self._fault(value, "Two stars in a dictionary are not read: write the layers out.")
            case ast.Call(args=[ast.List(elts=items) | ast.Tuple(elts=items)], keywords=[]):
                for item in items:
                    match item:
                        case ast.Tuple(elts=[key, value]) | ast.List(elts=[key, value]):
                            yield key, value
                        case _:
                            self._fault(item, 'OrderedDict takes pairs like ("fc1", nn.Linear(4, 16)).')
            case _:
                self._fault(ordered, "OrderedDict is read with one list of pairs or one dictionary.")

    def _name(self, key: ast.expr, taken: set[str]) -> str | None:
        """The name of a layer; None, and a problem, where it cannot be one."""
        name = key.value if isinstance(key, ast.Constant) else None
        if not isinstance(name, str):
            why = f"The name of a layer is text in quotes, not {word_for(key)}."
        elif not name or "." in name or not _encodable(name):
            why = "The name of a layer is neither empty nor does it hold a dot or half a character."
        elif len(name.encode()) > limits.STRING_BYTES:
            why = "The name of this layer is too long."
        elif name in taken:
            why = f"Two layers are named {name[:80]}; a name belongs to one."
        else:
            taken.add(name)
            return name
        self._fault(key, why)
        return None

    def _is_ordered(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Dict):
            return True
        return isinstance(value, ast.Call) and self._names.path(value.func) == ORDERED

    def _small_class(self, call: ast.Call) -> SmallClass | None:
        return self._small.get(call.func.id) if isinstance(call.func, ast.Name) else None

    def _class(self, value: ast.expr) -> str | None:
        return class_of(self._names.path(value.func)) if isinstance(value, ast.Call) else None

    def _stranger(self, value: ast.expr) -> SourceProblem:
        """Why something between the layers is no layer."""
        name = class_of(self._names.path(value)) if isinstance(value, ast.Name | ast.Attribute) else None
        if name in LAYERS:
            message = f"nn.{name} lacks its parentheses: write nn.{name}()."
        elif isinstance(value, ast.Call):
            message = "This call is no layer of torch.nn; it is not run."
        else:
            message = f"Here a layer is wanted, and {word_for(value)} is none."
        return self._tree.problem(value, message)

    def _skip(self, statement: ast.stmt) -> None:
        self._skipped.append(SourceProblem(*self._tree.place(statement), _SKIPPED, "warning"))

    def _fault(self, node: Located, message: str) -> None:
        self.problems.append(self._tree.problem(node, message))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
