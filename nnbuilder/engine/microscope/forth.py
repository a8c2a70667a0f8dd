"""What is seen on the way to the loss: a layer forward, and the loss."""

from nnbuilder.engine import trace
from nnbuilder.engine.explain.answer import explain_answer
from nnbuilder.engine.explain.case import Case, place_of
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.engine.explain.losses import explain_loss
from nnbuilder.engine.microscope.passes import Pass, layer_at
from nnbuilder.engine.microscope.seen import Seen, tensor_of
from nnbuilder.engine.microscope.subject import Subject
from nnbuilder.protocol.microscope import Look, Place


def see_forward(subject: Subject, passed: Pass, place: Place, request: Look) -> Seen:
    """A layer with its input, its output and its parameters, and how the chosen number comes about.

    The last one says what the network answers.
    """
    layer = layer_at(passed.forward, place)
    at = place_of(layer.output, request.row, request.unit)
    worked = [explain_layer(Case(layer.module, layer.input, layer.output, at, layer.random))]
    window = worked[0].window
    if layer is passed.forward.layers[-1]:
        answer = explain_answer(layer.output, request.row, subject.reading, request.unit)
        worked += [] if answer is None else [answer]
    tensors = [
        tensor_of("Input", layer.input, "input", _source(layer, at, window), window),
        tensor_of("Output", layer.output, "output", at),
    ]
    tensors += [
        tensor_of(name, own.detach(), "parameter", _weights_at(layer, at))
        for name, own in layer.module.named_parameters()
    ]
    return Seen(tuple(worked), tuple(tensors))


def _source(
    layer: trace.LayerTrace, at: tuple[int, ...], window: tuple[tuple[int, ...], ...]
) -> tuple[int, ...]:
    """The row that a number comes from, and the channel where a window is slid over each on its own."""
    alone = "Pool" in layer.layer and bool(window)
    return at[:2] if alone else at[:1]


def _weights_at(layer: trace.LayerTrace, at: tuple[int, ...]) -> tuple[int, ...]:
    """Where the weights of the chosen neuron or channel begin, in layers that keep them in rows."""
    if layer.layer == "Linear":
        return at[-1:]
    return at[1:2] if layer.layer in {"Conv1d", "Conv2d", "Conv3d"} else ()


def see_loss(subject: Subject, passed: Pass, request: Look) -> Seen:
    """The loss of the chosen row and of the batch; raises `TraceError` without targets."""
    if passed.loss is None:
        raise trace.TraceError("There is no target: type one, or take rows of the data.")
    worked = explain_loss(passed.forward, passed.loss, request.row, subject.classes, request.unit)
    row = min(max(request.row, 0), len(passed.loss.rows) - 1)
    tensors = (
        tensor_of("Output", passed.forward.output, "output", (row,)),
        tensor_of("Loss of each row", passed.loss.rows, "rows", (row,)),
        tensor_of("Target", passed.loss.target, "rows", (row,)),
    )
    return Seen(worked, tensors)
