"""A tree of printed modules as a network."""

from collections.abc import Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import LAYERS, LOSSES, layer
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP, ArgValue
from nnbuilder.interop.names import LAZY
from nnbuilder.interop.printed.calls import ASKED, UNSHOWN, call_of
from nnbuilder.interop.printed.encoders import encoder_words
from nnbuilder.interop.printed.modules import WRAPPERS, is_chain, is_layer, refusal
from nnbuilder.interop.printed.tree import Printed
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.reading import Asked, Offer, Reading, ReadLayer, SourceProblem

_IN_ORDER = (
    "{kind} prints its layers in the order of their definition: its forward is assumed to pass through them "
    "in that order. What forward does besides (functions such as relu or flatten, sums) is not printed."
)
_IN_TABLE = (
    "{kind} is a class of its own: it is assumed to pass through its layers in the order of the table, which "
    "shows no functions such as relu or flatten and no sums."
)


def read_printed(root: Printed, answers: Mapping[str, ArgValue], *, table: bool = False) -> Reading:
    """The network of a printed module, with everything that a print-out leaves open.

    The modules of a `table` were already told what it does not show.
    """
    reader = _Reader(answers, table=table)
    layers = reader.network(root)
    return reader.reading(layers)


class _Leaf(msgspec.Struct, frozen=True):
    """A layer whose call is read together with all others; `line` is its line in that text."""

    module: Printed
    name: str
    line: int


class _Group(msgspec.Struct, frozen=True):
    module: Printed
    name: str
    inside: tuple["_Leaf | _Group", ...]


class _Reader:
    """Collects the calls of all layers, and what is wrong with their modules."""

    def __init__(self, answers: Mapping[str, ArgValue], *, table: bool) -> None:
        self._answers = answers
        self._table = table
        self._calls: list[str] = []
        self._modules: list[Printed] = []
        self._problems: list[SourceProblem] = []
        self._asked: list[Asked] = []
        self._offer = Offer()
        self._told: set[str] = set()
        self._full = False

    def network(self, root: Printed) -> tuple[ReadLayer, ...]:
        """The layers of a whole model."""
        while root.type in WRAPPERS and len(root.children) == 1:
            self._warn(root, f"{root.type} only holds its one module, which is taken.")
            root = root.children[0]
        if is_layer(root.type):
            parts: tuple[_Leaf | _Group, ...] = tuple(self._leaf(root, "", root.type))
        elif (why := refusal(root, root=True)) is not None:
            self._error(root, why)
            return ()
        else:
            parts = self._children(root, "")
        return self._built(parts, self._read_calls())

    def reading(self, layers: tuple[ReadLayer, ...]) -> Reading:
        """The layers with everything that was noticed."""
        problems = sorted(self._problems, key=lambda each: (each.line, each.column))
        if not layers and not any(each.severity == "error" for each in problems):
            problems.append(SourceProblem(1, 1, "There is no layer in this print-out."))
        return Reading(layers, tuple(problems[:100]), asked=tuple(self._asked), offer=self._offer)

    def _children(self, module: Printed, path: str) -> tuple[_Leaf | _Group, ...]:
        if not is_chain(module):
            message = _IN_TABLE if self._table else _IN_ORDER
            self._warn(module, message.format(kind=module.type[:80]))
        parts: list[_Leaf | _Group] = []
        place = 0
        for child in module.children:
            for copy in range(child.times):
                name = child.name or str(place)
                if name.isdecimal() and child.times > 1:
                    name = str(int(name) + copy)
                unnamed = not child.name or (is_chain(module) and name == str(place))
                own = "" if unnamed else name
                place += 1
                parts += self._part(child, own, f"{path}.{name}" if path else name)
                if len(self._calls) + place > limits.NODES:
                    self._overflow(child)
                    return tuple(parts)
        return tuple(parts)

    def _part(self, module: Printed, name: str, path: str) -> Sequence[_Leaf | _Group]:
        if (why := refusal(module, root=False)) is not None:
            self._error(module, why)
            return ()
        if module.type in LOSSES and module.type not in LAYERS:
            lines = {**self._offer.lines, "loss": module.line}
            self._offer = msgspec.structs.replace(self._offer, loss=module.type, lines=lines)
            return ()
        if is_layer(module.type):
            return self._leaf(module, name, path)
        if not module.children:
            self._warn(module, "An empty Sequential hands on what comes in: an Identity stands for it.")
            return self._leaf(msgspec.structs.replace(module, type="Identity", shown=""), name, path)
        return [_Group(module, name, self._children(module, path))]

    def _leaf(self, module: Printed, name: str, path: str) -> list[_Leaf | _Group]:
        spec = layer(LAZY.get(module.type, module.type))
        call = None
        if spec is not None:
            words = self._answered(module, spec, path)
            call = encoder_words(module, words) if spec.name.startswith("Transformer") else None
            if not spec.name.startswith("Transformer"):
                call = call_of(module.type, ", ".join(filter(None, (module.shown, words))))
        if spec is None or call is None:
            shown = module.shown[:80]
            self._error(module, f"This is no printed {module.type[:80]}: {shown}")
            return []
        self._tell_unshown(module, spec)
        self._calls.append(call)
        self._modules.append(module)
        return [_Leaf(module, name, len(self._calls))]

    def _answered(self, module: Printed, spec: LayerSpec, path: str) -> str:
        """What is asked for a layer, as arguments: the answer, or a stand-in."""
        words = []
        for arg in () if self._table else ASKED.get(spec.name, ()):
            key = f"{path}.{arg}"
            value = self._answers.get(key)
            found = spec.arg(arg)
            if found is None:
                continue
            if value is None:
                self._asked.append(Asked(key, module.line, module.column, spec.name, arg))
                value = 0.5 if found.initial is None else found.initial
            words.append(f"{arg}={value!r}")
        return ", ".join(words)

    def _tell_unshown(self, module: Printed, spec: LayerSpec) -> None:
        unshown = UNSHOWN.get(spec.name, ())
        if self._table or not unshown or spec.name in self._told:
            return
        self._told.add(spec.name)
        names = unshown[0] if len(unshown) == 1 else f"{', '.join(unshown[:-1])} and {unshown[-1]}"
        rest = "its default is taken" if len(unshown) == 1 else "their defaults are taken"
        self._warn(module, f"A printed {spec.name} does not show {names}: {rest}.")

    def _read_calls(self) -> Mapping[int, ReadLayer]:
        """All calls read as one network: the layer of each line; what is wrong is told at its print-out."""
        if not self._calls:
            return {}
        reading = read_source("nn.Sequential(\n" + ",\n".join(self._calls) + "\n)")
        for problem in reading.problems:
            index = min(max(problem.line - 2, 0), len(self._modules) - 1)
            module = self._modules[index]
            titled = problem.message.startswith(module.type)
            message = problem.message if titled else f"{module.type[:80]}: {problem.message}"
            self._problems.append(SourceProblem(module.line, module.column, message, problem.severity))
        for asked in reading.asked:
            module = self._modules[min(max(asked.line - 2, 0), len(self._modules) - 1)]
            self._error(module, f"{asked.name[:80]} is no value that PyTorch prints.")
        return {found.line - 1: found for found in reading.layers}

    def _built(
        self, parts: Sequence[_Leaf | _Group], found: Mapping[int, ReadLayer]
    ) -> tuple[ReadLayer, ...]:
        layers: list[ReadLayer] = []
        for part in parts:
            module = part.module
            if isinstance(part, _Group):
                inside = self._built(part.inside, found)
                layers.append(_placed(ReadLayer(GROUP, {}, part.name, inside), module))
            elif part.line in found:
                layers.append(_placed(msgspec.structs.replace(found[part.line], name=part.name), module))
        return tuple(layers)

    def _overflow(self, module: Printed) -> None:
        if not self._full:
            self._full = True
            self._error(module, f"A drawing holds at most {limits.NODES:,} layers.")

    def _error(self, module: Printed, message: str) -> None:
        self._problems.append(SourceProblem(module.line, module.column, message))

    def _warn(self, module: Printed, message: str) -> None:
        self._problems.append(SourceProblem(module.line, module.column, message, "warning"))


def _placed(found: ReadLayer, module: Printed) -> ReadLayer:
    return msgspec.structs.replace(
        found,
        line=module.line,
        column=module.column,
        end_line=module.end_line,
        end_column=module.end_column,
    )
