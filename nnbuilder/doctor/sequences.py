"""Layers that read sequences, and what they silently take samples for."""

from collections.abc import Iterator, Mapping, Sequence

from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.fixes import set_arg
from nnbuilder.doctor.rule import Finding, Rule, layer_page
from nnbuilder.graph.edit import GraphEdit
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import ArgValue, Graph, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.project.places import edits_before
from nnbuilder.project.problem import Fix

Shape = tuple[int, int]


def _batch_first(case: Case) -> Iterator[Finding]:
    for place in _readers(case, rank=3):
        if place.arg("batch_first") is False and place.layer.input is not None:
            text = (
                f"{place.title} takes the first dimension of {place.layer.input.label()} for the steps of a "
                "sequence, because batch_first is False: the samples of a batch then read one another."
            )
            fix = set_arg(place.node, "batch_first", value=True, words="Set batch_first to True")
            yield Finding(text, place.id, "batch_first", fixes=(fix,))


def _unbatched(case: Case) -> Iterator[Finding]:
    for place in _readers(case, rank=2):
        kind = place.layer.input
        size = None if kind is None else kind.shape[1]
        if kind is None or size is None:
            continue
        text = (
            f"{place.title} needs three dimensions, samples, steps and features. Of {kind.label()} it takes "
            "the whole batch for one sequence, whose steps are the samples."
        )
        yield Finding(text, place.id, tried=tuple(_sequences(case.graph, place, size)))


def _idle_dropout(case: Case) -> Iterator[Finding]:
    for place in case.places:
        chance = place.arg("dropout")
        if place.arg("num_layers") == 1 and place.spec.arg("output") is not None and chance:
            text = f"dropout={chance} of {place.title} does nothing, because it has one layer only."
            fixes = (
                set_arg(place.node, "num_layers", 2, words="Set num_layers to 2"),
                set_arg(place.node, "dropout", 0.0, words="Set dropout to 0"),
            )
            yield Finding(text, place.id, "dropout", fixes=fixes)


def _readers(case: Case, *, rank: int) -> Iterator[Place]:
    """Layers of sequences that take an input of so many dimensions without a word."""
    for place in case.places:
        kind = place.layer.input
        reads = place.spec.arg("batch_first") is not None
        if reads and place.layer.output is not None and kind is not None and len(kind.shape) == rank:
            yield place


def _sequences(graph: Graph, place: Place, size: int) -> Iterator[Fix]:
    """Makes a sequence of each sample; what comes behind gets one row for each sample again.

    Its numbers come one by one where a layer learns from the order of steps, or all of them as one step.
    """
    recurrent = place.spec.arg("output") is not None
    shapes = (((size, 1), "each number a step"), ((1, size), "each sample one step"))
    for shape, words in shapes if recurrent else shapes[1:]:
        for last in (True, False):
            edits = _unflattened(graph, place, shape, last=last, recurrent=recurrent)
            if edits:
                yield Fix(f"Insert Unflatten {shape} before {place.title}: {words}", edits)


def _unflattened(
    graph: Graph, place: Place, shape: Shape, *, last: bool, recurrent: bool
) -> tuple[Edit, ...]:
    """The edits that make one sequence of each sample, and one row again behind the layer where `last`."""
    args: Mapping[str, ArgValue] = {"dim": 1, "unflattened_size": shape}
    before = edits_before(graph, place.id, [("Unflatten", args)])
    if before is None:
        return ()
    edits = [*before]
    if place.arg("batch_first") is False:
        edits.append(SetArg(place.id, "batch_first", value=True))
    if last and recurrent:
        edits.append(SetArg(place.id, "output", "last"))
    elif last:
        behind = _flattened(_after(graph, edits), place.id)
        if not behind:
            return ()
        edits += behind
    return tuple(edits)


def _after(graph: Graph, edits: Sequence[Edit]) -> Graph:
    for edit in edits:
        if isinstance(edit, GraphEdit):
            graph = edit.apply(graph)
    return graph


def _flattened(graph: Graph, node: NodeId) -> tuple[Edit, ...]:
    """Puts a Flatten behind a node where another one follows it."""
    behind = next((edge.target for edge in graph.outgoing(node)), None)
    return () if behind is None else edits_before(graph, behind, [("Flatten", {})]) or ()


RULES = (
    Rule(
        "batch-first",
        "warning",
        "Samples that are read as steps",
        "PyTorch's layers of sequences expect (steps, samples, features) unless batch_first is True; data "
        "here always come with the samples first. With False no error is raised, but what one sample gets "
        "depends on the others in its batch, and steps are taken for samples.",
        layer_page("LSTM"),
        _batch_first,
    ),
    Rule(
        "batch-as-sequence",
        "warning",
        "A batch that is read as one sequence",
        "Recurrent layers and transformers also take two dimensions: a single sequence without a batch, "
        "(steps, features). A batch of rows looks just like that, so each sample becomes a step, and what it "
        "gets depends on those before it or on all others.",
        layer_page("TransformerEncoderLayer"),
        _unbatched,
    ),
    Rule(
        "idle-dropout",
        "note",
        "Dropout with nothing to drop",
        "A recurrent layer drops out between its own layers and never behind the last: with num_layers=1 "
        "there is nothing between. A Dropout layer behind it would drop out of what it hands on.",
        layer_page("LSTM"),
        _idle_dropout,
    ),
)
