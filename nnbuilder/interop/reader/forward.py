"""The way of a tensor through a class of the text: its forward as steps, one behind the other."""

import ast

from nnbuilder.interop.reader.flows import SQUEEZED
from nnbuilder.interop.reader.machine import Refused
from nnbuilder.interop.reader.objects import Returned
from nnbuilder.interop.reader.statements import Statements
from nnbuilder.interop.reader.values import MODULES, Flow, Function, Instance, Scope, Step, Unknown, Value
from nnbuilder.interop.spelling import asked


class Forwards(Statements):
    """Follows the forward of an object of the text."""

    def steps(self, instance: Instance) -> tuple[Step, ...]:
        """The modules in order; none, and a problem, where they are no chain."""
        if instance.steps is None:
            before = self.findings, self.scope, self.depth, self.forwarding
            self.findings, self.forwarding = instance.findings, True
            instance.steps = ()
            try:
                instance.steps = self._followed(instance)
            except Refused as error:
                self.findings.problems.append(error.problem)
            finally:
                self.findings, self.scope, self.depth, self.forwarding = before
        return instance.steps

    def _followed(self, instance: Instance) -> tuple[Step, ...]:
        found = instance.klass.find("forward")
        if found is not None and isinstance(found[1], Unknown) and found[1].why:
            raise self.refuse(found[1].node, found[1].why)
        if found is None or not isinstance(found[1], Function):
            meant = next((name for name in instance.klass.members if asked(name, ("forward",))), None)
            hint = f" Did you mean forward where {meant[:40]} stands?" if meant else ""
            message = f"{instance.klass.name} has no forward: nobody knows in which order its layers compute."
            parts = [(name, part) for name, part in instance.attrs.items() if isinstance(part, MODULES)]
            if len(parts) != 1 or meant:
                raise self.refuse(instance.klass.node, message + hint)
            (name, part), node = parts[0], instance.node
            said = (
                f"{instance.klass.name} has no forward: the only module that it holds, {name[:40]}, is read."
            )
            self.warn(instance.klass.node, said)
            return (Step(part, name, node),)
        function = found[1]
        values = self._entering(function, instance)
        self._enter(instance.node)
        self.scope = Scope(values, function.scope, function.klass, instance)
        ended = self.run(function.node.body)
        result = ended.value if isinstance(ended, Returned) else None
        return self._ended(result, function.node)

    def _entering(self, function: Function, instance: Instance) -> dict[str, Value]:
        """The values at the start: the object, one tensor, and defaults."""
        args = function.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        needed = len(names) - len(args.defaults)
        if needed > 2 or len(names) < 2 or any(default is None for default in args.kw_defaults):
            raise self.refuse(
                function.node,
                f"This forward takes {max(needed - 1, 0)} tensors: only one goes through a chain.",
            )
        values: dict[str, Value] = {names[0]: instance, names[1]: Flow()}
        self._defaults(function, values)
        if args.vararg is not None:
            values[args.vararg.arg] = ()
        if args.kwarg is not None:
            values[args.kwarg.arg] = {}
        return values

    def _ended(self, result: Value, node: ast.FunctionDef) -> tuple[Step, ...]:
        if isinstance(result, tuple | list):
            raise self.refuse(node, "This forward returns several values: a chain of layers returns one.")
        flow = self.flow(result, node.body[-1]) if result is not None else None
        if flow is None:
            raise self.refuse(node, "What this forward returns is not what went through its layers.")
        if flow.steps and flow.steps[-1].module is SQUEEZED:
            self.warn(
                flow.steps[-1].node, "squeeze at the end is left out: the output keeps its dimension of one."
            )
            return flow.steps[:-1]
        return flow.steps
