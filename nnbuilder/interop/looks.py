"""What a card and an edge show, as values: the canvas paints them, pictures write them."""

from collections.abc import Iterable
from pathlib import PurePath

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.catalog.colors import INPUT_COLOR, LOSS_COLOR, UNKNOWN_COLOR, group_color
from nnbuilder.catalog.spec import AUTO, LayerSpec
from nnbuilder.data.spec import DataProfile, FileData, Source
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Node
from nnbuilder.graph.report.heavy import share_lines
from nnbuilder.graph.report.rows import Shares
from nnbuilder.graph.report.words import short
from nnbuilder.project.problem import Problem, Severity

_LINE = 16
"""Characters that fit below a header."""

OFF = "off"
"""What a disabled card says in place of its parameters."""

_DISABLED = "Disabled: passes on what it gets."
_FROZEN = "Frozen: training leaves its weights as they are."
_ENDS = (("input_size", "hidden_size"), ("num_embeddings", "embedding_dim"))
"""Sizes that come and go of layers that name them otherwise than in and out."""

_UNITS = {"features": "features", "channels": "channels", "trailing": "shape", "data": ""}


class CardLook(msgspec.Struct, frozen=True):
    """All that a card paints but its bars, its selection and its place.

    `corner` stands at the right of the header, `caption` (the user's name for the layer, and what it needs
    where nothing reaches it) below the detail.
    `unknown` draws a dashed placeholder, `ghost` a pale card: the layer is disabled. `group` draws a stack.
    `frozen` adds a snowflake: training leaves its weights as they are.
    `heavy` is the share of a layer in which much of the network lies: a bar at its foot.
    """

    title: str
    detail: str = ""
    corner: str = ""
    color: str = UNKNOWN_COLOR
    severity: Severity | None = None
    unknown: bool = False
    has_in: bool = True
    has_out: bool = True
    tip: str = ""
    caption: str = ""
    ghost: bool = False
    group: bool = False
    heavy: float = 0.0
    frozen: bool = False


class EdgeLook(msgspec.Struct, frozen=True):
    """The label of an edge, and the severity of a problem that shows on it."""

    label: str = ""
    full: str = ""
    severity: Severity | None = None


def card_look(
    node: Node,
    layer: LayerAnalysis | None,
    problems: Iterable[Problem],
    profile: DataProfile | None = None,
    data: str = "",
    loss: float | None = None,
    inside: int = 0,
    heavy: Shares | None = None,
) -> CardLook:
    """The look of a node with torch's answer about it.

    `data` names the data on the Input node; `loss` is shown on the Loss node while a run is on; `inside`
    counts the layers that lie in a group.
    """
    spec = registry.spec_of(node)
    severity = worst(problems)
    if node.type == INPUT:
        tip, detail = "Where the data comes in.", _input_detail(node, profile, data)
        return CardLook("Input", detail, "", INPUT_COLOR, severity, has_in=False, tip=tip)
    if node.type == LOSS:
        corner = "" if loss is None else short(loss)
        tip, detail = "What training makes small.", str(node.args.get("loss", "")).removesuffix("Loss")
        return CardLook("Loss", detail, corner, LOSS_COLOR, severity, has_out=False, tip=tip)
    if node.type == GROUP:
        return _weighed(_group_look(node, severity, inside, layer), heavy)
    if spec is None:
        tip = f"NNBuilder does not know the layer {node.type}; it is kept as it is in the file."
        return CardLook(node.type, "unknown layer", "", UNKNOWN_COLOR, severity, unknown=True, tip=tip)
    detail = _detail(node, spec, layer)
    corner = OFF if node.disabled else compact(layer.parameters) if layer and layer.parameters else ""
    color, tip = group_color(spec.group), _tip(node, spec, layer)
    need = f"needs {layer.needs.label()}" if layer is not None and layer.needs is not None else ""
    caption = " · ".join(word for word in (node.name, need) if word)
    look = CardLook(node.type, detail, corner, color, severity, tip=tip, caption=caption, ghost=node.disabled)
    return _weighed(msgspec.structs.replace(look, frozen=_is_frozen(node, layer)), heavy)


def _is_frozen(node: Node, layer: LayerAnalysis | None) -> bool:
    """Whether training leaves a layer as it is, though it has parameters."""
    if node.disabled or not registry.can_learn(node.type):
        return False
    return node.frozen or (layer is not None and layer.parameters > 0 and not layer.trainable)


def _weighed(look: CardLook, heavy: Shares | None) -> CardLook:
    """The look of a layer in which much of the network lies."""
    if heavy is None:
        return look
    tip = "\n".join((look.tip, *share_lines(heavy)))
    return msgspec.structs.replace(look, heavy=min(heavy.largest, 1.0), tip=tip)


def edge_look(
    flowing: TensorType | None, target_input: TensorType | None, problems: Iterable[Problem]
) -> EdgeLook:
    """The look of an edge with what flows through it; `problems` are those of the node that it feeds."""
    mismatch = [problem for problem in problems if problem.code == "shape-mismatch"]
    shown = flowing or target_input
    label = shown.label() if shown else ""
    full = f"{label} {shown.dtype}" if shown else ""
    return EdgeLook(label, full, worst(mismatch))


def worst(problems: Iterable[Problem]) -> Severity | None:
    """The gravest severity among problems; of notes, only advice counts."""
    severities = {problem.severity for problem in problems if problem.severity != "note" or problem.why}
    order: tuple[Severity, ...] = ("error", "warning", "note")
    return next((severity for severity in order if severity in severities), None)


def compact(number: int) -> str:
    """A count that fits into a header: 1,234 or 56.7 k or 8.9 M."""
    if number < 100_000:
        return f"{number:,}"
    for limit, unit in ((10**6, "k"), (10**9, "M"), (10**12, "G")):
        if number < limit:
            return f"{number / limit * 1000:.3g} {unit}"
    return f"{number / 10**12:.3g} T"


def source_name(source: Source) -> str:
    """What the data is called, in a word."""
    return PurePath(source.path).stem if isinstance(source, FileData) else source.name


def plain(value: ArgValue) -> str:
    """An argument's value as a card shows it: a real minus, short floats."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float | int):
        return (f"{value:g}" if isinstance(value, float) else str(value)).replace("-", "−")
    if isinstance(value, tuple):
        return "×".join(plain(part) for part in value)
    return "?" if value == AUTO else str(value)


def _group_look(node: Node, severity: Severity | None, inside: int, layer: LayerAnalysis | None) -> CardLook:
    counted = "1 layer" if inside == 1 else f"{inside:,} layers"
    parameters = layer.parameters if layer else 0
    lines = [
        f"{node.name} ({GROUP})" if node.name else GROUP,
        f"A group of {counted}: a double click or Enter opens it.",
        f"{parameters:,} parameters" if parameters else "",
        _kept(parameters, layer.trainable if layer else parameters),
        _DISABLED if node.disabled else "",
    ]
    return CardLook(
        node.name or GROUP,
        counted,
        OFF if node.disabled else compact(parameters) if parameters else "",
        group_color("Containers"),
        severity,
        tip="\n".join(line for line in lines if line),
        caption=GROUP if node.name else "",
        ghost=node.disabled,
        group=True,
        frozen=_is_frozen(node, layer),
    )


def _kept(parameters: int, trainable: int) -> str:
    """How much of a layer or group is frozen."""
    if trainable == parameters:
        return ""
    return _FROZEN if not trainable else f"{parameters - trainable:,} of them frozen"


def _input_detail(node: Node, profile: DataProfile | None, data: str) -> str:
    shape = node.args.get("shape", AUTO)
    if isinstance(shape, tuple):
        return plain(shape)
    if profile is None:
        return ""
    if len(profile.shape) != 1:
        return "×".join(map(str, profile.shape))
    detail = f"{data} · {profile.shape[0]} feat."
    return detail if data and len(detail) <= _LINE else f"{profile.shape[0]} features"


def _detail(node: Node, spec: LayerSpec, layer: LayerAnalysis | None) -> str:
    """The line below the header: sizes as "4 → 16", else what was set, else the first argument."""
    known = {arg.name: arg.start for arg in spec.args} | dict(node.args) | dict(layer.args if layer else {})
    ends = [arg.name for arg in spec.args if arg.name.startswith(("in_", "out_"))]
    ends = ends or next(([*pair] for pair in _ENDS if known.keys() >= set(pair)), [])
    if len(ends) >= 2:
        return f"{plain(known[ends[0]])} → {plain(known[ends[1]])}"
    followed = next((arg for arg in spec.args if arg.follows), None)
    if followed is not None:
        unit = "features" if "features" in followed.name else _UNITS[followed.follows or "data"]
        return f"{plain(known[followed.name])} {unit}".strip()
    chosen = [arg for arg in spec.args if arg.name in node.args and node.args[arg.name] != arg.default]
    chosen = chosen or [arg for arg in spec.args if arg.kind != "bool"][:1]
    return ", ".join(f"{arg.name} = {plain(known[arg.name])}" for arg in chosen)


def _tip(node: Node, spec: LayerSpec, layer: LayerAnalysis | None) -> str:
    lines = [f"{node.name} ({node.type})" if node.name else node.type, spec.summary]
    if layer is not None and layer.input is not None:
        lines.append(f"in ({layer.input.label()}) {layer.input.dtype}")
    if layer is not None and layer.needs is not None:
        lines.append(f"needs ({layer.needs.label()})")
    if layer is not None and layer.output is not None:
        lines.append(f"out ({layer.output.label()}) {layer.output.dtype}")
    if layer is not None and layer.parameters:
        lines += [f"{layer.parameters:,} parameters", _kept(layer.parameters, layer.trainable)]
    if node.disabled:
        lines.append(_DISABLED)
    return "\n".join(line for line in lines if line)
