"""A network told from a state_dict: its names and shapes, nothing of its values.

Layers without weights leave no trace but a gap in the numbers of an nn.Sequential. In such a gap stands an
Identity, so that every name still fits, and the report says where; between a convolution and a Linear whose
size needs it, the last one is a Flatten.
"""

from collections.abc import Mapping, Sequence

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.reading import Asked, Reading, ReadLayer, SourceProblem
from nnbuilder.interop.state.layers import Before, Told, layer_of
from nnbuilder.interop.state.tree import Module, Shape, module_tree

_MOST_TENSORS = 50_000


def read_state(
    shapes: Mapping[str, Shape], answers: Mapping[str, ArgValue] | None = None, *, ordered: bool = True
) -> Reading:
    """The network whose state_dict has these names and shapes; total over any of them.

    `ordered` says that the names stand in the order of definition, as in a file that torch wrote. Problems
    count tensors in place of lines. `answers` are keyed like "encoder.nhead".
    """
    if not shapes:
        return Reading(problems=(SourceProblem(1, 1, "There is no tensor in this file."),))
    if len(shapes) > _MOST_TENSORS:
        message = f"There are {len(shapes):,} tensors in this file; at most {_MOST_TENSORS:,} are read."
        return Reading(problems=(SourceProblem(1, 1, message),))
    for place, (name, shape) in enumerate(shapes.items(), 1):
        if 0 in shape:
            message = f"{name[:80]} holds no number: no layer has a size of 0."
            return Reading(problems=(SourceProblem(place, 1, message),))
    root, wrapper = module_tree(shapes, ordered=ordered)
    reader = _Reader(answers or {}, {name: place for place, name in enumerate(shapes, 1)})
    if wrapper:
        reader.warn(root, f"“{wrapper}.” stands before every name and is left out.")
    if not root.indexed and not root.tensors:
        order = "the file's order" if ordered else "the order of their names"
        reader.warn(root, f"The layers are taken to compute in {order}, one behind the other.")
        reader.warn(root, "Layers without weights (activations, pooling) left no trace here.")
    layers = reader.layers(root, 0)
    return Reading(layers, tuple(reader.problems), asked=tuple(reader.asked))


class _Reader:
    """Walks through the modules in their order."""

    def __init__(self, answers: Mapping[str, ArgValue], places: Mapping[str, int]) -> None:
        self.problems: list[SourceProblem] = []
        self.asked: list[Asked] = []
        self._answers = answers
        self._places = places
        self._before = Before()

    def layers(self, module: Module, depth: int) -> tuple[ReadLayer, ...]:
        """The layers in a module; a module that is a layer itself is one without a name."""
        own = layer_of(module, self._before)
        if own is not None and depth == 0:
            return (self._layer("", module, own),)
        if module.tensors:
            names = ", ".join(module.tensors)[:80]
            self._fault(module, f"No layer of torch.nn has tensors like these: {names}.")
            return ()
        if depth > limits.GROUP_DEPTH:
            self._fault(module, f"Groups lie in each other at most {limits.GROUP_DEPTH} deep.")
            return ()
        return self._children(module, depth)

    def _children(self, module: Module, depth: int) -> tuple[ReadLayer, ...]:
        found: list[ReadLayer] = []
        parts = list(module.inside.items())
        if module.indexed:
            parts.sort(key=lambda part: int(part[0]))
        for name, part in parts:
            told = layer_of(part, self._before)
            if module.indexed and not self._fill(found, int(name), part, told):
                return tuple(found)
            own = "" if name == str(len(found)) else name
            if told is None:
                found.append(ReadLayer(GROUP, name=own, layers=self.layers(part, depth + 1)))
            else:
                found.append(self._layer(own, part, told))
        return tuple(found)

    def _fill(self, found: list[ReadLayer], index: int, part: Module, told: Told | None) -> bool:
        """Puts layers without weights before the one of this number; False where there are too many."""
        missing = index - len(found)
        if len(found) + missing > limits.NODES:
            self._fault(part, f"A drawing holds at most {limits.NODES:,} layers.")
            return False
        if missing <= 0:
            return True
        flat = told is not None and told.type == "Linear" and bool(self._before.dims)
        kinds = ["Identity"] * (missing - flat) + ["Flatten"] * flat
        start = len(found)
        found += [ReadLayer(kind) for kind in kinds]
        where = str(start) if missing == 1 else f"{start} to {index - 1}"
        put = "A Flatten stands there" if kinds == ["Flatten"] else "Identity stands there"
        put += ", and a Flatten at the end" if flat and missing > 1 else ""
        verb = "has" if missing == 1 else "have"
        self.warn(part, f"Before {part.path}, {where} {verb} no weights. {put}: choose what it was.")
        return True

    def _layer(self, name: str, module: Module, told: Told) -> ReadLayer:
        line = self._line(module)
        args = dict(told.args)
        for arg in told.asked:
            key = f"{module.path}.{arg}" if module.path else arg
            spec = LAYERS[told.type].arg(arg)
            if key in self._answers:
                args[arg] = self._answers[key]
            else:
                self.asked.append(Asked(key, line, 1, told.type, arg))
                args[arg] = 1 if spec is None else spec.start
        if told.assumed:
            self.warn(module, f"{module.path or told.type}: {told.type}; assumed: {told.assumed}.")
        self._before = told.behind
        return ReadLayer(told.type, args, name, (), line, 1, line, 1)

    def warn(self, module: Module, message: str) -> None:
        """Notes what was assumed about a module."""
        self.problems.append(SourceProblem(self._line(module), 1, message, "warning"))

    def _fault(self, module: Module, message: str) -> None:
        self.problems.append(SourceProblem(self._line(module), 1, message))

    def _line(self, module: Module) -> int:
        """Where the first tensor of a module stands."""
        inside: Sequence[Module] = (module,)
        while inside:
            for part in inside:
                for name in part.tensors:
                    return self._places.get(f"{part.path}.{name}" if part.path else name, 1)
            inside = [child for part in inside for child in part.inside.values()]
        return 1
