"""Layers that undo, repeat or disturb the one next to them."""

from collections.abc import Iterator

from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.fixes import insert_before, move_after, remove, set_arg, use_instead
from nnbuilder.doctor.rule import Finding, Rule, layer_page
from nnbuilder.graph.edits import RemoveNodes, ResetArg, SetArg
from nnbuilder.graph.report.dimensions import meanings
from nnbuilder.project.problem import Fix


def _linear_twice(case: Case) -> Iterator[Finding]:
    for first, second in case.pairs():
        if not (first.is_linear and second.is_linear):
            continue
        inner, wide = first.arg("out_features"), (first.arg("in_features"), second.arg("out_features"))
        narrow = all(isinstance(size, int) and isinstance(inner, int) and inner < size for size in wide)
        one = f"one Linear from {wide[0]} to {wide[1]}" + (f" of rank {inner}" if narrow else "")
        text = f"{first.title} and {second.title} follow each other directly: together they are {one}."
        merged = Fix(
            f"Leave out {first.title}", (RemoveNodes((first.id,)), ResetArg(second.id, "in_features"))
        )
        fixes = insert_before(case.graph, "ReLU", second.node)
        yield Finding(text, second.id, fixes=fixes if narrow else (*fixes, merged))


def _dropout_before_norm(case: Case) -> Iterator[Finding]:
    run: list[Place] = []
    for place in case.places:
        if place.is_dropout and place.arg("p") != 0:
            run = [place]
        elif run and place.is_batch_norm:
            text = (
                f"{place.title} measures its statistics behind {run[0].title}: while training, numbers vary "
                "more there than in evaluation, where nothing is dropped."
            )
            fixes = (move_after(run[0].node, place.node), remove(run[0].node))
            yield Finding(text, place.id, fixes=fixes)
            run = []
        elif not (place.is_passing or place.is_activation):
            run = []


def _bias_before_norm(case: Case) -> Iterator[Finding]:
    for layer, norm in case.pairs():
        if layer.arg("bias") is not True or not _subtracts_mean_of(norm, layer):
            continue
        text = (
            f"{norm.title} subtracts the mean, and the bias of {layer.title} with it: that bias never gets "
            "a gradient."
        )
        fix = set_arg(layer.node, "bias", value=False, words=f"Switch off the bias of {layer.title}")
        yield Finding(text, layer.id, "bias", fixes=(fix,))


def _subtracts_mean_of(norm: Place, layer: Place) -> bool:
    """Whether each mean that a normalization takes is over numbers that share one bias of the layer."""
    if not norm.is_normalization or norm.spec.arg("num_features") is None or norm.layer.input is None:
        return False
    if layer.is_linear:
        return len(norm.layer.input.shape) == 2
    return layer.spec.arg("out_channels") is not None


def _softmax_dim(case: Case) -> Iterator[Finding]:
    for place in case.places:
        dim, kind = place.spec.arg("dim"), place.layer.input
        if place.spec.name == "Softmax2d" and kind is not None and len(kind.shape) == 3:
            text = (
                f"{place.title} takes {kind.label()} for a single image, and its samples for channels: what "
                "one sample gets then depends on the others."
            )
            instead = use_instead(place.node, "Softmax", {"dim": 1})
            yield Finding(text, place.id, fixes=(instead,))
        if not place.is_activation or dim is None or not dim.none:
            continue
        chosen = place.node.args.get("dim")
        right, words = _shared(case, place)
        if chosen is None:
            text = f"{place.title} has no dim: PyTorch guesses which values are to sum to one, and warns."
        elif kind is not None and len(kind.shape) > 1 and chosen in {0, -len(kind.shape)}:
            text = (
                f"{place.title} has dim = {chosen}, the samples of a batch: what one sample gets then "
                f"depends on the others. The values of each sample sum to one along dim = {right}."
            )
        else:
            continue
        fix = Fix(f"Set dim to {right} ({words})", (SetArg(place.id, "dim", right),))
        yield Finding(text, place.id, "dim", fixes=(fix,))


def _shared(case: Case, place: Place) -> tuple[int, str]:
    """Along which dimension an input holds the classes of one place: its channels, else its features."""
    kind = place.layer.input
    if kind is not None and len(kind.shape) > 2:
        letters, _ = meanings(case.analysis.layers, case.analysis.input).get(place.id, ((), ()))
        if letters[1:2] == ("C",):
            return 1, "the channels"
    return -1, "the last dimension"


RULES = (
    Rule(
        "linear-after-linear",
        "warning",
        "Linear directly after Linear",
        "A product of two matrices is a matrix: without a non-linear activation between them, two Linear "
        "layers can do nothing that one cannot, with more parameters to train.",
        layer_page("Linear"),
        _linear_twice,
    ),
    Rule(
        "softmax-dim",
        "warning",
        "Softmax along the wrong dimension",
        "Softmax makes the values along one dimension sum to one. That must be the classes of one "
        "sample: along the batch, a sample's probabilities depend on which others it was put together "
        "with.",
        layer_page("Softmax"),
        _softmax_dim,
    ),
    Rule(
        "dropout-before-batch-norm",
        "warning",
        "Dropout before batch normalization",
        "Dropout scales up what it keeps, so the mean stays and the variance grows. The running variance "
        "then belongs to numbers that evaluation never sees, and what comes out is scaled wrongly.",
        layer_page("BatchNorm1d"),
        _dropout_before_norm,
    ),
    Rule(
        "bias-before-batch-norm",
        "note",
        "Bias before batch normalization",
        "Batch normalization takes away the mean of every feature, whatever constant was added before, "
        "and adds a bias of its own. The bias before it costs memory and time and stays as it was "
        "initialized.",
        layer_page("BatchNorm1d"),
        _bias_before_norm,
    ),
)
