"""The end of a forward pass: what the network answers, in probabilities or in the units of the data."""

import pytest
import torch

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.microscope.passes import walk_of
from nnbuilder.engine.microscope.subject import subject_of
from nnbuilder.engine.trace import TraceError, forward
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.microscope import Look, Place
from tests.engine.samples import Layer, chain, make_project


def test_the_window_is_framed_and_weights_begin_at_the_channel() -> None:
    layers: tuple[Layer, ...] = (
        ("Unflatten", {"dim": 1, "unflattened_size": (1, 8, 8)}),
        ("Conv2d", {"out_channels": 3, "kernel_size": 3, "padding": 1}),
        ("MaxPool2d", {"kernel_size": 2}),
        ("Flatten", {}),
        ("Linear", {"out_features": 10}),
    )
    project = make_project(chain(*layers), BuiltinData("digits"))
    scope, unit = Scope(), 2 * 64 + 8 * 4 + 7
    seen, _ = scope.look(Look(1, project, place=Place("forward", NodeId("n2")), row=1, unit=unit))
    named = {one.title: one for one in seen.tensors}
    assert named["Output"].chosen == (1, 2, 4, 7)
    assert named["Input"].window == ((3, 4, 5), (6, 7, 8))
    assert named["Input"].chosen == (1,)
    assert named["weight"].chosen == named["bias"].chosen == (2,)
    seen, _ = scope.look(Look(1, project, place=Place("forward", NodeId("n3")), row=1, unit=16 + 5))
    named = {one.title: one for one in seen.tensors}
    assert named["Input"].window == ((2, 3), (2, 3))
    assert named["Input"].chosen == (1, 1), "a pool stays in its channel"


def test_a_network_whose_loss_does_not_fit_yet_can_be_walked_forward() -> None:
    project = make_project(chain(("Unflatten", {"dim": 1, "unflattened_size": (1, 2)})))
    scope = Scope()
    seen, _ = scope.look(Look(1, project, place=Place("forward", NodeId("n1"))))
    assert seen.loss is None
    assert [one.title for one in seen.tensors] == ["Input", "Output"]
    with pytest.raises(TraceError, match="the output is"):
        scope.look(Look(1, project, place=Place("loss")))


def last_look(example: str, row: int) -> Look:
    """A look at the last layer of an example."""
    project = load_project(resources_folder() / "examples" / f"{example}.nnb").project
    subject = subject_of(project, None, None)
    prepared = load(project.data, project.training.seed, None)
    with torch.no_grad():
        passed = forward(subject.network.eval(), subject.layers, torch.from_numpy(prepared.train.x[:1]))
    place = [one for one in walk_of(passed) if one.stage == "forward"][-1]
    return Look(1, project, place=place, row=row)


@pytest.mark.parametrize("row", [0, 3])
def test_the_last_layer_says_the_class(row: int) -> None:
    look = last_look("iris", row)
    seen, (_, output, *_) = Scope().look(look)
    shares = torch.softmax(torch.from_numpy(output[row]), 0)
    layer, answer = seen.worked
    names = ("setosa", "versicolor", "virginica")
    best = int(shares.argmax())
    assert layer.agrees
    assert answer.title == f"The answer for row {row}: argmax = class {best} ({names[best]})"
    found = [line.torch for line in answer.lines if line.text.startswith("p[")]
    assert found == [f"{float(share):.4g}" for share in shares]
    assert answer.lines[-1].text == "sum of all shares = 1"


def test_values_come_back_in_the_units_of_the_data() -> None:
    look = last_look("diabetes", 2)
    scope = Scope()
    seen, (_, output, *_) = scope.look(look)
    scaling = load(look.project.data, look.project.training.seed, None).scaling
    value = float(output[2, 0]) * scaling.y_scale + scaling.y_mean
    assert scaling.y_scale != 1
    assert seen.worked[-1].lines[1].text.endswith(f"= {value:.4g}")


def test_other_layers_answer_nothing() -> None:
    look = last_look("iris", 0)
    first = Scope().look(Look(1, look.project))[0]
    assert len(first.worked) == 1
