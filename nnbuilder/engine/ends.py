"""Whether what leaves the chain fits its loss and the data; whether it learns well is for the doctor."""

import math
from collections.abc import Callable, Iterable, Iterator

import msgspec

from nnbuilder.catalog.registry import LOSSES, new_node
from nnbuilder.catalog.spec import LossSpec
from nnbuilder.catalog.widths import width_arg
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.mending.case import Guess, Rank, called
from nnbuilder.engine.traps import arg_path
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.edits import SetArg, SetArgs, SetFrozen
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.graph.order import Order
from nnbuilder.project.chain import title
from nnbuilder.project.places import Layers, edits_before
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.targets import output_size, target_form

Verify = Callable[[Iterable[Guess], str], tuple[Fix, ...]]
"""Keeps the guesses that mend the problem with this code, best first."""


class _End(msgspec.Struct, frozen=True):
    """Where a complete chain ends: the Loss node with its declaration, and what reaches it."""

    graph: Graph
    layers: tuple[Node, ...]
    loss: Node
    spec: LossSpec
    profile: DataProfile | None
    analysis: Analysis
    verify: Verify

    @property
    def single(self) -> bool:
        """Whether the network gives one number for each sample."""
        output = self.analysis.output
        return output is not None and output.shape[1:] == (1,)

    @property
    def wanted(self) -> int | None:
        """How many numbers the data and the loss ask for; None where nobody says."""
        return None if self.profile is None else output_size(self.spec.name, self.profile)


def end_problems(
    graph: Graph,
    order: Order,
    layers: tuple[Node, ...],
    profile: DataProfile | None,
    analysis: Analysis,
    verify: Verify,
) -> Iterator[Problem]:
    """What keeps the Loss node from computing: its target, the network's output.

    `layers` are all that compute, groups opened.
    """
    if not order.complete or analysis.output is None:
        return
    loss = graph.nodes[order.chain[-1]]
    spec = LOSSES.get(str(loss.args.get("loss", "CrossEntropyLoss")))
    if spec is None:
        return
    end = _End(graph, layers, loss, spec, profile, analysis, verify)
    if profile is not None and target_form(spec.name, profile) is None:
        yield _target(end, profile)
    elif not analysis.trainable:
        yield _untrainable(end)
    elif profile is not None:
        yield from _width(end, profile)


def _untrainable(end: _End) -> Problem:
    node = end.loss.id
    if end.analysis.parameters:
        text = (
            "Every layer with parameters is frozen, so training has nothing to change: unfreeze some of them."
        )
        frozen = tuple(key for key, one in end.graph.nodes.items() if one.frozen)
        fixes = end.verify(
            [Guess(Fix("Unfreeze all layers", (SetFrozen(frozen, frozen=False),)))], "all-frozen"
        )
        return Problem("error", "all-frozen", text, node=node, path=f"graph.nodes.{node}", fixes=fixes)
    text = "Nothing in this network can be trained: no layer has parameters. A Linear layer has."
    linear = _insert(end, [("Linear", {"out_features": end.wanted or 1})])
    fixes = end.verify(map(Guess, linear), "no-parameters")
    return Problem("error", "no-parameters", text, node=node, path=f"graph.nodes.{node}", fixes=fixes)


def _target(end: _End, profile: DataProfile) -> Problem:
    name = end.spec.name
    if profile.task == "regression":
        what = profile.target or "the target"
        are = "is a number" if profile.values == 1 else f"is {profile.values:,} numbers"
        text = f"{name} is for classes, but {what} of {profile.title} {are}."
        names = ["MSELoss", "L1Loss"]
    elif end.spec.target == "binary":
        text = f"{name} is for two classes, but {profile.title} has {len(profile.classes)}."
        names = ["CrossEntropyLoss"]
    else:
        text = f"{name} compares numbers, but the target of {profile.title} is a class."
        names = ["CrossEntropyLoss"]
    if profile.task == "classification" and len(profile.classes) == 2 and end.single:
        names.insert(0, "BCEWithLogitsLoss")
    fixes = end.verify((Guess(_suited(end, name, profile)) for name in names), "loss-target")
    return _at_loss(end, "loss-target", text, fixes)


def _width(end: _End, profile: DataProfile) -> Iterator[Problem]:
    wanted, output = end.wanted, end.analysis.output
    if wanted is None or output is None or output.shape == (None, wanted) or _spare(end, output, wanted):
        return
    what = f"one number for each of the {wanted} classes" if wanted > 1 else "one number for each sample"
    if profile.values > 1:
        what = "as many numbers as come in"
    text = (
        f"The network ends with {output.label()}, but {end.spec.name} on {profile.title} "
        f"needs N×{wanted}: {what}."
    )
    fixes = end.verify(_width_guesses(end, wanted), "output-size")
    node = _last_width(end) or end.loss.id
    yield Problem("error", "output-size", text, node=node, path=f"graph.nodes.{node}", fixes=fixes)


def _spare(end: _End, output: TensorType, wanted: int) -> bool:
    """Whether there are more scores than classes, which PyTorch takes and the doctor advises against."""
    scores = output.shape[1] if len(output.shape) == 2 else None
    return end.spec.target == "class index" and scores is not None and scores > wanted


def _width_guesses(end: _End, wanted: int) -> Iterator[Guess]:
    """The last layer's own width, another loss, and layers that bring any shape to the one that is wanted."""
    key = _last_width(end)
    if key is not None:
        node = end.graph.nodes[key]
        name = width_arg(node)
        if name is not None:
            text = f"Set {name} of {title(node)} to {wanted}"
            yield Guess(Fix(text, (SetArg(key, name, wanted),)))
    yield from (
        Guess(_switch(end.loss, name))
        for name in ("BCEWithLogitsLoss", "CrossEntropyLoss")
        if name != end.spec.name
    )
    sizes = end.analysis.output.shape[1:] if end.analysis.output is not None else ()
    fits = math.prod(size or 1 for size in sizes) == wanted
    for place in (*end.layers[:1], *((end.loss,) if fits else ())):  # images before their first layer
        yield from map(Guess, _insert(end, [("Flatten", {})], place.id))
    averaged: Layers = [(f"AdaptiveAvgPool{len(sizes) - 1}d", {"output_size": 1}), ("Flatten", {})]
    linear = ("Linear", {"out_features": wanted})
    if len(sizes) > 1 and sizes[0] == wanted:
        yield from (Guess(fix, Rank.MEANT) for fix in _insert(end, averaged))
    yield from map(Guess, _insert(end, [linear]))
    if len(sizes) > 1:
        yield from map(Guess, _insert(end, [("Flatten", {}), linear]))
        yield from map(Guess, _insert(end, [*averaged, linear]))


def _insert(end: _End, layers: Layers, place: NodeId | None = None) -> Iterator[Fix]:
    """Puts layers before the Loss, or before another node."""
    node = end.graph.nodes[place or end.loss.id]
    edits = edits_before(end.graph, node.id, layers)
    if edits is not None:
        *some, last = (called(name, args) for name, args in layers)
        words = " and ".join((*([", ".join(some)] if some else ()), last))
        yield Fix(f"Insert {words} before {title(node)}", edits)


def _last_width(end: _End) -> NodeId | None:
    return next((node.id for node in reversed(end.layers) if width_arg(node) is not None), None)


def _switch(loss: Node, name: str) -> Fix:
    args = new_node(loss.type, loss.id).args
    return Fix(f"Use {name}", (SetArgs(loss.id, {**args, "loss": name}),))


def _suited(end: _End, name: str, profile: DataProfile) -> Fix:
    """Another loss together with as many outputs as it asks for on these data, as one step."""
    fix, wanted, key = _switch(end.loss, name), output_size(name, profile), _last_width(end)
    arg = None if key is None else width_arg(end.graph.nodes[key])
    output = end.analysis.output
    if key is None or arg is None or wanted is None or output is None or output.shape == (None, wanted):
        return fix
    title = f"{fix.title} with {wanted:,} {'output' if wanted == 1 else 'outputs'}"
    return Fix(title, (*fix.edits, SetArg(key, arg, wanted)))


def _at_loss(end: _End, code: str, text: str, fixes: tuple[Fix, ...]) -> Problem:
    node = end.loss
    return Problem("error", code, text, node=node.id, arg="loss", path=arg_path(node, "loss"), fixes=fixes)
