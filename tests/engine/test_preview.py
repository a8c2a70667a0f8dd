"""What a preview shows is what a hand-written network gives, as far as the drawing computes."""

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from nnbuilder.data.load import load_raw
from nnbuilder.data.spec import ArraysData, BuiltinData
from nnbuilder.engine import preview
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.pictures import SIDE
from nnbuilder.engine.preview import Previewer
from nnbuilder.engine.previewing import latest
from nnbuilder.engine.weights import encode_weights
from nnbuilder.graph.edits import Group, RemoveNodes, SetArg
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed
from nnbuilder.runs.weights import store_weights
from nnbuilder.templates.registry import TEMPLATES, Template, start
from tests.engine.samples import CLASSIFIER, Layer, chain, data_of, make_project, regression

if TYPE_CHECKING:
    from nnbuilder.protocol.messages import Request

Arrays = tuple[NDArray[Any], ...]
Named = Mapping[str, tuple[NodePreview, Arrays]]

ALL = ("in", "n1", "n2", "n3", "n4", "n5", "loss")


def ask(project: Project, *nodes: str, runs: Path | None = None) -> Preview:
    """Asks for some nodes, all of them where none is named."""
    wanted = tuple(NodeId(node) for node in (nodes or tuple(project.graph.nodes)))
    return Preview(1, project, wanted, None, str(runs) if runs else None)


def named(answer: tuple[Previewed, Arrays]) -> Named:
    """What was answered, by node."""
    told, arrays = answer
    assert len(arrays) == 3 * len(told.nodes)
    return {one.node: (one, arrays[3 * at : 3 * at + 3]) for at, one in enumerate(told.nodes)}


def rows_by_hand(project: Project) -> tuple[torch.Tensor, torch.Tensor]:
    """The first eight rows of the data, standardized by hand."""
    raw, scaling = load_raw(project.data.source, None), data_of(project).scaling
    x = ((raw.x[:8] - scaling.x_mean) / scaling.x_scale).astype("float32")
    return torch.from_numpy(x), torch.from_numpy(raw.y[:8])


def by_hand() -> nn.Sequential:
    """The classifier as a script would write it."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2)
    ).eval()


def test_every_node_shows_what_a_script_computes() -> None:
    project = make_project()
    (x, y), model = rows_by_hand(project), by_hand()
    seen = named(Previewer().preview(ask(project)))
    assert tuple(seen) == ALL
    expected = x
    with torch.no_grad():
        for node, layer in zip(ALL[1:-1], model, strict=True):
            expected = layer(expected)
            told, (pictures, first, counts) = seen[node]
            assert told.shape == tuple(expected.shape)
            assert pictures.tolist() == [expected.tolist()]
            assert first.tolist() == expected[0, :8].tolist()
            assert (told.low, told.high) == (expected.min().item(), expected.max().item())
            assert told.mean == pytest.approx(expected.double().mean().item(), abs=1e-12)
            assert int(np.sum(counts)) == expected.numel()
        rows = nn.functional.cross_entropy(model(x), y, reduction="none")
    assert seen["in"][1][0].tolist() == [x.tolist()]
    assert seen["loss"][1][0].tolist() == [[rows.tolist()]]
    assert seen["loss"][1][1].tolist() == [nn.functional.cross_entropy(model(x), y).item()]


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 99))
def test_random_networks_after_edits_are_those_of_a_script(sizes: list[int], seed: int) -> None:
    previewer = Previewer()
    for widths in (sizes, [*sizes[:-1], sizes[-1] + 1], sizes):
        layers = [("Linear", {"out_features": size}) for size in widths]
        project = make_project(chain(*layers, loss="MSELoss"), seed=seed)
        x, _ = rows_by_hand(project)
        torch.manual_seed(seed)
        model = nn.Sequential(*(nn.Linear(a, b) for a, b in zip([2, *widths], widths, strict=False)))
        seen = named(previewer.preview(ask(project, f"n{len(widths)}")))
        [(_, (pictures, _, _))] = seen.values()
        assert pictures.tolist() == [model(x).tolist()]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_template_is_shown_to_its_end(template: Template) -> None:
    """What the last layer gives is what a recorded pass of the same rows ends with."""
    project = start(template)
    answer = Previewer().preview(ask(project))
    seen = named(answer)
    assert answer[0].trouble == ""
    assert set(seen) == set(project.graph.nodes)
    layers = [node for node in seen if project.graph.nodes[NodeId(node)].type not in {"Input", "Loss"}]
    told, (_, first, _) = seen[layers[-1]]
    expected = provided_of(project, None, None)["trace"]()(f"data:0:{told.shape[0]}").output
    assert told.shape == tuple(expected.shape)
    assert first.tolist() == expected[0].flatten()[: len(first)].tolist()


def test_the_projects_weights_are_used_and_left(tmp_path: Path) -> None:
    layers = (("Linear", {"out_features": 3}), ("Linear", {"out_features": 2}))
    project, previewer = make_project(chain(*layers)), Previewer()
    before = named(previewer.preview(ask(project, "n1")))["n1"][1][0].tolist()
    doubled = nn.Linear(2, 3)
    with torch.no_grad():
        for parameter in doubled.parameters():
            parameter.fill_(2.0)
    sha256 = store_weights(tmp_path, encode_weights([(NodeId("n1"), doubled)]))
    weighted = Project(project.graph, project.data, project.training, weights=sha256)
    x, _ = rows_by_hand(project)
    shown = named(previewer.preview(ask(weighted, "n1", runs=tmp_path)))["n1"][1][0]
    assert shown.tolist() == [doubled(x).tolist()]
    assert previewer.preview(ask(weighted, "n1", runs=tmp_path))[0].note.endswith("are the project's.")
    assert previewer.preview(ask(project, "n1"))[0].note.endswith("are those of seed 0.")
    assert named(previewer.preview(ask(project, "n1")))["n1"][1][0].tolist() == before


def test_a_broken_drawing_is_shown_up_to_where_it_breaks() -> None:
    graph = chain(*CLASSIFIER)
    broken = SetArg(NodeId("n5"), "in_features", 5).apply(graph)
    told, _ = Previewer().preview(ask(make_project(broken)))
    assert [one.node for one in told.nodes] == ["in", "n1", "n2", "n3", "n4"]
    assert told.at == "n5"
    assert "mat1 and mat2 shapes cannot be multiplied" in told.trouble
    open_end = RemoveNodes((NodeId("loss"),), close_gap=False).apply(graph)
    told, _ = Previewer().preview(ask(make_project(open_end)))
    assert [one.node for one in told.nodes] == ["in", "n1", "n2", "n3", "n4", "n5"]
    assert not told.trouble


def test_a_group_shows_what_comes_out_of_its_last_layer() -> None:
    graph = Group((NodeId("n1"), NodeId("n2"), NodeId("n3")), Node(NodeId("g"), GROUP)).apply(
        chain(*CLASSIFIER)
    )
    seen = named(Previewer().preview(ask(make_project(graph), "g", "n3")))
    assert seen["g"][1][0].tolist() == seen["n3"][1][0].tolist()
    assert set(seen) == {"g", "n3"}


def test_images_show_channels_and_only_what_is_looked_at() -> None:
    layers: tuple[Layer, ...] = (
        ("Unflatten", {"dim": 1, "unflattened_size": (1, 8, 8)}),
        ("Conv2d", {"out_channels": 9, "kernel_size": 3}),
        ("Upsample", {"scale_factor": 10.0}),
    )
    project = make_project(chain(*layers), BuiltinData("digits"))
    seen = named(Previewer().preview(ask(project, "n2", "n3")))
    assert list(seen) == ["n2", "n3"]
    told, (pictures, _, _) = seen["n2"]
    assert told.image
    assert told.shape == (8, 9, 6, 6)
    torch.manual_seed(0)
    x, _ = rows_by_hand_of_digits(project)
    expected = nn.Conv2d(1, 9, 3)(x)[0, :6]
    assert np.allclose(pictures, expected.detach().numpy(), atol=1e-6)
    assert seen["n3"][1][0].shape == (6, SIDE, SIDE)


def rows_by_hand_of_digits(project: Project) -> tuple[torch.Tensor, torch.Tensor]:
    """The first digits as images."""
    x, y = rows_by_hand(project)
    return x.reshape(8, 1, 8, 8), y


def test_values_have_a_loss_too() -> None:
    project = regression()
    told = named(Previewer().preview(ask(project, "loss")))["loss"]
    assert told[0].loss
    assert told[1][1][0] == pytest.approx(np.mean(told[1][0]), rel=1e-6)


def test_missing_data_and_no_input_are_sentences(tmp_path: Path) -> None:
    lost = make_project(chain(*CLASSIFIER), ArraysData(str(tmp_path / "gone.npz")))
    told, arrays = Previewer().preview(ask(lost))
    assert "gone.npz" in told.trouble
    assert arrays == ()
    headless = RemoveNodes((NodeId("in"),)).apply(chain(*CLASSIFIER))
    told, _ = Previewer().preview(ask(make_project(headless)))
    assert "no Input" in told.trouble


def test_what_is_too_large_or_too_slow_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_NUMBERS", 50)
    told, _ = Previewer().preview(ask(make_project()))
    assert [one.node for one in told.nodes] == ["in"]
    assert "too many numbers" in told.trouble
    monkeypatch.setattr(preview, "MOST_NUMBERS", 10**6)
    monkeypatch.setattr(preview, "MOST_WEIGHTS", 40)
    told, _ = Previewer().preview(ask(make_project()))
    assert [one.node for one in told.nodes] == ["in", "n1", "n2", "n3", "n4"], "24 and 16 weights, then more"
    assert told.at == "n5"
    monkeypatch.setattr(preview, "MOST_WEIGHTS", 10**6)
    monkeypatch.setattr(preview, "MOST_S", -1.0)
    told, _ = Previewer().preview(ask(make_project()))
    assert [one.node for one in told.nodes] == ["in", "n1"]
    assert "takes too long" in told.trouble


def test_only_layers_up_to_the_last_that_is_looked_at_compute() -> None:
    graph = SetArg(NodeId("n5"), "in_features", 5).apply(chain(*CLASSIFIER))
    told, _ = Previewer().preview(ask(make_project(graph), "n2"))
    assert [one.node for one in told.nodes] == ["n2"]
    assert not told.trouble, "nobody looks at the layer that is broken"


def test_numbers_that_are_not_finite_are_counted(tmp_path: Path) -> None:
    huge = nn.Linear(2, 1)
    with torch.no_grad():
        huge.weight.fill_(float("inf"))
    sha256 = store_weights(tmp_path, encode_weights([(NodeId("n1"), huge)]))
    project = make_project(chain(("Linear", {"out_features": 1})))
    project = Project(project.graph, project.data, project.training, weights=sha256)
    told, (_, _, counts) = named(Previewer().preview(ask(project, "n1", runs=tmp_path)))["n1"]
    assert told.nonfinite == 8
    assert int(np.sum(counts)) == 0


def test_the_latest_request_is_answered() -> None:
    first, last = ask(make_project(), "n1"), ask(make_project(), "n2")
    waiting: deque[Request] = deque([first, last])
    assert latest(waiting) is last
    assert not waiting
    assert latest(waiting) is None
