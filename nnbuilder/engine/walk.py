"""One walk along the chain: what every layer gets, makes and holds, as far as the first failure."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from nnbuilder.catalog.registry import INPUT_SPEC, LAYERS
from nnbuilder.catalog.spec import AUTO, LayerSpec
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.build import layer_names, resolve_args
from nnbuilder.engine.infer import Outcome, infer
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import ArgValue, Graph, Node, NodeId
from nnbuilder.graph.order import Order
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
        self.asked = 0

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
    graph: Graph, order: Order, kind: TensorType | None, inference: Inference, probe: Probe
) -> Iterator[Step]:
    """All layers of the chain in order; behind a failure they get no input and torch is not asked."""
    layers = order.layers
    for key, name in zip(layers, layer_names(graph, layers), strict=True):
        step = _step(graph.nodes[key], name, kind, inference, probe)
        yield step
        kind = step.analysis.output


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
        return Step(known, torch=outcome.error)
    if not outcome.output.shape or outcome.output.shape[0] is not None:
        text = (
            f"{title(node)} merges the samples of a batch into one: "
            "the first dimension must stay one entry for each sample."
        )
        return Step(known, error=text, code="batch-merged")
    return Step(msgspec.structs.replace(known, output=outcome.output))


def silent(_node: NodeId) -> None:
    """A probe for those who need not know."""
