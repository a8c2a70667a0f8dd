"""What keeps a project from being trained, as far as that can be said without torch."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from nnbuilder.data.spec import CsvData, FileData
from nnbuilder.graph.edits import Rename, ResetArg
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import Orders, orders_of
from nnbuilder.graph.plain import Fault, within
from nnbuilder.project.chain import chain_problems, title
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.group_chain import group_problems
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.rules import project_faults
from nnbuilder.project.unknown import unknown_problems

_OWN = frozenset({"bad-argument", "unknown-layer", "broken-group"})
"""Errors of a layer itself; its name and its edges count even where it is disabled."""


def check_drawing(project: Project) -> tuple[Problem, ...]:
    """All problems of the drawing, of its values and of the choices around it.

    Once the chain from Input to Loss is complete, what lies beside it hinders nobody: its errors are
    warnings. So are those of disabled layers.
    """
    graph = project.graph
    orders = orders_of(graph)
    found = [
        *chain_problems(graph, orders[None]),
        *group_problems(graph, orders),
        *(_of_fault(project, fault) for fault in project_faults(project)),
        *unknown_problems(project),
        *_names(graph, orders),
        *_data(project),
    ]
    quiet = _Quiet.of(graph, orders)
    return tuple(quiet.milder(problem) for problem in found)


class _Quiet(msgspec.Struct, frozen=True):
    """The nodes that nothing computes with: by themselves disabled, or lying somewhere beside."""

    disabled: frozenset[NodeId]
    beside: frozenset[NodeId]

    @classmethod
    def of(cls, graph: Graph, orders: Orders) -> "_Quiet":
        off = frozenset(key for key, node in graph.nodes.items() if node.disabled)
        loose = orders[None].loose if orders[None].complete else ()
        inside = {key for key in graph.within(off) if off.intersection(graph.groups_of(key))} if off else ()
        return cls(off, graph.within(loose).union(inside))

    def milder(self, problem: Problem) -> Problem:
        """The problem, as a warning where it hinders nobody."""
        if problem.severity != "error" or problem.node is None or problem.code.startswith("two-"):
            return problem
        own = problem.node in self.disabled and problem.code in _OWN
        if own or problem.node in self.beside:
            return msgspec.structs.replace(problem, severity="warning")
        return problem


def _of_fault(project: Project, fault: Fault) -> Problem:
    fixes: tuple[Fix, ...] = ()
    if fault.code == "bad-argument" and fault.node is not None and fault.arg is not None:
        fixes = (Fix(f"Reset {fault.arg}", (ResetArg(fault.node, fault.arg),)),)
    if fault.path.startswith("training."):
        fixes = _usual(project, fault.path)
    return Problem(
        "error", fault.code, fault.message, node=fault.node, arg=fault.arg, path=fault.path, fixes=fixes
    )


def _usual(project: Project, path: str) -> tuple[Fix, ...]:
    """The training with its default in one place."""
    training, (name, *deeper) = project.training, path.split(".")[1:]
    usual = TrainingConfig()
    if name.endswith("_args") and deeper:
        args = {key: value for key, value in getattr(training, name).items() if key != deeper[0]}
        fixed, words = {name: args}, f"Reset {deeper[0]}"
    elif hasattr(usual, name):
        fixed, words = {name: getattr(usual, name)}, f"Set {name} to {getattr(usual, name)}"
    else:
        return ()
    return (Fix(words, (SetTraining(msgspec.structs.replace(training, **fixed), name),)),)


def _names(graph: Graph, orders: Orders) -> Iterator[Problem]:
    """Names are the keys of the state_dict: unique among siblings, and no sibling's index."""
    used = Counter((node.parent, node.name) for node in graph.nodes.values() if node.name)
    indices = {
        (group, str(index)): key
        for group, order in orders.items()
        for index, key in enumerate(order.layers)
        if not graph.nodes[key].name
    }
    for node in graph.nodes.values():
        where = (node.parent, node.name)
        other = indices.get(where, node.id)
        if used[where] > 1:
            why = f"{used[where]} layers are named {node.name}; a name belongs to one."
        elif other != node.id:
            why = f"{node.name} is also the index of {title(graph.nodes[other])}, which has no name."
        else:
            continue
        fix = Fix("Clear this name", (Rename(node.id, ""),))
        path = within(within("graph.nodes", node.id), "name")
        yield Problem("error", "duplicate-name", why, node=node.id, path=path, fixes=(fix,))


def _data(project: Project) -> Iterator[Problem]:
    """Data of one's own need a file, a table also a column to predict."""
    source = project.data.source
    if not isinstance(source, FileData):
        return
    if not source.path:
        kind = "CSV" if isinstance(source, CsvData) else ".npz"
        yield Problem("error", "no-data-file", f"No {kind} file is chosen.", path="data.source.path")
    elif isinstance(source, CsvData) and not source.target:
        why = "No column is chosen that the network is to predict."
        yield Problem("error", "no-target", why, path="data.source.target")
