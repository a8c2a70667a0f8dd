"""Sends the first rows of the data through a drawing, as far as it computes, and says what each node does.

What is shown is what `model(x)` gives in eval mode with the project's weights, bit for bit. A drawing that is
broken somewhere, as drawings are while somebody draws, is shown up to there.
"""

import math
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES
from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine import trace
from nnbuilder.engine.blame import STEP_ERRORS
from nnbuilder.engine.given import Given, GivenError, read_given
from nnbuilder.engine.microscope.subject import formed, objective
from nnbuilder.engine.modules import construct
from nnbuilder.engine.pictures import Array, drawn, loss_drawn
from nnbuilder.engine.setup import loss_name
from nnbuilder.engine.subject import Subject
from nnbuilder.engine.walk import Inference, Step
from nnbuilder.engine.weights import Weights, WeightsError, put_weights, read_weights
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import INPUT, LOSS, Graph, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed

ROWS = 8
"""Rows of the data that go in; fewer where one of them is large."""

MOST_NUMBERS = 16_000_000
"""Numbers of one output beyond which a preview ends."""

MOST_WEIGHTS = 64_000_000
"""Numbers of all weights together beyond which it ends."""

MOST_S = 4.0
"""Seconds after which a preview ends."""

_LARGE = 20_000

Made = tuple[nn.Module, torch.Tensor]
"""A layer, and where torch's random numbers stood after it was made."""


class PreviewError(NNBuilderError):
    """The drawing computes no farther; one sentence. `node` is where it ends."""

    def __init__(self, message: str, node: NodeId | None = None) -> None:
        self.node = node
        super().__init__(message)


class Previewer:
    """Keeps what an edit does not touch: torch's answers about shapes, layers with their weights, rows."""

    def __init__(self) -> None:
        self._inference = Inference()
        self._made: dict[object, Made] = {}
        self._given: tuple[Prepared, TensorType, Given] | None = None
        self._weights: tuple[tuple[str, str], Weights] | None = None

    def preview(self, request: Preview) -> tuple[Previewed, tuple[Array, ...]]:
        """The answer with its arrays; what keeps it from being whole is said in it."""
        found: list[tuple[NodePreview, tuple[Array, ...]]] = []
        note, end = "", PreviewError("")
        wanted = frozenset(request.nodes)
        try:
            given, subject, prepared = self._enter(request)
            note = f"{given.note} {_weights_told(request)}"
            for node, drawing in self._outputs(request, subject, prepared, given, wanted):
                if node in wanted:
                    found.append(drawing)
        except PreviewError as error:
            end = error
        except (GivenError, DataError, WeightsError) as error:
            end = PreviewError(str(error))
        shown = tuple(one for one, _ in found)
        arrays = tuple(array for _, three in found for array in three)
        return Previewed(request.request_id, shown, note, str(end), end.node), arrays

    def _enter(self, request: Preview) -> tuple[Given, Subject, Prepared]:
        """The rows that go in, and what is known of the drawing."""
        project, base = request.project, Path(request.base) if request.base else None
        prepared = load(project.data, project.training.seed, base)
        subject = Subject.of(project, prepared.profile)
        kind = subject.kind
        if kind is None:
            raise PreviewError("There is no Input whose size is known, so nothing can go in.")
        before = self._given
        if before is None or before[0] is not prepared or before[1] != kind:
            sample = math.prod(size or 1 for size in kind.shape[1:])
            rows = ROWS if sample < _LARGE else 2
            self._given = before = (prepared, kind, read_given(f"data:0:{rows}", project, kind, base))
        return before[2], subject, prepared

    def _outputs(
        self,
        request: Preview,
        subject: Subject,
        prepared: Prepared,
        given: Given,
        wanted: frozenset[NodeId],
    ) -> Iterator[tuple[NodeId, tuple[NodePreview, tuple[Array, ...]]]]:
        """What comes out of each node that is wanted, in the order in which they compute."""
        project, graph = request.project, request.project.graph
        first = subject.order.chain[0]
        if graph.nodes[first].type == INPUT and first in wanted:
            yield first, drawn(first, given.x)
        x = given.x
        last = subject.order.chain[-1]
        count = len(subject.layers) if last in wanted else _reach(graph, subject, wanted)
        steps = list(islice(subject.steps(self._inference), count))
        for layer, output in self._passed(request, steps, x):
            x = output
            for node in (layer.id, *_ended(graph, subject, layer.id)):
                if node in wanted:
                    yield node, drawn(node, output)
        if graph.nodes[last].type == LOSS and last in wanted:
            yield last, _loss(project, prepared, last, x, given, _kind_of(subject))

    def _passed(
        self, request: Preview, steps: Sequence[Step], x: torch.Tensor
    ) -> Iterator[tuple[LayerAnalysis, torch.Tensor]]:
        """The layers with what they give, up to the first that cannot."""
        started = time.monotonic()
        modules = self._modules(request, _sound(steps, len(x)))
        torch.manual_seed(request.project.training.seed)
        for step, module in zip(steps, modules, strict=False):
            layer = step.analysis
            where = f"{layer.name} ({layer.layer})"
            try:
                with torch.no_grad():
                    x = module(x.clone())
            except STEP_ERRORS as error:
                raise PreviewError(f"{where} refuses these rows: {error}", layer.id) from error
            yield layer, x
            if time.monotonic() - started > MOST_S:
                raise PreviewError(f"The preview ends behind {where}: it takes too long.", layer.id)
        if len(modules) < len(steps):
            raise _why(steps[len(modules)])

    def _modules(self, request: Preview, layers: Sequence[LayerAnalysis]) -> list[nn.Module]:
        """The layers as the seed, or the project's weights, make them; those of before where they still are.

        A layer is the same where it is declared the same and the random numbers stand the same before it.
        """
        weights, sha256 = self._stored(request)
        torch.manual_seed(request.project.training.seed)
        before, self._made = self._made, {}
        found: list[nn.Module] = []
        for layer in layers:
            state = torch.get_rng_state()
            key = (layer.id, layer.layer, tuple(layer.args.items()), sha256, state.numpy().tobytes())
            made = before.get(key)
            if made is None:
                module = construct(LAYERS[layer.layer], layer.args, "cpu").eval()
                made = (module, torch.get_rng_state())
                if sha256:
                    put_weights([(layer.id, module)], weights)
            self._made[key] = made
            torch.set_rng_state(made[1])
            found.append(made[0])
        return found

    def _stored(self, request: Preview) -> tuple[Weights, str]:
        """The project's weights, and their name; none where it starts from the seed."""
        sha256 = request.project.weights
        if sha256 is None or request.runs is None:
            return {}, ""
        key = (request.runs, sha256)
        if self._weights is None or self._weights[0] != key:
            self._weights = key, read_weights(Path(request.runs), sha256)
        return self._weights[1], sha256


def _weights_told(request: Preview) -> str:
    """Which weights the network has."""
    if request.project.weights is None or request.runs is None:
        return f"The weights are those of seed {request.project.training.seed}."
    return "The weights are the project's."


def _sound(steps: Sequence[Step], rows: int) -> list[LayerAnalysis]:
    """The layers before the first that fails, or that holds or gives too many numbers."""
    found: list[LayerAnalysis] = []
    held = 0
    for step in steps:
        layer = step.analysis
        held += layer.parameters
        if step.failed or layer.output is None or held > MOST_WEIGHTS:
            break
        if rows * math.prod(size or 1 for size in layer.output.shape[1:]) > MOST_NUMBERS:
            break
        found.append(layer)
    return found


def _why(step: Step) -> PreviewError:
    """Why the preview ends before a layer."""
    layer = step.analysis
    where = f"{layer.name} ({layer.layer})"
    if step.failed or layer.output is None:
        said = (step.torch or step.error or "nothing reaches it").strip().partition("\n")[0].rstrip(".")
        return PreviewError(f"The preview ends before {where}: {said}.", layer.id)
    return PreviewError(
        f"The preview ends before {where}: from here on there are too many numbers.", layer.id
    )


def _reach(graph: Graph, subject: Subject, wanted: frozenset[NodeId]) -> int:
    """How many layers compute up to the last one that is wanted."""
    found = [
        at
        for at, layer in enumerate(subject.layers, start=1)
        if layer.id in wanted or not wanted.isdisjoint(_ended(graph, subject, layer.id))
    ]
    return max(found, default=0)


def _ended(graph: Graph, subject: Subject, node: NodeId) -> Iterator[NodeId]:
    """The groups that end with this layer, the innermost first."""
    for group in graph.groups_of(node):
        layers = subject.orders[group].layers
        if not layers or layers[-1] != node:
            return
        yield group
        node = group


def _kind_of(subject: Subject) -> TensorType:
    if subject.kind is None:
        raise PreviewError("The size of the Input is not known.")
    return subject.kind


def _loss(
    project: Project, prepared: Prepared, node: NodeId, output: torch.Tensor, given: Given, kind: TensorType
) -> tuple[NodePreview, tuple[Array, ...]]:
    """The loss of each row."""
    own = project.graph.nodes[node]
    if given.y is None or loss_name(own) not in LOSSES:
        raise PreviewError("The loss has no targets to hold these rows against.", node)
    target = formed(given.y, LOSSES[loss_name(own)].target, kind)
    module = objective(project, prepared, own)
    try:
        found = trace.measure(module, trace.Forward(given.x, (), output), target)
    except (trace.TraceError, *STEP_ERRORS) as error:
        raise PreviewError(f"The preview ends before the loss: {error}", node) from error
    return loss_drawn(node, found.rows, found.mean)
