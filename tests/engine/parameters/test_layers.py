"""Every layer with parameters, with random arguments: the table, changes and first weights are torch's."""

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import AUTO
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.infer import infer
from nnbuilder.engine.modules import construct
from nnbuilder.engine.parameters.desk import Desk
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.parameters import (
    ChangeParameters,
    Initialize,
    ListParameters,
    ParametersChanged,
    ParametersListed,
    SetNumbers,
)
from tests.conftest import SOAK
from tests.engine.drawings import project
from tests.engine.layer_strategies import inputs, nodes

EXAMPLES = 60 if SOAK else 3
"""Random layers of each kind."""

KINDS = [name for name, spec in LAYERS.items() if spec.count]


def told(desk: Desk, subject: Project) -> ParametersListed:
    """The table."""
    return desk.listed(ListParameters(1, subject))


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_the_table_and_changes_of_any_layer(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spec = LAYERS[name]
    kind = data.draw(inputs(spec, st.integers(1, 6)))
    node = data.draw(nodes(spec))
    args = resolve_args(spec, node, kind)
    assume(AUTO not in args.values() and infer(spec, args, kind).output is not None)
    subject = project(node, shape=kind.shape[1:], dtype=kind.dtype)
    torch.manual_seed(subject.training.seed)
    module = construct(spec, args, "cpu")
    own: dict[str, torch.Tensor] = dict(module.named_parameters())
    assume(own and all(one.numel() for one in own.values()))
    buffers = dict(module.named_buffers())
    own |= buffers

    desk = Desk()
    rows = told(desk, subject).parameters
    assert [(row.key.name, row.shape, row.numel) for row in rows] == [
        (key, tuple(one.shape), one.numel()) for key, one in own.items()
    ]
    assert [(row.minimum, row.maximum) for row in rows] == [
        (float(one.detach().min()), float(one.detach().max())) for one in own.values()
    ]
    assert [row.key.name for row in rows if row.buffer] == list(buffers)
    chosen = data.draw(st.sampled_from(rows))
    place = data.draw(st.integers(0, chosen.numel - 1))
    value = 3.0 if chosen.dtype == "int64" else 0.375
    runs = tmp_path_factory.getbasetemp() / "layers"
    keys = tuple(row.key for row in rows)
    for change in (SetNumbers(value, place), Initialize("", subject.training.seed)):
        reach = (chosen.key,) if isinstance(change, SetNumbers) else keys
        after = _kept(desk, ChangeParameters(2, subject, reach, change, None, str(runs), keep=True), runs)
        wanted = {key: one.detach().clone() for key, one in own.items()}
        if isinstance(change, SetNumbers):
            wanted[chosen.key.name].view(-1)[place] = value
        assert all(torch.equal(after[key], one) for key, one in wanted.items())
    assert told(desk, subject).parameters == rows


def _kept(desk: Desk, request: ChangeParameters, runs: Path) -> dict[str, torch.Tensor]:
    """The parameters that were stored."""
    answer, _ = desk.answer(request)
    assert isinstance(answer, ParametersChanged)
    return dict(read_weights(runs, answer.sha256)[NodeId(request.keys[0].node)])
