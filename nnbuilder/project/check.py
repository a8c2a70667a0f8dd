"""What keeps a project from being trained, as far as that can be said without torch."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from nnbuilder.data.spec import CsvData
from nnbuilder.graph.edits import Rename, ResetArg
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import Order, order_of
from nnbuilder.graph.plain import Fault, within
from nnbuilder.project.chain import chain_problems, title
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project
from nnbuilder.project.rules import project_faults
from nnbuilder.project.unknown import unknown_problems


def check_drawing(project: Project) -> tuple[Problem, ...]:
    """All problems of the drawing, of its values and of the choices around it.

    Once the chain from Input to Loss is complete, what lies beside it hinders nobody: its errors are
    warnings.
    """
    order = order_of(project.graph)
    found = [
        *chain_problems(project.graph, order),
        *map(_of_fault, project_faults(project)),
        *unknown_problems(project),
        *_names(project.graph, order),
        *_data(project),
    ]
    if not order.complete:
        return tuple(found)
    loose = frozenset(order.loose)
    return tuple(_milder(problem, loose) for problem in found)


def _milder(problem: Problem, loose: frozenset[NodeId]) -> Problem:
    ends = problem.code.startswith("two-")
    if problem.severity != "error" or problem.node not in loose or ends:
        return problem
    return msgspec.structs.replace(problem, severity="warning")


def _of_fault(fault: Fault) -> Problem:
    fixes: tuple[Fix, ...] = ()
    if fault.code == "bad-argument" and fault.node is not None and fault.arg is not None:
        fixes = (Fix(f"Reset {fault.arg}", (ResetArg(fault.node, fault.arg),)),)
    return Problem(
        "error", fault.code, fault.message, node=fault.node, arg=fault.arg, path=fault.path, fixes=fixes
    )


def _names(graph: Graph, order: Order) -> Iterator[Problem]:
    """Names are the keys of the state_dict: unique, and no layer's index."""
    used = Counter(node.name for node in graph.nodes.values() if node.name)
    indices = {str(index): key for index, key in enumerate(order.layers) if not graph.nodes[key].name}
    for node in graph.nodes.values():
        other = indices.get(node.name, node.id)
        if used[node.name] > 1:
            why = f"{used[node.name]} layers are named {node.name}; a name belongs to one."
        elif other != node.id:
            why = f"{node.name} is also the index of {title(graph.nodes[other])}, which has no name."
        else:
            continue
        fix = Fix("Clear this name", (Rename(node.id, ""),))
        path = within(within("graph.nodes", node.id), "name")
        yield Problem("error", "duplicate-name", why, node=node.id, path=path, fixes=(fix,))


def _data(project: Project) -> Iterator[Problem]:
    """A table needs a file and a column to predict."""
    source = project.data.source
    if not isinstance(source, CsvData):
        return
    if not source.path:
        yield Problem("error", "no-data-file", "No CSV file is chosen.", path="data.source.path")
    elif not source.target:
        why = "No column is chosen that the network is to predict."
        yield Problem("error", "no-target", why, path="data.source.target")
