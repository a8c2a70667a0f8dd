"""One of each message on parameters, with every field filled."""

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.messages import Event, Request
from nnbuilder.protocol.parameters import (
    ChangeParameters,
    Figures,
    Initialize,
    ListParameters,
    LoadNumbers,
    ParameterKey,
    ParameterRead,
    ParameterRow,
    ParametersChanged,
    ParametersListed,
    ReadParameter,
    SetNumbers,
)
from tests.project.samples import starter

KEY = ParameterKey(NodeId("n1"), "weight")
ROW = ParameterRow(
    KEY, "0.weight", "Linear", (2, 3), "float32", "cpu", 6, True, -1.0, 0.5, 1.0, None, 0.25, 0.5, 1
)

REQUESTS: tuple[Request, ...] = (
    ListParameters(1, starter(), "/base", "/r"),
    ReadParameter(2, starter(), KEY, "/base", "/r"),
    ChangeParameters(3, starter(), (KEY,), SetNumbers(0.5, 4), "/base", "/r", keep=True),
    ChangeParameters(4, starter(), (KEY,), LoadNumbers("/w.npz", "w", transposed=True), "/base", "/r"),
    ChangeParameters(5, starter(), (KEY,), Initialize("uniform_", 7, {"a": -1.0}), None, None),
)

EVENTS: tuple[Event, ...] = (
    ParametersListed(1, (ROW,), 64, 0.5, ("A note.",)),
    ParameterRead(2, ROW),
    ParametersChanged(
        3,
        (KEY,),
        Figures(-1.0, 0.0, 1.0, 0.5),
        Figures(),
        -1.0,
        1.0,
        "torch.manual_seed(7)",
        ("std = 0.1",),
        (("w", "(2, 3)"),),
        ("A note.",),
        "ab" * 32,
        1.0,
        0.5,
    ),
)
