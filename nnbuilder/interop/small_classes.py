"""The small classes that hand on one tensor of a recurrent layer, which gives several: written and known.

An `nn.Sequential` passes on what a layer returns, and `nn.LSTM` returns a pair. The usual remedy is a
subclass that returns the tensor which goes on: parameters keep their names, and the source runs by itself.
"""

import ast
from collections.abc import Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.names import TORCH_NN, Names

CHOOSING = tuple(spec.name for spec in LAYERS.values() if any(arg.role == "output" for arg in spec.args))
"""Layers that give several tensors in PyTorch."""

_MEANINGS = {
    ("sequence", False): "Hands on the whole sequence, without the state.",
    ("last", False): "Hands on the last state only.",
    ("last", True): "Hands on the last states of both directions, side by side.",
}

PAIRED = "LSTM"
"""The layer whose state is a pair itself."""


ENDS = {
    **dict.fromkeys((":, -1", ":, -1, :", ":, -1, ..."), "end of samples"),
    **dict.fromkeys(("-1", "-1, :", "-1, ...", "-1, :, :"), "end of steps"),
}
"""How the last step of a sequence is spelled: with the batch first, or the steps."""


_RESULTS: Mapping[str, tuple[str, bool, bool | None]] = {
    "sequence": ("sequence", False, None),
    "last": ("last", False, None),
    "both": ("last", True, None),
    "end of samples": ("last", False, True),
    "end of steps": ("last", False, False),
}
"""What a forward may return, as the fields of its class."""


class SmallClass(msgspec.Struct, frozen=True):
    """One such class: the layer below it, which tensor it hands on, and whether it joins two directions.

    A class that takes the last step of the sequence in place of the state says so by `batch_first`: the last
    step of each sample, or of the whole batch, which are the same only where the layer has its tensors so.
    """

    layer: str
    output: str
    both: bool = False
    batch_first: bool | None = None

    @property
    def name(self) -> str:
        """What it is called where we write it."""
        return f"{self.output.capitalize()}{'Both' * self.both}{self.layer}"

    def source(self) -> str:
        """The class as text; with `both` it needs torch itself."""
        if self.output == "sequence":
            taken, result = "sequence, _", "sequence"
        else:
            taken = "_, (state, _)" if self.layer == PAIRED else "_, state"
            result = "torch.cat((state[-2], state[-1]), dim=-1)" if self.both else "state[-1]"
        return (
            f"class {self.name}(nn.{self.layer}):\n"
            f'    """{_MEANINGS[self.output, self.both]}"""\n\n'
            "    def forward(self, x):\n"
            f"        {taken} = super().forward(x)\n"
            f"        return {result}\n"
        )


def small_class(layer: str, args: Mapping[str, ArgValue]) -> SmallClass:
    """The class for a layer with these arguments."""
    output = str(args["output"])
    return SmallClass(layer, output, output == "last" and args["bidirectional"] is True)


def known_class(statement: ast.ClassDef, names: Names) -> SmallClass | None:
    """Which of them a class in a text is, however it is spelled; None where it is another one."""
    if len(statement.bases) != 1 or statement.keywords or statement.decorator_list:
        return None
    layer = names.path(statement.bases[0]).removeprefix(TORCH_NN)
    body = [part for part in _without_docstring(statement.body) if not _hands_through(part)]
    if layer not in CHOOSING or len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return None
    result = _RESULTS.get(_Forward(layer, statement.name, body[0], names).result())
    return SmallClass(layer, *result) if result else None


_THROUGH = "def __init__(self, *args, **kwargs):\n    super().__init__(*args, **kwargs)"
"""The constructor that changes nothing."""


def _hands_through(part: ast.stmt) -> bool:
    return isinstance(part, ast.FunctionDef) and ast.unparse(part) == _THROUGH


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


class _Forward:
    """Follows what a layer returns through the lines of a forward, without running them."""

    def __init__(self, layer: str, own: str, function: ast.FunctionDef, names: Names) -> None:
        self._own = own
        self._function = function
        self._names = names
        self._parts: Mapping[str, tuple[str, str]] = {
            "pair": ("sequence", "states" if layer == PAIRED else "state"),
            "states": ("state", "cell"),
        }
        self._held: dict[str, str] = {}

    def result(self) -> str:
        """What it returns; empty where that is something else."""
        if self._function.name != "forward" or self._function.decorator_list or not self._takes_one():
            return ""
        *lines, end = _without_docstring(self._function.body)
        if not isinstance(end, ast.Return) or end.value is None or not all(map(self._held_after, lines)):
            return ""
        return self._meaning(end.value)

    def _takes_one(self) -> bool:
        """Whether it takes one tensor; beside it may stand a state that nobody gives it in a Sequential."""
        given = self._function.args
        if given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg:
            return False
        absent = all(isinstance(value, ast.Constant) and value.value is None for value in given.defaults)
        return absent and len(given.args) == 2 + len(given.defaults) <= 3

    def _held_after(self, line: ast.stmt) -> bool:
        """Whether a line only gives names to parts of what the layer returns."""
        match line:
            case ast.Assign(targets=[target], value=value) if meaning := self._meaning(value):
                return self._hold(target, meaning)
        return False

    def _hold(self, target: ast.expr, meaning: str) -> bool:
        match target:
            case ast.Name(id=name):
                self._held[name] = meaning
                return True
            case ast.Tuple(elts=[first, second]) if meaning in self._parts:
                parts = self._parts[meaning]
                return self._hold(first, parts[0]) and self._hold(second, parts[1])
        return False

    def _meaning(self, value: ast.expr) -> str:
        """What an expression stands for; empty where that is nothing known."""
        match value:
            case ast.Name(id=name):
                return self._held.get(name, "")
            case ast.Subscript(value=whole, slice=index):
                return self._item(self._meaning(whole), ast.unparse(index))
            case ast.Call(func=ast.Attribute(value=parent, attr="forward"), args=given, keywords=[]):
                return "pair" if self._is_parent(parent) and self._passes_on(given) else ""
            case ast.Call(func=function, args=[ast.Tuple(elts=parts) | ast.List(elts=parts)]):
                joined = self._names.path(function) == "torch.cat" and _dim(value) in {"-1", "1"}
                return "both" if joined and [*map(self._meaning, parts)] == ["other", "last"] else ""
        return ""

    def _is_parent(self, value: ast.expr) -> bool:
        """Whether this is the layer below the class."""
        return ast.unparse(value) in {"super()", f"super({self._own}, {self._function.args.args[0].arg})"}

    def _passes_on(self, given: list[ast.expr]) -> bool:
        """Whether these are what the forward was given, untouched."""
        names = [part.id if isinstance(part, ast.Name) else "" for part in given]
        own = [arg.arg for arg in self._function.args.args[1:]]
        return bool(names) and names == own[: len(names)] and not self._held.keys() & set(names)

    def _item(self, whole: str, index: str) -> str:
        if whole in self._parts and index in {"0", "1"}:
            return self._parts[whole][int(index)]
        if whole == "sequence":
            return ENDS.get(index.strip("()"), "")
        return {"-1": "last", "-2": "other"}.get(index, "") if whole == "state" else ""


def _dim(call: ast.Call) -> str:
    """The dimension that a call of torch.cat names."""
    match call.keywords:
        case [ast.keyword(arg="dim", value=value)]:
            return ast.unparse(value)
    return ""
