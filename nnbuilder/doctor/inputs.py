"""The data as the network gets them: scale, columns that say nothing or too much, the form of the target."""

from collections.abc import Iterator

from nnbuilder.catalog.spec import AUTO
from nnbuilder.data.spec import CsvData
from nnbuilder.doctor.case import Case, Place
from nnbuilder.doctor.evidence import Facts, Targets
from nnbuilder.doctor.fixes import leave_out, set_arg, standardize, use_loss
from nnbuilder.doctor.rule import TUTORIALS, Finding, Rule, layer_page
from nnbuilder.graph.edits import ResetArg, SetArg
from nnbuilder.graph.graph import INPUT
from nnbuilder.project.problem import Fix

FAR = 10.0
"""A mean or a standard deviation of this size is no longer near 1, nor is one tenth of it."""

SHOWN = 5
"""So many columns are named."""


def _scale(case: Case) -> Iterator[Finding]:
    facts = _facts(case)
    if facts is None or case.project.data.standardize or (case.places and case.places[0].is_normalization):
        return
    if case.analysis.input is None or not case.analysis.input.dtype.startswith("float"):
        return
    (low, small), (high, large), (mean, center) = facts.narrow, facts.wide, facts.center
    if high > FAR * low:
        what = f"{large} varies {high / low:,.0f} times as much as {small}"
    elif high > FAR or low < 1 / FAR:
        size, name = (high, large) if high > FAR else (low, small)
        what = f"{name} has a standard deviation of {size:.3g}"
    elif mean > FAR:
        what = f"the mean of {center} is {mean:.3g} away from 0"
    else:
        return
    text = f"The inputs are not standardized: {what}."
    yield Finding(text, path="data.standardize", fixes=standardize(case.project.data))


def _constant(case: Case) -> Iterator[Finding]:
    names = () if case.profile is None else case.profile.constant
    if names:
        text = (
            f"Constant in the training part, so nothing can be learned from {_these(names)}: {_list(names)}."
        )
        yield Finding(text, path="data.source", tried=tuple(_without(case, names)))


def _unused(case: Case) -> Iterator[Finding]:
    names = () if case.profile is None else case.profile.unused
    source = case.project.data.source
    if isinstance(source, CsvData):
        names = tuple(name for name in names if name not in frozenset(source.left_out))
    if names:
        text = f"Not used because {_these(names)} holds text or nothing at all: {_list(names)}."
        text = text.replace("these columns holds", "these columns hold")
        yield Finding(text, path="data.source", fixes=leave_out(case.project.data, names))


def _hot(case: Case) -> Iterator[Finding]:
    facts = _facts(case)
    if facts is None or not facts.hot or case.profile is None:
        return
    names = (case.profile.target, *facts.hot)
    text = (
        f"{_list(names)} look like one target that is spread over {len(names)} columns of 0 and 1: "
        f"in each row exactly one of them is 1, so the others give {case.profile.target} away."
    )
    yield Finding(text, path="data.source.target", tried=tuple(_without(case, facts.hot)))


def _copies(case: Case) -> Iterator[Finding]:
    facts = _facts(case)
    table = isinstance(case.project.data.source, CsvData)  # computed points may well lie on a line
    if facts is None or not facts.copies or case.profile is None or not table:
        return
    names, target = facts.copies, case.profile.target
    verb = "says" if len(names) == 1 else "say"
    text = f"{_list(names)} {verb} the same as {target} in other numbers: the answer stands in the data."
    yield Finding(text, path="data.source.target", tried=tuple(_without(case, names)))


def _counted(case: Case) -> Iterator[Finding]:
    facts = _facts(case)
    if facts is None or not facts.counted or not isinstance(case.project.data.source, CsvData):
        return
    verb = "counts" if len(facts.counted) == 1 else "count"
    text = (
        f"{_list(facts.counted)} only {verb} the rows, one by one: a network can learn from it where a row "
        "stands in this file, and nothing about new ones."
    )
    yield Finding(text, path="data.source", tried=tuple(_without(case, facts.counted)))


def _without(case: Case, names: tuple[str, ...]) -> Iterator[Fix]:
    """Leaves columns out; where sizes are typed, also lets them follow the data."""
    if case.profile is None or not set(case.profile.features) - set(names):
        return  # a network needs one column at least
    yield from leave_out(case.project.data, names)
    start = next((node for node in case.graph.nodes.values() if node.type == INPUT), None)
    typed = start is not None and start.args.get("shape", AUTO) != AUTO
    shape = (ResetArg(start.id, "shape"),) if start is not None and typed else ()
    first = next((place for place in case.places if not place.is_passing), None)
    pinned = () if first is None else tuple(_pinned(first))
    if shape or pinned:
        yield from leave_out(case.project.data, names, (*shape, *pinned))


def _pinned(place: Place) -> Iterator[SetArg]:
    """Lets the sizes of a layer follow what comes where they are typed."""
    for arg in place.spec.args:
        if arg.follows and place.node.args.get(arg.name, AUTO) != AUTO:
            yield SetArg(place.id, arg.name, AUTO)


def _form(case: Case) -> Iterator[Finding]:
    """The targets against what the loss takes, by PyTorch's own rules."""
    facts, end = _facts(case), case.end
    if facts is None or facts.targets is None or end is None:
        return
    why = _refused(end.spec.name, facts.targets, end.output.shape[1:])
    if why:
        text = f"{end.spec.name} does not take these targets: {why}"
        shares = end.spec.name == "NLLLoss" and not _refused(
            "CrossEntropyLoss", facts.targets, end.output.shape[1:]
        )
        fixes = (use_loss(end.loss, "CrossEntropyLoss"),) if shares else ()
        yield Finding(text, end.loss.id, "loss", fixes=fixes)


def _refused(loss: str, targets: Targets, output: tuple[int | None, ...]) -> str:
    """Why PyTorch would refuse these targets, or nothing: classes may come as indices or as shares."""
    floating = targets.dtype.startswith("float")
    if loss in {"CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"}:
        if not targets.shape:
            return _refused_index(targets, output)
        if loss != "CrossEntropyLoss":
            return "it wants the index of the class, one whole number for each sample."
        if not floating:
            return f"one-hot rows must be float32, not {targets.dtype}; or give the index of the class."
        if targets.shape != output:
            return f"a row of {targets.shape} does not fit {len(output) and output[0]} outputs."
        return "" if targets.shares else "the shares of the classes are from 0 to 1 and sum to one."
    if targets.shape != output:
        return f"a target of shape {targets.shape} does not fit an output of shape {output}."
    if loss in {"BCELoss", "BCEWithLogitsLoss"} and not (targets.low >= 0 and targets.high <= 1):
        return f"they run from {targets.low:g} to {targets.high:g}, and it wants 0, 1 or something between."
    return "" if floating else f"they are {targets.dtype}, and it compares numbers of float32."


def _refused_index(targets: Targets, output: tuple[int | None, ...]) -> str:
    if not targets.dtype.startswith("int"):
        return f"the index of a class is int64, not {targets.dtype}."
    classes = output[0] if output else None
    if classes is not None and targets.high >= classes:
        return f"class index {targets.high:g} is beyond the {classes} outputs, which count from 0."
    return "" if targets.low >= 0 else f"{targets.low:g} is no index of a class."


def _spare(case: Case) -> Iterator[Finding]:
    end, wanted = case.end, case.wanted
    if end is None or wanted is None or end.spec.target != "class index" or len(end.output.shape) != 2:
        return
    outputs = end.output.shape[1]
    if outputs is None or outputs <= wanted:
        return
    text = (
        f"The network has {outputs} outputs for {wanted} classes: {end.spec.name} takes that, but the last "
        f"{outputs - wanted} can only ever be wrong."
    )

    wide = [place for place in case.places if place.spec.arg("out_features") is not None]
    tried = (set_arg(wide[-1].node, "out_features", wanted),) if wide else ()
    yield Finding(text, wide[-1].id if wide else end.loss.id, tried=tried)


def _facts(case: Case) -> Facts | None:
    return None if case.evidence is None else case.evidence.facts


def _these(names: tuple[str, ...]) -> str:
    return "this column" if len(names) == 1 else "these columns"


def _list(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


RULES = (
    Rule(
        "target-form",
        "error",
        "Targets that the loss does not take",
        "CrossEntropyLoss takes the index of the class (int64, from 0) or a float32 share for each "
        "class, one-hot among them. NLLLoss and MultiMarginLoss take indices only, BCELoss and "
        "BCEWithLogitsLoss numbers from 0 to 1 in the shape of the output.",
        layer_page("CrossEntropyLoss"),
        _form,
        measured=True,
    ),
    Rule(
        "spare-outputs",
        "warning",
        "More outputs than classes",
        "The loss compares as many scores as there are outputs. Those without a class are pushed down in "
        "every step and carry no information.",
        layer_page("CrossEntropyLoss"),
        _spare,
    ),
    Rule(
        "one-hot-columns",
        "warning",
        "The answer stands in the data",
        "A class that is spread over columns of 0 and 1 is one-hot encoded. With one of them as the "
        "target, the others tell the network the answer: it looks perfect here and knows nothing about "
        "new data.",
        f"{TUTORIALS}beginner/basics/transforms_tutorial.html",
        _hot,
        measured=True,
    ),
    Rule(
        "target-copied",
        "warning",
        "A column that says the same as the target",
        "A feature from which the target can be read off, each of its values standing for one class or "
        "growing evenly with the number to predict, leaves nothing to learn: one weight knows the answer. "
        "New data rarely come with it.",
        layer_page("Linear"),
        _copies,
        measured=True,
    ),
    Rule(
        "row-numbers",
        "note",
        "A column that counts the rows",
        "A number that only says in which row a sample stands tells nothing about the sample. In a sorted "
        "file it even gives the target away, which makes training and validation look far better than "
        "new data will.",
        f"{TUTORIALS}beginner/basics/data_tutorial.html",
        _counted,
        measured=True,
    ),
    Rule(
        "inputs-not-standardized",
        "warning",
        "Inputs that are not standardized",
        "Layers are initialized for inputs of mean 0 and standard deviation 1. Where one feature is much "
        "larger than the others its gradients are as well, and no learning rate suits all weights.",
        f"{TUTORIALS}beginner/basics/transforms_tutorial.html",
        _scale,
        measured=True,
    ),
    Rule(
        "constant-features",
        "note",
        "Features that never change",
        "A feature with one value only tells samples apart as little as a bias does. Once standardized "
        "it is 0 for all of them, so its weights get no gradient and stay at their random start.",
        layer_page("Linear"),
        _constant,
    ),
    Rule(
        "unused-columns",
        "note",
        "Columns that are not used",
        "A network computes with numbers. Columns of text say something only once they are encoded as "
        "numbers, for example one column of 0 and 1 for each word.",
        f"{TUTORIALS}beginner/basics/data_tutorial.html",
        _unused,
    ),
)
