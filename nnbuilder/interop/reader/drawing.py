"""A network of a text as layers for a drawing: nested, named, counted, and each module where it is used."""

import ast
from collections.abc import Iterable

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.graph import limits
from nnbuilder.graph.graph import GROUP
from nnbuilder.interop.reader.forward import Forwards
from nnbuilder.interop.reader.freezing import frozen_group
from nnbuilder.interop.reader.layer_calls import handed_on
from nnbuilder.interop.reader.machine import Enough
from nnbuilder.interop.reader.values import Chain, Findings, Instance, Klass, Layer, Value
from nnbuilder.interop.reading import ReadLayer, SourceProblem

Part = tuple[str, Value, ast.expr]
"""A module with its name, and where it is put."""


class Drawing:
    """Turns what was made into layers; collects what was found about everything that is in them."""

    def __init__(self, reader: Forwards) -> None:
        self.findings = Findings()
        self._reader = reader
        self._count = 0
        self._seen: dict[object, int] = {}

    def layers(self, root: Value, depth: int = 0) -> tuple[ReadLayer, ...]:
        """The layers of a Sequential or of an object with a forward."""
        first = root not in self._seen
        self._seen[root] = self._seen.get(root, 0) + 1
        if isinstance(root, Chain):
            parts: list[Part] = [(entry.name, entry.module, entry.node) for entry in root.entries]
            found = self._chain_findings(root)
        elif isinstance(root, Instance):
            parts = [(step.name, step.module, step.node) for step in self._reader.steps(root)]
            found = root.findings
        else:
            return ()
        if first:
            self.findings.add(found)
            if isinstance(root, Instance) and not parts:
                self._all_of(root)
        return self.of(parts, depth, chained=isinstance(root, Chain))

    def of(self, parts: Iterable[Part], depth: int = 0, *, chained: bool = True) -> tuple[ReadLayer, ...]:
        """These modules side by side."""
        layers: list[ReadLayer] = []
        taken: set[str] = set()
        for name, module, node in parts:
            layer = self._layer(module, node, depth, chained=chained)
            if layer is None:
                continue
            own = (
                "" if name in taken or name == str(len(layers)) or (name.isdigit() and not chained) else name
            )
            taken.add(own)
            layers.append(msgspec.structs.replace(layer, name=own) if own else layer)
        return tuple(layers)

    def _layer(self, module: Value, node: ast.expr, depth: int, *, chained: bool) -> ReadLayer | None:
        tree = self._reader.tree
        if not isinstance(module, Layer | Chain | Instance):
            return None
        self._count += 1
        if self._count > limits.NODES:
            line, column = self._place(module, node)
            message = f"A drawing holds at most {limits.NODES:,} layers."
            raise Enough(SourceProblem(line, column, message))
        self._again(module, node)
        if isinstance(module, Layer):
            self._note(module, chained)
            return module.read
        if depth >= limits.GROUP_DEPTH:
            message = f"Groups lie in each other at most {limits.GROUP_DEPTH} deep."
            self.findings.problems.append(tree.problem(module.node, message))
            return None
        if isinstance(module, Instance) and not self._reader.steps(module):
            self.layers(module, depth + 1)
            return None
        inner = self.layers(module, depth + 1)
        still = frozen_group(inner) if isinstance(module, Chain) and module.frozen else None
        place = (*tree.place(module.node), *tree.end(module.node))
        return ReadLayer(GROUP, {}, "", inner if still is None else still, *place, still is not None)

    def _place(self, module: Value, node: ast.expr) -> tuple[int, int]:
        if isinstance(module, Layer) and module.read is not None:
            return module.read.line, module.read.column
        return self._reader.tree.place(node)

    def _note(self, layer: Layer, chained: bool) -> None:
        if self._seen.get(layer, 0):
            self._seen[layer] += 1
            return
        self._seen[layer] = 1
        self.findings.add(layer.findings)
        if chained and (said := handed_on(layer)) is not None:
            self.findings.problems.append(said)

    def _again(self, module: Value, node: ast.expr) -> None:
        """Says so where a module is used a second time."""
        if self._seen.get(module, 0) != 1:
            return
        if self._has_weights(module):
            message = (
                "The same module is used again here: its weights are shared in PyTorch, "
                "but drawn it stands here with weights of its own."
            )
        else:
            message = "The same module is used again here: it has no weights, so it simply stands here again."
        place = self._reader.tree.place(node)
        self.findings.problems.append(SourceProblem(*place, message, "warning"))

    def _all_of(self, instance: Instance) -> None:
        """What is wrong with the layers of an object of which the forward is not read."""
        for value in instance.attrs.values():
            if isinstance(value, Layer | Chain) and value not in self._seen:
                self._seen[value] = 1
                self.findings.add(value.findings)
                if isinstance(value, Chain):
                    self.of(((entry.name, entry.module, entry.node) for entry in value.entries), 1)

    def read_whole(self, root: Value) -> bool:
        """Whether the forward of an object was followed to its end."""
        return isinstance(root, Instance) and bool(root.steps)

    def unused(self, root: Value) -> list[Layer | Chain]:
        """Modules that an object has and its forward does not use."""
        attrs = root.attrs.values() if isinstance(root, Instance) else ()
        used = [part.findings for part in self._seen if isinstance(part, Layer | Chain)]
        modules = [value for value in attrs if isinstance(value, Layer | Chain)]
        return [value for value in modules if not any(value.findings is found for found in used)]

    def _has_weights(self, module: Value) -> bool:
        """Whether anything in a module has weights; each part is looked at once."""
        seen: set[object] = set()
        waiting = [module]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Instance):
                return True
            if isinstance(part, Layer) and part.read is not None and LAYERS[part.read.type].count:
                return True
            if isinstance(part, Chain) and part not in seen:
                seen.add(part)
                waiting += [entry.module for entry in part.entries]
        return False

    def _chain_findings(self, chain: Chain) -> Findings:
        own = chain.klass.find("forward") if isinstance(chain.klass, Klass) else None
        if chain.klass is None or own is None:
            return chain.findings
        message = f"{chain.klass.name} is an nn.Sequential with a forward of its own, which is not followed."
        problem = self._reader.tree.problem(chain.klass.node, message)
        return Findings([*chain.findings.problems, problem], chain.findings.asked)
