"""What happens to the tensor of a forward: layers, functions and methods, one behind the other."""

import ast
from abc import abstractmethod
from collections.abc import Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.names import FUNCTIONAL
from nnbuilder.interop.reader.arguments import Arguments
from nnbuilder.interop.reader.expressions import Expressions
from nnbuilder.interop.reader.functional import ALIKE, FUNCTIONS, METHODS, PADS, Functional
from nnbuilder.interop.reader.layer_calls import misfit
from nnbuilder.interop.reader.values import (
    MODULES,
    Flow,
    Layer,
    Several,
    Shape,
    Step,
    Stranger,
    Unknown,
    Value,
)
from nnbuilder.interop.reading import ReadLayer
from nnbuilder.interop.small_classes import CHOOSING, ENDS, PAIRED, SmallClass
from nnbuilder.interop.source_tree import Located
from nnbuilder.interop.spelling import asked as spelled

TRAINING = "Whether a network is being trained is not known in a drawing."
ZEROS = "This is a tensor of zeros."

SQUEEZED = Layer(None)
"""Stands for dimensions of one that are dropped: nothing may come behind that."""

_SHAPES = {"view": "view", "reshape": "reshape", "view_as": "", "reshape_as": ""}


class Flows(Expressions):
    """Follows tensors; raises `Refused` where they do not go one way."""

    @abstractmethod
    def name_in_text(self, node: ast.expr) -> str:
        """What a forward calls a module of its own; empty where that is no attribute."""

    @abstractmethod
    def strange(self, value: Value, node: ast.expr) -> None:
        """Says why something is no layer."""

    def flow(self, value: Value, node: Located) -> Flow | None:
        """A value as a tensor; None where it is none."""
        if isinstance(value, Several):
            if value.part == "last":
                return self.last(value, node)
            if value.part != "sequence":
                raise self.refuse(node, "A recurrent layer returns several tensors: choose one of them.")
            return Flow((*value.before.steps, value.step))
        return value if isinstance(value, Flow) else None

    def step(self, flow: Flow, module: Value, node: ast.expr, name: str = "") -> Flow:
        """The tensor behind one more module."""
        if flow.steps and flow.steps[-1].module is SQUEEZED:
            raise self.refuse(flow.steps[-1].node, "squeeze is no layer of torch.nn.")
        return Flow((*flow.steps, Step(module, name, node)))

    def applied(self, module: Value, node: ast.Call) -> Value:
        """What a module returns for the tensor that it is called with."""
        given = [self.value(item) for item in node.args]
        flows = [self.flow(item, node) for item in given]
        if not flows or flows[0] is None:
            if any(flows):
                raise self.refuse(node, "A tensor is wanted here as the first argument.")
            return self.opaque(node)
        if any(flows[1:]) or (
            node.keywords and any(isinstance(self.value(w.value), Flow) for w in node.keywords)
        ):
            raise self.refuse(node, "Several tensors go into this: only a chain of layers can be drawn.")
        name = self.name_in_text(node.func)
        if isinstance(module, Stranger):
            self.strange(module, node)
            return flows[0]
        if not isinstance(module, MODULES):
            raise self.refuse(node, "What is called here is not in this text.")
        if isinstance(module, Layer) and module.read is not None and module.read.type in CHOOSING:
            return self._recurrent(flows[0], module, node, name, given[1:])
        if len(given) > 1 or node.keywords:
            raise self.refuse(node, "More than one tensor goes into this: only a chain can be drawn.")
        return self.step(flows[0], module, node, name)

    def _recurrent(
        self, flow: Flow, module: Layer, node: ast.Call, name: str, states: Sequence[Value]
    ) -> Value:
        if node.keywords or not all(map(_is_zero, states)):
            raise self.refuse(node, "A recurrent layer is given a state here; a drawn one starts with zeros.")
        if module.chooses:
            return self.step(flow, module, node, name)
        self.step(flow, module, node)  # refuses what may not come here
        return Several(flow, Step(Layer(module.read, module.findings, True), name, node), "pair")

    def function(self, name: str, node: ast.Call) -> Value:
        """What a function of torch returns for a tensor; opaque where it gets none."""
        words = [word for word in node.keywords if word.arg != "input"]
        first = (
            node.args[0] if node.args else next((w.value for w in node.keywords if w.arg == "input"), None)
        )
        if first is None:
            return self.opaque(node)
        if name == "cat":
            return self._joined(node)
        if name == "zeros":
            return self.opaque(node, ZEROS)
        value = self.value(first)
        flow = self.flow(value, node)
        if flow is None:
            return self.opaque(node)
        return self._done(flow, name, node, node.args[1:], words)

    def method(self, value: Flow | Several, name: str, node: ast.Call) -> Value:
        """What a method of a tensor returns."""
        squeezed = name == "squeeze" and [ast.unparse(item) for item in node.args] == ["0"]
        if isinstance(value, Several) and value.part == "state" and squeezed:
            return self.last(value, node, deepest=True)
        flow = self.flow(value, node)
        if flow is None:
            return self.opaque(node)
        if name in {"size", "dim"}:
            index = self.value(node.args[0]) if node.args else None
            return (
                Shape(flow, index if isinstance(index, int) else None)
                if name == "size"
                else self.opaque(node)
            )
        if name in FUNCTIONS and name not in METHODS:
            raise self.refuse(node, f"Tensors have no method {name}.")
        return self._done(flow, name, node, node.args, node.keywords)

    def _done(
        self,
        flow: Flow,
        name: str,
        node: ast.Call,
        args: Sequence[ast.expr],
        words: Sequence[ast.keyword],
    ) -> Value:
        """One function or method on a tensor."""
        if name in ALIKE:
            return flow
        if name in FUNCTIONS:
            return self._functional(flow, FUNCTIONS[name], node, args, words)
        if name in {"view", "reshape"}:
            return self._viewed(flow, node, args)
        if name == "unsqueeze" and len(args) == 1 and isinstance(index := self.value(args[0]), int) and index:
            sizes = [-1, 1] if index == -1 else [1, -1]
            return self._made(flow, "Unflatten", node, dim=args[0], unflattened_size=_numbers(sizes, node))
        if name == "squeeze":
            return self._squeezed(flow, node)
        if name == "mean":
            return self._mean(flow, node, args, words)
        if name == "pad":
            return self._padded(flow, node, args, words)
        if hint := spelled(name, FUNCTIONS):
            raise self.refuse(node, f"{name[:40]} is no function that is read.{hint}")
        raise self.refuse(
            node, f"{name[:40]} of a tensor is no layer of torch.nn: only a chain of layers can be drawn."
        )

    def _functional(
        self,
        flow: Flow,
        known: Functional,
        node: ast.Call,
        args: Sequence[ast.expr],
        words: Sequence[ast.keyword],
    ) -> Flow:
        args = list(args)
        words = [word for word in words if word.arg not in {"_stacklevel", "dtype"}]
        if known.training is not None:
            trained: ast.expr | None = None
            if len(args) > known.training:
                trained = args.pop(known.training)
            for word in [word for word in words if word.arg in {"training", "train"}]:
                trained = word.value
                words.remove(word)
            if not self._is_dropping(trained, node):
                return flow
        reader = Arguments(self.tree, self.value, known.layer, known.specs(), known.otherwise)
        read = reader.read(self._copied(node, args, words))
        self.findings.add(reader.findings)
        return self.step(flow, self._layer(known.layer, read, node), node)

    def _is_dropping(self, trained: ast.expr | None, node: ast.Call) -> bool:
        """Whether numbers are dropped at all; says where that is not only so in training."""
        value = True if trained is None else self.value(trained)
        if value is False:
            self.warn(node, "This drops nothing, as training is False: it is left out.")
            return False
        if value is True:
            self.warn(
                node, "This drops numbers after training too; the drawn layer does so in training only."
            )
        return True

    def _made(self, flow: Flow, layer: str, node: ast.Call, **given: ast.expr) -> Flow:
        """The tensor behind a new layer with these arguments."""
        spec = LAYERS[layer]
        reader = Arguments(self.tree, self.value, layer, spec.args)
        words = [ast.keyword(name, value) for name, value in given.items()]
        read = reader.read(self._copied(node, [], [ast.copy_location(word, node) for word in words]))
        self.findings.add(reader.findings)
        return self.step(flow, self._layer(layer, read, node), node)

    def _copied(self, node: ast.Call, args: list[ast.expr], words: list[ast.keyword]) -> ast.Call:
        return ast.copy_location(ast.Call(node.func, args, words), node)

    def _layer(self, name: str, args: Mapping[str, ArgValue], node: ast.expr) -> Layer:
        return Layer(ReadLayer(name, args, "", (), *self.tree.place(node), *self.tree.end(node)))

    def _viewed(self, flow: Flow, node: ast.Call, args: Sequence[ast.expr]) -> Flow:
        """A tensor in another shape: laid in a row, or split behind the batch."""
        if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
            args = args[0].elts
        args = self.spread_out(args)
        sizes = [self.value(size) for size in args]
        batch = bool(sizes) and (
            (isinstance(sizes[0], Shape) and sizes[0].index == 0)
            or (sizes[0] == -1 and -1 not in sizes[1:])
            or (isinstance(sizes[0], Unknown) and sizes[1:] == [-1])
        )
        if not batch or len(sizes) < 2 or any(isinstance(size, Shape) for size in sizes[1:]):
            raise self.refuse(
                node, "This shape mixes samples or is not known: no layer of torch.nn does that."
            )
        if len(sizes) == 2:
            if sizes[1] != -1:
                self.warn(
                    node, "This is read as nn.Flatten(), which it is where a sample has so many numbers."
                )
            return self._made(flow, "Flatten", node)
        self.warn(node, "This is read as nn.Unflatten, which it is where a sample is one row of numbers.")
        split = ast.copy_location(ast.Tuple(list(args[1:]), ast.Load()), node)
        return self._made(flow, "Unflatten", node, dim=_number(1, node), unflattened_size=split)

    def spread_out(self, args: Sequence[ast.expr]) -> list[ast.expr]:
        """Arguments with the numbers of a list behind a star in its place."""
        found: list[ast.expr] = []
        for arg in args:
            items = self.items(self.value(arg.value), arg) if isinstance(arg, ast.Starred) else None
            numbers = [item for item in items or () if isinstance(item, int)]
            known = items is not None and len(numbers) == len(items)
            found += [_number(number, arg) for number in numbers] if known else [arg]
        return found

    def _squeezed(self, flow: Flow, node: ast.Call) -> Flow:
        """Dimensions of one are dropped: behind pooling to one that is Flatten, at the end nothing."""
        last = flow.steps[-1].module if flow.steps else None
        if isinstance(last, Layer) and last.read is not None and last.read.type.startswith("Adaptive"):
            return self._made(flow, "Flatten", node)
        return self.step(flow, SQUEEZED, node)

    def _mean(
        self, flow: Flow, node: ast.Call, args: Sequence[ast.expr], words: Sequence[ast.keyword]
    ) -> Flow:
        """The mean over the pixels of each channel."""
        given = {word.arg: word.value for word in words}
        where = args[0] if args else given.get("dim")
        dims = self.value(where) if where is not None else None
        kept = self.value(given["keepdim"]) if "keepdim" in given else False
        both = isinstance(dims, list | tuple) and {*dims} in ({2, 3}, {-1, -2})
        if not both and dims != 2:
            raise self.refuse(node, "This mean is no layer of torch.nn.")
        pooled = self._made(flow, f"AdaptiveAvgPool{2 if both else 1}d", node, output_size=_number(1, node))
        return pooled if kept is True else self._made(pooled, "Flatten", node)

    def _padded(
        self, flow: Flow, node: ast.Call, args: Sequence[ast.expr], words: Sequence[ast.keyword]
    ) -> Flow:
        """A border around each sample."""
        given = dict(zip(("pad", "mode", "value"), args, strict=False))
        given |= {word.arg or "": word.value for word in words}
        pad = self.value(given["pad"]) if "pad" in given else None
        mode = self.value(given["mode"]) if "mode" in given else "constant"
        if (
            not isinstance(pad, list | tuple)
            or len(pad) not in {2, 4, 6}
            or not isinstance(mode, str)
            or mode not in PADS
        ):
            raise self.refuse(node, "This padding is no layer of torch.nn.")
        layer = f"{PADS[mode]}{len(pad) // 2}d"
        if mode != "constant":
            return self._made(flow, layer, node, padding=given["pad"])
        value = given.get("value", _number(0, node))
        return self._made(flow, layer, node, padding=given["pad"], value=value)

    def part_of(self, whole: Several | Shape, node: ast.Subscript) -> Value:
        if isinstance(whole, Shape):
            index = self.value(node.slice) if not isinstance(node.slice, ast.Slice) else None
            if whole.index is None and isinstance(index, int):
                written = ast.unparse(node)
                return Shape(whole.flow, 0) if index == 0 else self.unknown(written, node)
            return self.opaque(node)
        index_text = ast.unparse(node.slice).strip("()")
        if whole.part == "state":
            index_text = index_text.removesuffix(", :").removesuffix(", :").removesuffix(", ...")
        if whole.part == "sequence":
            if (end := ENDS.get(index_text)) is not None:
                return self.last(whole, node, batch_first=end == "end of samples")
        elif whole.part == "state" and index_text in {"-1", "-2"}:
            return Several(whole.before, whole.step, "last" if index_text == "-1" else "other")
        elif index_text in {"0", "1"} and (parts := self.parts(whole)):
            return parts[int(index_text)]
        raise self.refuse(node, "This part of what a recurrent layer returns is not drawn.")

    def parts(self, whole: Several) -> tuple[Several, Several] | None:
        """The two parts of what a recurrent layer returns."""
        module = whole.step.module
        paired = isinstance(module, Layer) and module.read is not None and module.read.type == PAIRED
        names = {"pair": ("sequence", "states" if paired else "state"), "states": ("state", "cell")}
        if whole.part not in names:
            return None
        one, two = (Several(whole.before, whole.step, name) for name in names[whole.part])
        return one, two

    def last(
        self,
        whole: Several,
        node: Located,
        *,
        batch_first: bool | None = None,
        both: bool = False,
        deepest: bool = False,
    ) -> Flow:
        """The tensor behind a recurrent layer of which the last state goes on."""
        module = whole.step.module
        if not isinstance(module, Layer) or module.read is None:
            raise self.refuse(node, "This is not read.")
        read = module.read
        fault = misfit(SmallClass(read.type, "last", both, batch_first), read.args)
        if deepest and read.args.get("num_layers", 1) != 1:
            fault = "The states of several layers cannot be squeezed into one."
        if fault is not None:
            raise self.refuse(node, fault.replace("The class of this", "What is taken of this"))
        chosen = msgspec.structs.replace(read, args={**read.args, "output": "last"})
        layer = Layer(chosen, module.findings, True)
        return self.step(whole.before, layer, whole.step.node, whole.step.name)

    def _joined(self, node: ast.Call) -> Value:
        """Two tensors side by side: read for the two directions of a recurrent layer only."""
        items = self.value(node.args[0])
        parts = items if isinstance(items, list | tuple) else ()
        words = [self.value(item) for item in node.args[1:]] + [self.value(w.value) for w in node.keywords]
        match parts:
            case [Several(part="other") as one, Several(part="last") as two] if words in ([1], [-1]):
                if one.step is two.step:
                    return self.last(one, node, both=True)
        if any(isinstance(part, Flow | Several) for part in parts):
            raise self.refuse(node, "Tensors are joined here: only a chain of layers can be drawn.")
        return self.opaque(node)


def function_name(dotted: str) -> str:
    """The name of a function of torch or of torch.nn.functional; empty where it is none."""
    name = dotted.removeprefix(FUNCTIONAL) if dotted.startswith(FUNCTIONAL) else dotted.removeprefix("torch.")
    return name if name != dotted and "." not in name else ""


def _is_zero(state: Value) -> bool:
    if isinstance(state, list | tuple):
        return all(map(_is_zero, state))
    return state is None or (isinstance(state, Unknown) and state.why == ZEROS)


def _number(number: int, node: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Constant(number), node)


def _numbers(numbers: Sequence[int], node: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Tuple([_number(number, node) for number in numbers], ast.Load()), node)
