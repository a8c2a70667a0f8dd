"""What stands beside a network for its training: loss, optimizer, batch size and epochs.

They are looked for in the whole text, also inside functions and loops that are not followed; values are
worked out where the text gives them. What is not known is left to the defaults, and said.
"""

import ast
import re
from collections.abc import Iterator, Mapping

import msgspec

from nnbuilder.catalog.registry import LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph import limits
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.names import FUNCTIONAL, class_of
from nnbuilder.interop.reader.arguments import Arguments
from nnbuilder.interop.reader.functional import LOSS_FUNCTIONS
from nnbuilder.interop.reader.networks import Networks
from nnbuilder.interop.reader.statements import TRAINING, calls
from nnbuilder.interop.reader.values import Findings, Path, Scope, Value
from nnbuilder.interop.reading import Offer, SourceProblem

_SIGNS = re.compile(r"loss|optim|batch|epoch|\bbs\b|BCE|entropy|DataLoader|SGD|Adam|RMSprop", re.IGNORECASE)
"""What stands in a text that offers anything."""

_OPTIM = "torch.optim."
_SCHEDULERS = "torch.optim.lr_scheduler."
_LOADER = "DataLoader"
_EPOCHS = re.compile(r"(n_?|num_?|max_?|total_?|training_?)?epochs?_?(num|count|n)?", re.IGNORECASE)
_BATCH = re.compile(r"((train|training|n|mini)_?)?(batch_?size|bs|minibatch_?size)", re.IGNORECASE)

_UNTOLD = frozenset(("foreach", "fused", "capturable", "differentiable"))
_FASTER = dict.fromkeys(_UNTOLD, "it changes nothing but how PyTorch computes")
_OF_LOSSES = dict.fromkeys(
    ("weight", "pos_weight", "ignore_index", "reduction", "size_average", "reduce"),
    "losses are drawn without it",
)


class Offers:
    """Looks for them in a whole text."""

    def __init__(self, reader: Networks) -> None:
        self.findings = Findings()
        self._reader = reader
        self._offer = Offer()
        self._lines: dict[str, int] = {}
        self._ranks: dict[str, int] = {}

    def read(self) -> Offer:
        """Everything that was found."""
        if not _SIGNS.search(self._reader.tree.text):
            return self._offer
        for statement in self._reader.tree.body:
            self._look(statement, self._reader.top)
        return msgspec.structs.replace(self._offer, lines=self._lines)

    def _look(self, node: ast.AST, scope: Scope) -> None:
        """One part of the text, with the names that hold there, and everything in it."""
        match node:
            case ast.FunctionDef():
                scope = Scope(dict(self._defaults(node, scope)), scope)
            case ast.Call():
                self._call(node, scope)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._named(name, value, scope)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._named(name, value, scope)
            case ast.For(target=ast.Name(id=name), iter=over, body=body) if _is_training(name, body):
                self._rounds(over, scope)
        for part in ast.iter_child_nodes(node):
            if not isinstance(part, ast.Constant | ast.Name | ast.expr_context):
                self._look(part, scope)

    def _defaults(self, node: ast.FunctionDef, scope: Scope) -> Iterator[tuple[str, Value]]:
        args = node.args
        places = [*args.posonlyargs, *args.args]
        pairs = list(zip(places[::-1], args.defaults[::-1], strict=False))
        pairs += [
            (arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default
        ]
        for arg, default in pairs:
            value = self._value(default, scope)
            yield arg.arg, value
            self._number(arg.arg, value, default, 1)

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        reader = self._reader
        before, reader.scope, found = reader.scope, scope, reader.findings
        reader.findings = Findings()
        try:
            return reader.value(node)
        finally:
            reader.scope, reader.findings = before, found

    def _call(self, node: ast.Call, scope: Scope) -> None:
        if not isinstance(node.func, ast.Name | ast.Attribute):
            return
        path = self._reader.names.path(node.func)
        name = path.rpartition(".")[2]
        own = isinstance(node.func, ast.Name) and node.func.id in self._reader.top.values
        if own:
            alias = self._reader.top.values[node.func.id] if isinstance(node.func, ast.Name) else None
            path = alias.dotted if isinstance(alias, Path) else ""
            name = path.rpartition(".")[2]
        if name in LOSSES and class_of(path) == name:
            self._loss(node, name, scope)
        elif path.startswith(FUNCTIONAL) and name in LOSS_FUNCTIONS:
            self._functional_loss(node, LOSS_FUNCTIONS[name], scope)
        elif path.startswith(_SCHEDULERS) or name.endswith(("LR", "LROnPlateau")):
            self._warn(node, f"{name[:40]} is left out: the learning rate stays as it is.")
        elif path.startswith(_OPTIM) or path in OPTIMIZERS:
            self._optimizer(node, name, scope)
        elif name == "add_argument":
            self._option(node, scope)
        elif name == _LOADER:
            sizes = [word.value for word in node.keywords if word.arg == "batch_size"] + node.args[1:2]
            if sizes:
                self._number("batch_size", self._value(sizes[0], scope), node, 3)

    def _args(
        self, node: ast.Call, name: str, specs: tuple[ArgSpec, ...], scope: Scope, beside: Mapping[str, str]
    ) -> dict[str, ArgValue]:
        """The arguments that are known; what is wrong with others is only a warning here."""
        reader = Arguments(
            self._reader.tree, lambda part: self._value(part, scope), name, specs, beside=beside
        )
        args = reader.read(node)
        for problem in reader.findings.problems:
            self.findings.problems.append(msgspec.structs.replace(problem, severity="warning"))
        for asked in reader.findings.asked:
            spec = next((spec for spec in specs if spec.name == asked.arg), None)
            if asked.default is not None and spec is not None and spec.fault(asked.default) is None:
                args[asked.arg] = asked.default
                continue
            message = (
                f"{asked.name} is not in this text: {asked.arg or 'the value'} of {name} stays as it is."
            )
            self.findings.problems.append(SourceProblem(asked.line, asked.column, message, "warning"))
            args.pop(asked.arg, None)
        return args

    def _warn(self, node: ast.expr, message: str) -> None:
        place = self._reader.tree.place(node)
        self.findings.problems.append(SourceProblem(*place, message, "warning"))

    def _option(self, node: ast.Call, scope: Scope) -> None:
        """An option of the command line, with its default."""
        defaults = [word.value for word in node.keywords if word.arg == "default"]
        for name in node.args:
            if defaults and isinstance(name, ast.Constant):
                plain = str(name.value).lstrip("-").replace("-", "_")
                self._number(plain, self._value(defaults[0], scope), node, 1)

    def _loss(self, node: ast.Call, name: str, scope: Scope) -> None:
        if not self._better("loss", 2, node):
            return
        args = self._args(node, name, LOSSES[name].args, scope, _OF_LOSSES)
        self._offer = msgspec.structs.replace(self._offer, loss=name, loss_args=args)

    def _functional_loss(self, node: ast.Call, name: str, scope: Scope) -> None:
        if not self._better("loss", 1, node):
            return
        copied = ast.copy_location(ast.Call(node.func, [], node.keywords), node)
        args = self._args(copied, name, LOSSES[name].args, scope, _OF_LOSSES)
        self._offer = msgspec.structs.replace(self._offer, loss=name, loss_args=args)

    def _optimizer(self, node: ast.Call, name: str, scope: Scope) -> None:
        if name not in OPTIMIZERS:
            if name[:1].isupper():
                self._warn(node, f"{name[:40]} is no optimizer of this program: it is left out.")
            return
        if not self._better("optimizer", 1, node):
            return
        words = [word for word in node.keywords if word.arg != "params"]
        copied = ast.copy_location(ast.Call(node.func, node.args[1:], words), node)
        args = self._args(copied, name, OPTIMIZERS[name].args, scope, _FASTER)
        self._offer = msgspec.structs.replace(self._offer, optimizer=name, optimizer_args=args)

    def _named(self, name: str, node: ast.expr, scope: Scope) -> None:
        if _EPOCHS.fullmatch(name) or _BATCH.fullmatch(name):
            self._number(name, self._value(node, scope), node, 2)

    def _rounds(self, over: ast.expr, scope: Scope) -> None:
        inner = over.args[0] if isinstance(over, ast.Call) and over.args and _is_bar(over) else over
        value = self._value(inner, scope)
        if isinstance(value, range) and len(value) > 1:
            self._number("epochs", len(value), over, 3)

    def _number(self, name: str, value: Value, node: ast.expr, rank: int) -> None:
        """A batch size or a number of epochs, where the value can be one."""
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= limits.INTEGER:
            return
        if _EPOCHS.fullmatch(name) and self._better("epochs", rank, node):
            self._offer = msgspec.structs.replace(self._offer, epochs=value)
        elif _BATCH.fullmatch(name) and self._better("batch_size", rank, node):
            self._offer = msgspec.structs.replace(self._offer, batch_size=value)

    def _better(self, key: str, rank: int, node: ast.expr) -> bool:
        """Whether this is told more plainly than what was found before; the first of equals counts."""
        if self._ranks.get(key, 0) >= rank:
            return False
        self._ranks[key] = rank
        self._lines[key] = self._reader.tree.place(node)[0]
        return True


def _is_training(name: str, body: list[ast.stmt]) -> bool:
    """Whether a loop over this variable goes through epochs."""
    return "epoch" in name.casefold() or name == "ep" or calls(body, TRAINING)


def _is_bar(node: ast.Call) -> bool:
    """Whether a call only shows how far a loop has come."""
    return isinstance(node.func, ast.Name | ast.Attribute) and "tqdm" in ast.unparse(node.func)
