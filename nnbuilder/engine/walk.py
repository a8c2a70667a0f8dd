"""One walk along the chain: what every layer gets, makes and holds, as far as the first failure."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

import msgspec

from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS
from nnbuilder.catalog.spec import AUTO, LayerSpec
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import Outcome, infer
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import Order, Orders, active, layer_names
from nnbuilder.project.chain import title

Key = tuple[str, tuple[tuple[str, ArgValue], ...], TensorType]
Probe = Callable[[NodeId], None]

CACHE_LIMIT = 20_000
"""Outcomes kept; a drawing of the largest allowed size has far fewer."""


class Step(msgspec.Struct, frozen=True):
    """One layer of the walk and why it failed: PyTorch's text, or ours where it was silent."""

    analysis: LayerAnalysis
    torch: str | None = None
    error: str | None = None
    code: str | None = None

    @property
    def failed(self) -> bool:
        """Whether this is the layer where the chain breaks."""
        return self.torch is not None or self.error is not None


class Inference:
    """Asks torch about layers and remembers the answers, so that an edit re-runs only what it touches."""

    def __init__(self) -> None:
        self._known: dict[Key, Outcome] = {}
        self._steps: dict[NodeId, tuple[Node, str, TensorType | None, bool, Step]] = {}
        self.asked = 0

    def step(
        self, node: Node, name: str, kind: TensorType | None, probe: Probe, *, frozen: bool = False
    ) -> Step:
        """One layer of a walk; the same node with the same input is not looked at again."""
        known = self._steps.get(node.id)
        if known is not None and known[0] is node and known[1:4] == (name, kind, frozen):
            return known[4]
        step = _step(node, name, kind, self, probe)
        if frozen and step.analysis.trainable:
            step = msgspec.structs.replace(step, analysis=msgspec.structs.replace(step.analysis, trainable=0))
        if len(self._steps) >= CACHE_LIMIT:
            self._steps.clear()
        self._steps[node.id] = (node, name, kind, frozen, step)
        return step

    def outcome(
        self, spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType, probe: Callable[[], None]
    ) -> Outcome:
        """Torch's answer; `probe` is called first where torch must really be asked."""
        key = (spec.name, tuple(args.items()), kind)
        outcome = self._known.get(key)
        if outcome is None:
            probe()
            outcome = infer(spec, args, kind)
            self.asked += 1
            if len(self._known) >= CACHE_LIMIT:
                self._known.clear()
            self._known[key] = outcome
        return outcome


def input_of(graph: Graph, order: Order, profile: DataProfile | None) -> TensorType | None:
    """The type of what enters the chain: typed on the Input node, or the data's.

    None where nobody says, and where what is typed cannot be (`project.check` says so).
    """
    if not order.chain:
        return None
    node = graph.nodes[order.chain[0]]
    if input_faulty(node):
        return None
    shape, dtype = node.args.get("shape", AUTO), node.args.get("dtype", AUTO)
    if not isinstance(shape, tuple):
        if profile is None:
            return None
        shape = profile.shape
    if dtype == AUTO:
        dtype = profile.dtype if profile is not None else "float32"
    return TensorType((None, *shape), str(dtype))


def input_faulty(node: Node) -> bool:
    """Whether an Input node holds arguments that it does not take."""
    return any(arg.fault(node.args.get(arg.name, AUTO)) is not None for arg in INPUT_SPEC.args)


def walk(
    graph: Graph, orders: Orders, kind: TensorType | None, inference: Inference, probe: Probe
) -> Iterator[Step]:
    """All layers in the order in which they compute, groups opened.

    Behind a failure, and behind a group that is no chain, they get no input and torch is not asked.
    """

    def ask(node: Node, name: str, kind: TensorType | None, frozen: bool) -> Step:
        return inference.step(node, name, kind, probe, frozen=frozen)

    return _level(graph, orders, None, "", kind, ask, frozen=False)


def assembled(
    graph: Graph, orders: Orders, steps: Iterable[Step], kind: TensorType | None
) -> tuple[LayerAnalysis, ...]:
    """The layers at the top as far as these steps go, groups with what lies in them."""
    return _gathered(graph, orders, None, "", kind, {step.analysis.id: step.analysis for step in steps})


def _level(
    graph: Graph,
    orders: Orders,
    group: NodeId | None,
    prefix: str,
    kind: TensorType | None,
    ask: Callable[[Node, str, TensorType | None, bool], Step],
    *,
    frozen: bool,
) -> Generator[Step, None, TensorType | None]:
    """The steps of one level; gives what comes out of it."""
    layers = orders[group].layers
    for key, name in zip(layers, layer_names(graph, layers, prefix), strict=True):
        node = active(graph.nodes[key])
        still = frozen or node.frozen
        if node.type == GROUP:
            kind = yield from _level(graph, orders, key, f"{name}.", kind, ask, frozen=still)
        else:
            step = ask(node, name, kind, still)
            yield step
            kind = step.analysis.output
    return kind if group is None or orders[group].complete else None


def _gathered(
    graph: Graph,
    orders: Orders,
    group: NodeId | None,
    prefix: str,
    kind: TensorType | None,
    known: Mapping[NodeId, LayerAnalysis],
) -> tuple[LayerAnalysis, ...]:
    """The layers of one level in their order, up to the first that no step has reached."""
    found: list[LayerAnalysis] = []
    layers = orders[group].layers
    for key, name in zip(layers, layer_names(graph, layers, prefix), strict=True):
        layer = known.get(key)
        if active(graph.nodes[key]).type == GROUP:
            children = _gathered(graph, orders, key, f"{name}.", kind, known)
            whole = len(children) == len(orders[key].layers)
            layer = _group(key, name, kind, children, whole=whole and orders[key].complete)
            if orders[key].layers and not children:
                break
        if layer is None:
            break
        found.append(layer)
        kind = layer.output
    return tuple(found)


def _group(
    key: NodeId, name: str, kind: TensorType | None, children: tuple[LayerAnalysis, ...], *, whole: bool
) -> LayerAnalysis:
    """What is known of a group from what is known of its layers."""
    flops = [child.flops for child in children]
    last = children[-1].output if children else kind
    return LayerAnalysis(
        key,
        name,
        GROUP,
        input=kind,
        output=last if whole else None,
        parameters=sum(child.parameters for child in children),
        trainable=sum(child.trainable for child in children),
        buffers=sum(child.buffers for child in children),
        flops=None if None in flops else sum(count for count in flops if count is not None),
        children=children,
    )


def _step(node: Node, name: str, kind: TensorType | None, inference: Inference, probe: Probe) -> Step:
    spec = LAYERS.get(node.type)
    if spec is None:
        return Step(LayerAnalysis(node.id, name, node.type, dict(node.args), input=kind))
    args = resolve_args(spec, node, kind)
    known = LayerAnalysis(node.id, name, node.type, args, input=kind)
    if kind is None:
        return Step(known)
    faults = [fault for arg in spec.args if (fault := arg.fault(args[arg.name])) is not None]
    if faults:
        return Step(known)  # `project.check` names these
    left = [arg.name for arg in spec.args if args[arg.name] == AUTO]
    if left:
        text = (
            f"{left[0]} of {title(node)} cannot follow the layer before it, which gives {kind.label()}: "
            "there is no such dimension."
        )
        return Step(known, error=text, code="cannot-follow")
    outcome = inference.outcome(spec, args, kind, lambda: probe(node.id))
    known = msgspec.structs.replace(
        known,
        parameters=outcome.parameters,
        trainable=outcome.trainable,
        buffers=outcome.buffers,
        formula=outcome.formula,
        flops=outcome.flops,
    )
    if outcome.output is None:
        code = "too-long" if outcome.refusal else None
        return Step(known, torch=outcome.error, error=outcome.refusal, code=code)
    if not outcome.output.shape or outcome.output.shape[0] is not None:
        text = (
            f"{title(node)} merges the samples of a batch into one: "
            "the first dimension must stay one entry for each sample."
        )
        return Step(known, error=text, code="batch-merged")
    return Step(msgspec.structs.replace(known, output=outcome.output))


def silent(_node: NodeId) -> None:
    """A probe for those who need not know."""
