"""The arguments of calls like `nn.Linear(4, 16)`, read by the catalogue's declarations."""

import ast
import itertools
from collections.abc import Iterator, Mapping, Sequence

from nnbuilder.catalog.parse import evaluated
from nnbuilder.catalog.spec import AUTO, FLOAT_LIMIT, ArgError, ArgSpec, Required, shown
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reading import SourceProblem
from nnbuilder.interop.source_tree import Located, SourceTree
from nnbuilder.interop.spelling import asked, meant

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

_PLAIN = (
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.BinOp,
    ast.UnaryOp,
    ast.operator,
    ast.unaryop,
    ast.expr_context,
)
"""What the value of an argument may be made of."""

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


class Unreadable(Exception):  # noqa: N818
    """A part of a text cannot be read; holds the problem."""

    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


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
        name: str,
        args: Sequence[ArgSpec],
        otherwise: Mapping[str, ArgValue] = {},
        beside: Mapping[str, str] = {},
    ) -> None:
        self.problems: list[SourceProblem] = []
        self._tree = tree
        self._title = name
        self._args = args
        self._otherwise = otherwise
        self._beside = {**_ELSEWHERE, **beside}
        self._guessed: set[str | None] = set()

    def read(self, call: ast.Call) -> dict[str, ArgValue]:
        """The arguments that differ from PyTorch's defaults."""
        given: dict[str, ArgValue] = {}
        for arg, node in self._pairs(call):
            if arg.name in given:
                self._fault(node, f"{self._title} gets {arg.name} twice.")
                continue
            try:
                given[arg.name] = self._value(arg, node)
            except Unreadable as error:
                self.problems.append(error.problem)
                given[arg.name] = arg.start
        known = given.keys() | self._guessed
        missing = [
            arg.name for arg in self._args if isinstance(arg.default, Required) and arg.name not in known
        ]
        if missing and not any(isinstance(node, ast.Starred) for node in call.args):
            self._fault(call, f"{self._title} needs {' and '.join(missing)}.")
        given = {**self._otherwise, **given}
        return {
            arg.name: given[arg.name]
            for arg in self._args
            if arg.name in given and not _is_default(arg, given[arg.name])
        }

    def _pairs(self, call: ast.Call) -> Iterator[tuple[ArgSpec, ast.expr]]:
        """Each argument of the call with its declaration."""
        places = list(itertools.takewhile(lambda arg: not arg.keyword, self._args))
        for index, node in enumerate(call.args):
            if isinstance(node, ast.Starred):
                self._fault(node, "A star before an argument is not read: write the arguments out.")
                return
            if index >= len(places):
                most = "1 argument" if len(places) == 1 else f"{len(places) or 'no'} arguments"
                named = ", ".join(f"{arg.name}=" for arg in self._args[len(places) :])
                rest = f"; others by name: {named}" if named else ""
                self._fault(node, f"{self._title} takes {most} at most, not {len(call.args)}{rest}.")
                break
            yield places[index], node
        for word in call.keywords:
            if (arg := self._named(word)) is not None:
                yield arg, word.value

    def _named(self, word: ast.keyword) -> ArgSpec | None:
        """The declaration of a keyword argument; None, and a problem, where there is none."""
        if word.arg is None:
            self._fault(word.value, "Two stars before an argument are not read: write the arguments out.")
            return None
        if (disguise := self._tree.disguise(word)) is not None:
            self.problems.append(disguise)
            return None
        arg = next((arg for arg in self._args if arg.name == word.arg), None)
        if arg is None and word.arg in self._beside:
            message = f"{word.arg} is left out: {self._beside[word.arg]}."
            self.problems.append(SourceProblem(*self._tree.place(word), message, "warning"))
        elif arg is None and word.arg in (fixed := FIXED.get(self._title, {})):
            if not isinstance(word.value, ast.Constant) or word.value.value is not fixed[word.arg]:
                self._fault(word, f"{self._title} is drawn with {word.arg}={fixed[word.arg]} only.")
        elif arg is None:
            names = [arg.name for arg in self._args]
            self._guessed.add(meant(word.arg, names))
            message = f"{self._title} has no argument {word.arg[:80]}.{asked(word.arg, names)}"
            self._fault(word, message)
        return arg

    def _value(self, arg: ArgSpec, node: ast.expr) -> ArgValue:
        for part in ast.walk(node):
            if not isinstance(part, _PLAIN):
                raise Unreadable(self._strange(arg, part if isinstance(part, ast.expr) else node))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            value: ArgValue = node.value
        else:
            try:
                value = _fitted(arg, evaluated(node))
            except ArgError as error:
                message = f"{self._title}: {arg.name} takes {_expects(arg)}. {error}"
                raise Unreadable(self._tree.problem(node, message)) from error
        fault = _fault_of(arg, value)
        if fault is not None:
            raise Unreadable(self._tree.problem(node, f"{self._title}: {fault}"))
        return value

    def _strange(self, arg: ArgSpec, part: ast.expr) -> SourceProblem:
        if isinstance(part, ast.Name):
            message = f"The value of {part.id[:80]} is not in this text: write the number for {arg.name}."
        else:
            message = f"{arg.name} takes {_expects(arg)}; {word_for(part)} is not read, and nothing is run."
        return self._tree.problem(part, message)

    def _fault(self, node: Located, message: str) -> None:
        self.problems.append(self._tree.problem(node, message))


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
