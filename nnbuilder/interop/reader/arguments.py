"""The arguments of calls like `nn.Linear(4, 16)`, read by the catalogue's declarations."""

import ast
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from nnbuilder.catalog.spec import AUTO, FLOAT_LIMIT, ArgSpec, Required, shown
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reader.values import PLAIN, Findings, Layer, Path, Unknown, Value
from nnbuilder.interop.reading import Asked, SourceProblem
from nnbuilder.interop.source_tree import Located, SourceTree
from nnbuilder.interop.spelling import asked, meant
from nnbuilder.interop.unreadable import Unreadable

_ELSEWHERE = dict.fromkeys(("device", "dtype"), "the training configuration decides it")
"""Arguments that nearly every layer of torch takes and that are no part of a drawing."""

_NO_INDICES: Mapping[str, ArgValue] = {"return_indices": False}
_WITH_BIAS: Mapping[str, ArgValue] = {"bias": True}
_OWN: Mapping[str, ArgValue] = {"_weight": None, "_freeze": False}

FIXED: Mapping[str, Mapping[str, ArgValue]] = {
    **{f"{kind}MaxPool{dims}d": _NO_INDICES for kind in ("", "Adaptive") for dims in (1, 2, 3)},
    **{f"FractionalMaxPool{dims}d": {**_NO_INDICES, "_random_samples": None} for dims in (2, 3)},
    **{f"{kind}Norm{dims}d": _WITH_BIAS for kind in ("Batch", "Instance") for dims in (1, 2, 3)},
    "GroupNorm": _WITH_BIAS,
    "Embedding": _OWN,
    "EmbeddingBag": {"_weight": None, "include_last_offset": False},
    "Hardtanh": {"min_value": None, "max_value": None},
}
"""Arguments with which some layers are drawn at PyTorch's default only, and that default."""

_WORDS: Mapping[type[ast.expr], str] = {
    ast.Attribute: "a name",
    ast.Await: "an await",
    ast.BinOp: "a sum or product",
    ast.BoolOp: "a condition",
    ast.Call: "a call",
    ast.Compare: "a comparison",
    ast.Constant: "a constant",
    ast.Dict: "a dictionary",
    ast.DictComp: "a comprehension",
    ast.GeneratorExp: "a generator",
    ast.IfExp: "a condition",
    ast.JoinedStr: "an f-string",
    ast.Lambda: "a lambda",
    ast.List: "a list",
    ast.ListComp: "a comprehension",
    ast.Name: "a name",
    ast.NamedExpr: "an assignment",
    ast.SetComp: "a comprehension",
    ast.Starred: "an argument list with a star",
    ast.Subscript: "an item of something",
    ast.Tuple: "a tuple",
}


def word_for(node: ast.expr) -> str:
    """What a part of the text is, in words."""
    return _WORDS.get(type(node), "something else")


class Arguments:
    """Reads the arguments of one call; collects every problem instead of stopping at the first.

    `args` are the arguments that the called class takes, `otherwise` its defaults where they are not those
    of the declaration, `beside` arguments that are no part of a drawing with what is said of them.
    """

    def __init__(
        self,
        tree: SourceTree,
        value_of: Callable[[ast.expr], Value],
        name: str,
        args: Sequence[ArgSpec],
        otherwise: Mapping[str, ArgValue] = {},
        beside: Mapping[str, str] = {},
    ) -> None:
        self.findings = Findings()
        self._tree = tree
        self._value_of = value_of
        self._title = name
        self._args = args
        self._named = {arg.name: arg for arg in args}
        self._otherwise = otherwise
        self._beside = beside
        self._guessed: set[str | None] = set()
        self._incomplete = False

    def read(self, call: ast.Call) -> dict[str, ArgValue]:
        """The arguments that differ from PyTorch's defaults."""
        given: dict[str, ArgValue] = {}
        for arg, node, value in self._pairs(call):
            if arg.name in given:
                self._fault(node, f"{self._title} gets {arg.name} twice.")
                continue
            try:
                given[arg.name] = self._value(arg, node, value)
            except Unreadable as error:
                self.findings.problems.append(error.problem)
                given[arg.name] = arg.start
        missing = [
            arg.name
            for arg in self._args
            if isinstance(arg.default, Required) and arg.name not in given and arg.name not in self._guessed
        ]
        if missing and not self._incomplete:
            self._fault(call, f"{self._title} needs {' and '.join(missing)}.")
        given = {**self._otherwise, **given}
        return {
            arg.name: given[arg.name]
            for arg in self._args
            if arg.name in given and not _is_default(arg, given[arg.name])
        }

    def _pairs(self, call: ast.Call) -> Iterator[tuple[ArgSpec, ast.expr, Value]]:
        """Each argument of the call with its declaration, and its value where that is known already."""
        places = list(itertools.takewhile(lambda arg: not arg.keyword, self._args))
        for index, (node, value) in enumerate(self._positional(call)):
            if index >= len(places):
                most = "1 argument" if len(places) == 1 else f"{len(places) or 'no'} arguments"
                named = ", ".join(f"{arg.name}=" for arg in self._args[len(places) :])
                rest = f"; others by name: {named}" if named else ""
                self._fault(node, f"{self._title} takes {most} at most, not {len(call.args)}{rest}.")
                break
            yield places[index], node, value
        for word in call.keywords:
            if word.arg is None:
                yield from self._spread(word.value)
            elif (arg := self._declared(word.arg, word)) is not None:
                yield arg, word.value, _LATER

    def _positional(self, call: ast.Call) -> Iterator[tuple[ast.expr, Value]]:
        for node in call.args:
            if not isinstance(node, ast.Starred):
                yield node, _LATER
                continue
            items = self._value_of(node.value)
            if not isinstance(items, list | tuple):
                self._incomplete = True
                self._fault(node, "A star before an argument is not read: write the arguments out.")
                return
            yield from ((node, item) for item in items)

    def _spread(self, node: ast.expr) -> Iterator[tuple[ArgSpec, ast.expr, Value]]:
        """The arguments of a dictionary with two stars."""
        words = self._value_of(node)
        if not isinstance(words, dict):
            self._incomplete = True
            self._fault(node, "Two stars before an argument are not read: write the arguments out.")
            return
        for name, value in words.items():
            if isinstance(name, str) and (arg := self._declared(name, node)) is not None:
                yield arg, node, value

    def _declared(self, name: str, node: ast.expr | ast.keyword) -> ArgSpec | None:
        """The declaration of a keyword argument; None, and a problem, where there is none."""
        if (disguise := self._tree.disguise(node)) is not None:
            self.findings.problems.append(disguise)
            return None
        arg = self._named.get(name)
        left = self._beside.get(name, _ELSEWHERE.get(name))
        if arg is None and left:
            message = f"{name} is left out: {left}."
            self.findings.problems.append(SourceProblem(*self._tree.place(node), message, "warning"))
        elif arg is None and name in (fixed := FIXED.get(self._title, {})):
            value = self._value_of(node.value if isinstance(node, ast.keyword) else node)
            if value is not fixed[name]:
                self._fault(node, f"{self._title} is drawn with {name}={fixed[name]} only.")
        elif arg is None:
            names = list(self._named)
            self._guessed.add(meant(name, names))
            self._fault(node, f"{self._title} has no argument {name[:80]}.{asked(name, names)}")
        return arg

    def _value(self, arg: ArgSpec, node: ast.expr, value: Value) -> ArgValue:
        if value is _LATER:
            simple = isinstance(node, ast.Constant) and isinstance(node.value, str)
            value = node.value if simple and isinstance(node, ast.Constant) else self._value_of(node)
        found = _fitted(arg, self._plain(arg, node, value, _DEEPEST))
        if found is _ASKED:
            return arg.start
        fault = _fault_of(arg, found)
        if fault is not None:
            raise Unreadable(self._tree.problem(node, f"{self._title}: {fault}"))
        return found

    def _plain(self, arg: ArgSpec, node: ast.expr, value: Value, depth: int) -> ArgValue:
        """A value as an argument holds it."""
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, list | tuple) and depth and len(value) <= _LONGEST:
            parts = tuple(self._plain(arg, node, part, depth - 1) for part in value)
            return _ASKED if any(part is _ASKED for part in parts) else parts
        if isinstance(value, Unknown):
            return self._ask(arg, node, value)
        if arg.kind == "choice" and (word := _word_of(value)) in arg.choices:
            return word
        raise Unreadable(self._strange(arg, node, ""))

    def _ask(self, arg: ArgSpec, node: ast.expr, value: Unknown) -> ArgValue:
        if value.opaque:
            raise Unreadable(self._strange(arg, value.node, value.why))
        for part in value.bases():
            if part.opaque or not part.written:
                raise Unreadable(self._strange(arg, part.node, part.why))
            goes = (self._title, arg.name) if not value.parts else ("", "")
            self.findings.asked.append(Asked(part.written, *self._tree.place(node), *goes, part.default))
        return _ASKED

    def _strange(self, arg: ArgSpec, part: ast.expr, why: str) -> SourceProblem:
        if why:
            message = f"{self._title}: {arg.name} takes {_expects(arg)}. {why}"
        else:
            message = f"{arg.name} takes {_expects(arg)}; {word_for(part)} is not read, and nothing is run."
        return self._tree.problem(part, message)

    def _fault(self, node: Located, message: str) -> None:
        self.findings.problems.append(self._tree.problem(node, message))


_LATER = object()
"""Stands for the value of an argument that was not worked out yet."""

_ASKED = "<asked>"
"""Stands for the value of an argument that is asked for."""

_DEEPEST = 2
"""How deep tuples of an argument lie in each other."""

_LONGEST = 64
"""How many items a tuple of an argument has."""

_FUNCTIONS = "torch.nn.functional."


def _word_of(value: Value) -> str:
    """The word for an activation that is given as a function, a class or a layer."""
    if isinstance(value, Layer) and value.read is not None and not value.read.args:
        return value.read.type.lower()
    return value.dotted.removeprefix(_FUNCTIONS).removeprefix("torch.") if isinstance(value, Path) else ""


def _is_default(arg: ArgSpec, value: ArgValue) -> bool:
    if isinstance(arg.default, Required):
        return value == AUTO
    return value == arg.default and isinstance(value, bool) == isinstance(arg.default, bool)


def _expects(arg: ArgSpec) -> str:
    """What Python source may say; "auto" is a word of the drawing."""
    return arg.expects().removesuffix(" or auto")


def _fitted(arg: ArgSpec, value: ArgValue) -> ArgValue:
    """Whole numbers stand for floats and for tuples of one, as torch takes them."""
    if isinstance(value, int) and not isinstance(value, bool):
        if arg.kind == "float" and abs(value) <= FLOAT_LIMIT:
            return float(value)
        if arg.kind in {"ints", "floats"}:
            return (value,)
    return value


def _fault_of(arg: ArgSpec, value: ArgValue) -> str | None:
    """Why a value does not fit, in words for Python source."""
    if value == AUTO and arg.follows:
        return f"{arg.name} takes {_expects(arg)}, not {shown(value)}."
    fault = arg.fault(value)
    return fault and fault.replace(arg.expects(), _expects(arg), 1)
