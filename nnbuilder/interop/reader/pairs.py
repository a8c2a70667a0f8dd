"""Dictionaries of named modules: literal ones, OrderedDict and dict, as pairs of a name and a module."""

import ast

from nnbuilder.interop.names import ORDERED
from nnbuilder.interop.reader import methods
from nnbuilder.interop.reader.arguments import word_for
from nnbuilder.interop.reader.calls import Calls
from nnbuilder.interop.reader.values import Path, Unknown, Value


class Pairs(Calls):
    """Works out what gives names to the layers of a Sequential."""

    def pairs(self, node: ast.expr) -> list[tuple[ast.expr, Value, Value]] | None:
        match node:
            case ast.Dict(keys=keys, values=values):
                return self._literal_pairs(keys, values)
            case ast.Call() if self._is_ordered(node):
                return self._ordered(node)
            case ast.Call():
                return None
        value = self.value(node)
        return [(node, key, part) for key, part in value.items()] if isinstance(value, dict) else None

    def _is_ordered(self, node: ast.Call) -> bool:
        callee = self.value(node.func)
        return isinstance(callee, Path) and callee.dotted in {ORDERED, "builtins.dict"}

    def _literal_pairs(
        self, keys: list[ast.expr | None], values: list[ast.expr]
    ) -> list[tuple[ast.expr, Value, Value]]:
        found: list[tuple[ast.expr, Value, Value]] = []
        for key, value in zip(keys, values, strict=True):
            if key is not None:
                found.append((key, self._name_at(key), self.value(value)))
                continue
            more = self.value(value)
            if isinstance(more, dict):
                found += [(value, name, part) for name, part in more.items()]
            else:
                self.fault(value, "Two stars in a dictionary are not read: write the layers out.")
        return found

    def _name_at(self, node: ast.expr) -> Value:
        name = self.value(node)
        if not isinstance(name, str):
            self.fault(node, f"The name of a layer is text in quotes, not {word_for(node)}.")
            return methods.SAID
        return name

    def _ordered(self, node: ast.Call) -> list[tuple[ast.expr, Value, Value]]:
        words = [(word.value, word.arg, self.value(word.value)) for word in node.keywords if word.arg]
        match node.args:
            case []:
                return [*words]
            case [ast.Dict(keys=keys, values=values)]:
                return [*self._literal_pairs(keys, values), *words]
            case [ast.List(elts=items) | ast.Tuple(elts=items)]:
                return [pair for item in items for pair in self._pair(item)] + [*words]
            case [single]:
                value = self.value(single)
                if isinstance(value, dict):
                    return [(single, key, part) for key, part in value.items()] + [*words]
                items_ = self.items(value, single)
                pairs = [item for item in items_ or () if isinstance(item, list | tuple) and len(item) == 2]
                if items_ is not None and len(pairs) == len(items_):
                    return [(single, pair[0], pair[1]) for pair in pairs] + [*words]
                if isinstance(value, Unknown) and value.parts and self.ask(value, single):
                    return []
        self.fault(node, "OrderedDict is read with one list of pairs or one dictionary.")
        return []

    def _pair(self, item: ast.expr) -> list[tuple[ast.expr, Value, Value]]:
        match item:
            case ast.Tuple(elts=[key, value]) | ast.List(elts=[key, value]):
                return [(key, self._name_at(key), self.value(value))]
        inner = item.value if isinstance(item, ast.Starred) else item
        whole = self.value(inner)
        rows = self.items(whole, item) if isinstance(item, ast.Starred) else [whole]
        found = [row for row in rows or () if isinstance(row, list | tuple) and len(row) == 2]
        if not found or len(found) != len(rows or ()):
            self.fault(item, 'OrderedDict takes pairs like ("fc1", nn.Linear(4, 16)).')
        return [(item, row[0], row[1]) for row in found]
