"""Whether what leaves the chain fits its loss and the data: mistakes that PyTorch reports late or never."""

from collections.abc import Callable, Iterator

from nnbuilder.catalog.registry import LOSSES, new_node
from nnbuilder.catalog.spec import LossSpec
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.fixes import insert_before, title
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.edits import RemoveNodes, ResetArg, SetArg, SetArgs
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.graph.order import Order
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.targets import output_size, target_form

Verify = Callable[[Iterator[Fix], str], tuple[Fix, ...]]
"""Keeps the fixes that mend the problem with this code."""

SQUASHING = {"Softmax": "softmax", "LogSoftmax": "log-softmax", "Sigmoid": "sigmoid"}


def input_problems(
    graph: Graph, order: Order, profile: DataProfile | None, analysis: Analysis
) -> Iterator[Problem]:
    """Whether the Input node knows its size and agrees with the data."""
    if not order.chain:
        return
    node = graph.nodes[order.chain[0]]
    if analysis.input is None:
        text = "Input does not know its shape: choose data, or type a shape on the Input node."
        yield Problem("error", "input-unknown", text, node=node.id, arg="shape", path=_path(node, "shape"))
        return
    if profile is None:
        return
    numbers = _product(tuple(size or 1 for size in analysis.input.shape))
    if numbers != _product(profile.shape):
        text = f"Input is set to {analysis.input.label()}, but a row of the data has shape {profile.shape}."
        fix = Fix("Let Input follow the data (auto)", (ResetArg(node.id, "shape"),))
        yield Problem(
            "error", "input-data", text, node=node.id, arg="shape", path=_path(node, "shape"), fixes=(fix,)
        )


def end_problems(
    graph: Graph, order: Order, profile: DataProfile | None, analysis: Analysis, verify: Verify
) -> Iterator[Problem]:
    """Everything about the Loss node: its target, the network's output, the layer just before it."""
    if not order.complete or analysis.output is None:
        return
    loss = graph.nodes[order.chain[-1]]
    spec = LOSSES.get(str(loss.args.get("loss", "CrossEntropyLoss")))
    if spec is None:
        return
    if order.layers and not analysis.parameters:
        text = "Nothing in this network can be trained: no layer has parameters. Add a Linear layer."
        yield Problem("error", "no-parameters", text, node=loss.id, path=f"graph.nodes.{loss.id}")
    if profile is not None:
        yield from _target(loss, spec, profile, analysis, verify)
        yield from _width(graph, order, loss, spec, profile, analysis, verify)
    if order.layers and (profile is None or target_form(spec.name, profile) is not None):
        yield from _head(graph, graph.nodes[order.layers[-1]], loss, spec)


def dim_problems(graph: Graph, order: Order) -> Iterator[Problem]:
    """Softmax without `dim`, where PyTorch guesses."""
    for key in order.layers:
        node = graph.nodes[key]
        if node.type in {"Softmax", "LogSoftmax"} and node.args.get("dim") is None:
            text = f"{title(node)} has no dim: PyTorch guesses which values shall sum to one, and warns."
            fix = Fix("Set dim to -1 (the last dimension)", (SetArg(key, "dim", -1),))
            yield Problem(
                "warning", "softmax-dim", text, node=key, arg="dim", path=_path(node, "dim"), fixes=(fix,)
            )


def _target(
    loss: Node, spec: LossSpec, profile: DataProfile, analysis: Analysis, verify: Verify
) -> Iterator[Problem]:
    if target_form(spec.name, profile) is not None:
        return
    if profile.task == "regression":
        what = profile.target or "the target"
        text = f"{spec.name} is for classes, but {what} of {profile.title} is a number."
        names = ["MSELoss", "L1Loss"]
    elif spec.target == "binary":
        text = f"{spec.name} is for two classes, but {profile.title} has {len(profile.classes)}."
        names = ["CrossEntropyLoss"]
    else:
        text = f"{spec.name} compares numbers, but the target of {profile.title} is a class."
        names = ["CrossEntropyLoss"]
    single = analysis.output is not None and analysis.output.shape[-1] == 1
    if profile.task == "classification" and len(profile.classes) == 2 and single:
        names.insert(0, "BCEWithLogitsLoss")
    fixes = verify((_switch(loss, name) for name in names), "loss-target")
    yield Problem(
        "error", "loss-target", text, node=loss.id, arg="loss", path=_path(loss, "loss"), fixes=fixes
    )


def _width(
    graph: Graph,
    order: Order,
    loss: Node,
    spec: LossSpec,
    profile: DataProfile,
    analysis: Analysis,
    verify: Verify,
) -> Iterator[Problem]:
    wanted = output_size(spec.name, profile)
    if wanted is None or analysis.output is None or analysis.output.shape == (None, wanted):
        return
    found = analysis.output.label()
    what = f"{wanted} classes" if spec.target == "class index" else "one value for each sample"
    text = f"The network ends with {found}, but {spec.name} on {profile.title} needs N×{wanted}: {what}."
    fixes = verify(_width_fixes(graph, order, loss, wanted), "output-size")
    node = _last_width(graph, order) or loss.id
    yield Problem("error", "output-size", text, node=node, path=f"graph.nodes.{node}", fixes=fixes)


def _width_fixes(graph: Graph, order: Order, loss: Node, wanted: int) -> Iterator[Fix]:
    key = _last_width(graph, order)
    if key is not None:
        text = f"Set out_features of {title(graph.nodes[key])} to {wanted}"
        yield Fix(text, (SetArg(key, "out_features", wanted),))
    for name in ("BCEWithLogitsLoss", "CrossEntropyLoss"):
        yield _switch(loss, name)
    linear = insert_before(graph, "Linear", loss, {"out_features": wanted})
    if linear is not None:
        yield Fix(f"Insert Linear with {wanted} outputs before Loss", linear.edits)


def _last_width(graph: Graph, order: Order) -> NodeId | None:
    return next((key for key in reversed(order.layers) if "out_features" in graph.nodes[key].args), None)


def _head(graph: Graph, last: Node, loss: Node, spec: LossSpec) -> Iterator[Problem]:
    remove = Fix(f"Remove {title(last)}", (RemoveNodes((last.id,)),))
    if spec.output in {"scores", "score"} and last.type in SQUASHING:
        does = "log-softmax" if spec.output == "scores" else "sigmoid"
        text = f"{spec.name} expects raw scores: it applies {does} itself; with both, gradients shrink."
        code = "softmax-before-loss" if spec.output == "scores" else "sigmoid-before-loss"
        yield Problem("warning", code, text, node=last.id, path=f"graph.nodes.{last.id}", fixes=(remove,))
    if spec.output == "log-probabilities" and last.type != "LogSoftmax":
        text = "NLLLoss expects log-probabilities: without LogSoftmax before it the loss means nothing."
        yield _missing(graph, "LogSoftmax", loss, "missing-log-softmax", text, "CrossEntropyLoss", "warning")
    if spec.output == "probability" and last.type not in {"Sigmoid", "Softmax"}:
        text = "BCELoss expects probabilities: PyTorch stops at the first value that is not between 0 and 1."
        yield _missing(graph, "Sigmoid", loss, "missing-sigmoid", text, "BCEWithLogitsLoss", "error")
    if spec.output == "values" and last.type in {"Softmax", "LogSoftmax"}:
        text = f"{title(last)} makes numbers that sum to one, which are no values to regress."
        yield Problem(
            "warning",
            "softmax-regression",
            text,
            node=last.id,
            path=f"graph.nodes.{last.id}",
            fixes=(remove,),
        )


def _missing(
    graph: Graph, name: str, loss: Node, code: str, text: str, instead: str, severity: str
) -> Problem:
    insert = insert_before(graph, name, loss)
    fixes = ((insert,) if insert else ()) + (_switch(loss, instead),)
    return Problem(
        "error" if severity == "error" else "warning",
        code,
        text,
        node=loss.id,
        arg="loss",
        path=_path(loss, "loss"),
        fixes=fixes,
    )


def _switch(loss: Node, name: str) -> Fix:
    args = new_node(loss.type, loss.id).args
    return Fix(f"Use {name}", (SetArgs(loss.id, {**args, "loss": name}),))


def _path(node: Node, arg: str) -> str:
    return f"graph.nodes.{node.id}.args.{arg}"


def _product(sizes: tuple[int, ...]) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product
