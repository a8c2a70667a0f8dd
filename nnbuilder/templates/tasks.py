"""The three things that a network is trained to do, and what its end must be for each of them."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

import msgspec

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.widths import width_arg
from nnbuilder.data.spec import BuiltinData, BuiltinName, DataSpec, Source, ToyData, ToyName
from nnbuilder.graph.edits import RemoveNodes, ResetArg, SetArg, SetArgs
from nnbuilder.graph.graph import INPUT, LOSS, Graph, Node
from nnbuilder.graph.order import flat_layers, orders_of
from nnbuilder.project.chain import title
from nnbuilder.project.edits import Edit, SetData
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project
from nnbuilder.templates.fit import Fit

Task = Literal["binary", "classes", "values"]

_ENDINGS = frozenset({"Softmax", "LogSoftmax", "Sigmoid", "LogSigmoid", "Softmin", "Hardsigmoid"})
"""Layers that turn scores into probabilities; the losses of these tasks do that themselves or not at all."""


class Kind(msgspec.Struct, frozen=True):
    """What is so for a task: the layer at the end, the loss, and what is made of the output.

    `data` are shipped data for it, the simplest first.
    """

    title: str
    question: str
    last: str
    loss: str
    target: str
    answer: str
    metric: str
    data: tuple[str, ...]


KINDS: Mapping[Task, Kind] = {
    "binary": Kind(
        "Binary classification",
        "Which of two?",
        "1 output: a score for the second class",
        "BCEWithLogitsLoss",
        "0 or 1 as a float, shape (N, 1)",
        "sigmoid(score) is the probability; above 0.5 it is the second class",
        "accuracy",
        ("breast_cancer", "moons", "circles", "spiral", "xor"),
    ),
    "classes": Kind(
        "Multi-class classification",
        "Which of several?",
        "as many outputs as classes: a score for each",
        "CrossEntropyLoss",
        "the class as an index (int64), shape (N,)",
        "softmax(scores) are the probabilities, which sum to 1; the largest is the answer",
        "accuracy",
        ("iris", "wine", "digits", "blobs"),
    ),
    "values": Kind(
        "Regression",
        "How much?",
        "as many outputs as numbers: the predictions themselves",
        "MSELoss",
        "the numbers as floats, shape (N, values)",
        "the output is the prediction; nothing is applied to it",
        "R²",
        ("diabetes", "line", "sine"),
    ),
}
"""All tasks, in the order in which they are learned."""


_SHIPPED: Mapping[str, Source] = {
    **{name: BuiltinData(name) for name in get_args(BuiltinName)},
    **{name: ToyData(name) for name in get_args(ToyName)},
}


class Change(msgspec.Struct, frozen=True):
    """One thing that differs after a switch: of what, what it is now, and what it becomes."""

    what: str
    now: str
    then: str


class Plan(msgspec.Struct, frozen=True):
    """What a switch to another task changes, and the edits that do it."""

    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]

    def fix(self, task: Task) -> Fix:
        """All edits as one step."""
        return Fix(f"Switch to {KINDS[task].title.lower()}", self.edits)


def task_of(project: Project) -> Task | None:
    """What a network is trained to do, told by its loss; None without a known one."""
    loss = next(iter(project.graph.of_type(LOSS)), None)
    if loss is None:
        return None
    name = str(loss.args.get("loss", "CrossEntropyLoss"))
    if name in {"BCEWithLogitsLoss", "BCELoss"}:
        return "binary"
    return "classes" if name in {"CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"} else "values"


def suits(task: Task, fit: Fit) -> bool:
    """Whether data can be learned for a task: two classes suit both kinds of classification."""
    if task == "values":
        return not fit.classes
    return fit.classes == 2 if task == "binary" else fit.classes >= 2


def shipped(name: str, data: DataSpec) -> DataSpec:
    """Shipped data of this name, split and scaled as other data are."""
    return msgspec.structs.replace(data, source=_SHIPPED[name], reconstruct=False)


def plan(project: Project, task: Task, data: DataSpec, fit: Fit, names: tuple[str, str] = ("", "")) -> Plan:
    """What to change for a task on such data; `names` are those of the data now and then.

    The last layer gets as many outputs as the data ask for, what made probabilities of them goes, the loss
    takes them as they are, and sizes that were typed follow other data.
    """
    graph = project.graph
    changes: list[Change] = []
    edits: list[Edit] = []
    if data != project.data:
        changes.append(Change("Data", *names))
        edits.append(SetData(data, "data"))
        edits += _let_follow(graph)
    for change, edit in (*_endings(graph, task), *_last(graph, task, fit), *_loss(graph, task)):
        changes.append(change)
        edits.append(edit)
    return Plan(tuple(changes), tuple(edits))


Step = tuple[Change, Edit]


def _endings(graph: Graph, task: Task) -> Iterator[Step]:
    """What turns scores into probabilities behind the last layer with a width."""
    loss = KINDS[task].loss
    for node in reversed(_layers(graph)):
        if node.type not in _ENDINGS:
            return
        then = f"leave out: {loss} applies its own" if task != "values" else "leave out: values are free"
        yield Change("At the end", title(node), then), RemoveNodes((node.id,))


def _last(graph: Graph, task: Task, fit: Fit) -> Iterator[Step]:
    wanted = 1 if task == "binary" else fit.outputs
    for node in reversed(_layers(graph)):
        name = width_arg(node)
        if name is None:
            continue
        if node.args.get(name) != wanted:
            now = f"{title(node)}: {name} = {node.args.get(name)}"
            yield Change("Last layer", now, f"{name} = {wanted}"), SetArg(node.id, name, wanted)
        return


def _loss(graph: Graph, task: Task) -> Iterator[Step]:
    wanted = KINDS[task].loss
    for node in graph.of_type(LOSS)[:1]:
        now = str(node.args.get("loss", "CrossEntropyLoss"))
        if now != wanted:
            fresh = new_node(LOSS, node.id).args
            yield Change("Loss", now, wanted), SetArgs(node.id, {**fresh, "loss": wanted})


def _let_follow(graph: Graph) -> Iterator[Edit]:
    """Typed sizes that could follow the data."""
    for node in (*graph.of_type(INPUT), *_layers(graph)[:1]):
        spec = LAYERS.get(node.type)
        names = ("shape", "dtype") if spec is None else tuple(arg.name for arg in spec.args if arg.follows)
        yield from (ResetArg(node.id, name) for name in names if name in node.args)


def _layers(graph: Graph) -> list[Node]:
    """The layers of the chain that compute, groups opened."""
    flat = [graph.nodes[node.id] for node, _prefix in flat_layers(graph, orders_of(graph))]
    return [node for node in flat if not node.disabled]
