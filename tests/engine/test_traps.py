"""What torch accepts layer by layer and what still fails or misleads, each held against torch."""

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.spec import CsvData, DataProfile, DataSpec
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, Drawn, answer, codes, fixed, found, project

N1 = NodeId("n1")
LAST: Drawn = ("Linear", {"out_features": 3})


def batched(size: int, *layers: Drawn) -> Project:
    """A project on iris (120 rows for training) with batches of this size."""
    subject = project(("Linear", {"out_features": 8}), *layers, LAST)
    return msgspec.structs.replace(
        subject, training=msgspec.structs.replace(subject.training, batch_size=size)
    )


def test_an_input_without_data_does_not_know_its_shape() -> None:
    problem = found(project(LAST), "input-unknown", None)
    assert problem.message == "The Input does not know its shape: choose data, or type a shape such as (4,)."
    assert (problem.node, problem.arg) == (NodeId("in"), "shape")
    assert problem.path == "graph.nodes.in.args.shape"


def test_a_missing_file_is_said_once() -> None:
    subject = msgspec.structs.replace(project(LAST), data=DataSpec(CsvData("", "")))
    assert codes(subject, None) == ["no-data-file"]


def test_an_input_that_is_no_row_of_the_data() -> None:
    subject = project(LAST, shape=(5,))
    problem = found(subject, "input-data")
    assert problem.message == "The Input is set to N×5, but a row of iris has shape 4."
    assert codes(fixed(subject, problem.fixes[0])) == []
    assert codes(project("Flatten", LAST, shape=(2, 2))) == []


@pytest.mark.parametrize(
    ("layers", "given"),
    [
        (
            (("Conv2d", {"out_channels": 4, "kernel_size": 3}), "Flatten", ("Linear", {"out_features": 10})),
            (1, 28, 28),
        ),
        ((("ConvTranspose2d", {"out_channels": 3, "kernel_size": 4}),), (100, 1, 1)),
        (("BatchNorm1d", ("Conv1d", {"out_channels": 4, "kernel_size": 3}), "Flatten", LAST), (9, 50)),
    ],
)
def test_a_network_for_images_waits_for_them(layers: tuple[Drawn, ...], given: tuple[int, ...]) -> None:
    subject = project(*layers, shape=given)
    subject = msgspec.structs.replace(
        subject, training=msgspec.structs.replace(subject.training, batch_size=1)
    )
    [problem] = answer(subject).problems  # nothing of classes or batches, which are those of other data
    assert (problem.code, problem.severity, problem.node) == ("waits-for-data", "note", "in")
    assert problem.message == (
        f"This network is for samples of N×{'×'.join(map(str, given))}, and iris has rows of 4: shapes and "
        "counts hold, but training waits for such data."
    )
    assert answer(subject).analysis.output == answer(subject, None).analysis.output
    assert answer(subject, None).problems == ()


def test_a_network_for_words_waits_for_them() -> None:
    layers = (("EmbeddingBag", {"num_embeddings": 9, "embedding_dim": 4}), LAST)
    assert codes(project(*layers, shape=(20,), dtype="int64")) == ["waits-for-data"]
    assert codes(project(*layers, shape=(4,), dtype="int64")) == []


def test_what_fails_in_a_network_for_images_is_mended_all_the_same() -> None:
    conv = ("Conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 3})
    subject = project(conv, "Flatten", LAST, shape=(1, 28, 28))
    first, second = answer(subject).problems
    assert (first.code, second.code) == ("shape-mismatch", "waits-for-data")
    assert codes(fixed(subject, first.fixes[0])) == ["waits-for-data"]


@pytest.mark.parametrize("name", ["type", "forward", "children", "training", "half"])
def test_names_that_a_sequential_has_itself(name: str) -> None:
    subject = project(Node(N1, "Linear", {"out_features": 3}, name=name))
    problem = found(subject, "name-taken")
    assert (problem.node, problem.path) == (N1, "graph.nodes.n1.name")
    assert codes(fixed(subject, problem.fixes[0])) == []
    with pytest.raises(KeyError, match="already exists"):
        nn.Sequential().add_module(name, nn.ReLU())


@pytest.mark.parametrize("name", ["hidden", "weight", "bias", "Linear", "relu"])
def test_other_names_are_free(name: str) -> None:
    assert codes(project(Node(N1, "Linear", {"out_features": 3}, name=name))) == []
    nn.Sequential().add_module(name, nn.ReLU())


@pytest.mark.parametrize("size", [7, 17, 119, 1])
def test_a_batch_of_one_before_batchnorm(size: int) -> None:
    subject = batched(size, "BatchNorm1d")
    problem = found(subject, "lonely-sample")
    assert problem.message == (
        f"{'Each' if size == 1 else 'The last'} batch of an epoch holds a single sample "
        f"(120 rows in batches of {size}), and BatchNorm1d needs more than one to train."
    )
    assert problem.torch == (
        "Expected more than 1 value per channel when training, got input size torch.Size([1, 8])"
    )
    assert problem.fixes
    for fix in problem.fixes:
        assert codes(fixed(subject, fix)) == []
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        nn.BatchNorm1d(8)(torch.zeros(1, 8))


@pytest.mark.parametrize(
    ("layers", "title"),
    [
        (("BatchNorm1d",), "Use LayerNorm instead of BatchNorm1d"),
        (("BatchNorm1d", "ReLU", "BatchNorm1d"), "Use LayerNorm instead of 2 layers that need a batch"),
        (
            (("Unflatten", {"dim": 1, "unflattened_size": (8, 1, 1)}), "BatchNorm2d", "Flatten"),
            "Use GroupNorm instead of BatchNorm2d",
        ),
        (
            (("Unflatten", {"dim": 1, "unflattened_size": (8, 1)}), "BatchNorm1d", "Flatten", "BatchNorm1d"),
            "Use GroupNorm and LayerNorm instead of 2 layers that need a batch",
        ),
    ],
)
def test_a_lone_sample_can_be_normalized_by_itself(layers: tuple[Drawn, ...], title: str) -> None:
    subject = batched(17, *layers)
    problem = found(subject, "lonely-sample")
    assert [fix.title for fix in problem.fixes][2:] == [title]
    changed = fixed(subject, problem.fixes[2])
    assert codes(changed) == []
    network = build_sequential(changed.graph, TensorType((None, 4))).train()
    x = torch.rand(5, 4)
    assert network(x[:1]).shape == (1, 3)
    torch.testing.assert_close(network(x)[:1], network(x[:1]))  # whatever else is in the batch


@pytest.mark.parametrize("groups", [1, 4])
def test_groups_have_two_channels_or_more(groups: int) -> None:
    channels = {1: 7, 4: 8}[groups]
    wide: Drawn = ("Linear", {"out_features": channels})
    apart: Drawn = ("Unflatten", {"dim": 1, "unflattened_size": (channels, 1)})
    subject = batched(1, wide, apart, "BatchNorm1d", "Flatten")
    changed = fixed(subject, found(subject, "lonely-sample").fixes[-1])
    assert changed.graph.nodes[NodeId("n4")].args == {"num_groups": groups}


@pytest.mark.parametrize(
    "subject",
    [batched(16, "BatchNorm1d"), batched(7, "LayerNorm"), batched(7, "ReLU"), batched(1, "Dropout")],
)
def test_other_batches_and_layers_are_fine(subject: Project) -> None:
    assert codes(subject) == []


def test_batchnorm_over_positions_needs_no_second_sample() -> None:
    rows = DataProfile("rows", "classification", (3, 5), 8, 8, 0, 0, "", classes=("a", "b", "c"))
    subject = project("BatchNorm1d", "Flatten", LAST)
    training = msgspec.structs.replace(subject.training, batch_size=7)
    assert codes(msgspec.structs.replace(subject, training=training), rows) == []
    nn.BatchNorm1d(3)(torch.zeros(1, 3, 5))


def test_no_data_no_batches() -> None:
    assert "lonely-sample" not in codes(batched(1, "BatchNorm1d"), None)
    assert IRIS.training == 120
