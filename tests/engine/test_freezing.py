"""Frozen layers where torch works: counts, training held against hand-written loops, memory, words."""

import itertools

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.build import BuildError
from nnbuilder.engine.checkpoint import decode_state, encode_state
from nnbuilder.engine.costs import footprint
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import Group, SetFrozen
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.graph.report.memory import OptimizerState, memory_of
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, answer, found, project
from tests.engine.samples import by_hand, chain, data_of, make_project, same_weights

DEEP = chain(
    ("Linear", {"out_features": 6}),
    ("BatchNorm1d", {}),
    ("Tanh", {}),
    ("Linear", {"out_features": 5}),
    ("Tanh", {}),
    ("Linear", {"out_features": 2}),
)
HOLDING = (0, 1, 3, 5)
"""The layers of it that have parameters."""


def deep(frozen: tuple[int, ...]) -> nn.Sequential:
    """What `DEEP` is in a script, with these layers frozen."""
    torch.manual_seed(0)
    layers = (nn.Linear(2, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 2))
    model = nn.Sequential(*layers)
    for index in frozen:
        model[index].requires_grad_(False)
    return model


def frozen_project(frozen: tuple[int, ...], optimizer: str = "Adam", **training: object) -> Project:
    """The same as a project."""
    keys = tuple(NodeId(f"n{index + 1}") for index in frozen)
    graph = SetFrozen(keys, frozen=True).apply(DEEP) if keys else DEEP
    subject = make_project(graph, optimizer=optimizer, epochs=2)
    return msgspec.structs.replace(subject, training=msgspec.structs.replace(subject.training, **training))


def trained_of(model: nn.Module) -> list[nn.Parameter]:
    """What a script gives its optimizer."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


@settings(max_examples=12)
@given(st.sets(st.sampled_from(HOLDING), max_size=3), st.sampled_from(["Adam", "SGD", "RMSprop", "AdamW"]))
def test_any_layers_frozen_train_as_a_hand_written_loop_does(frozen: set[int], name: str) -> None:
    layers = tuple(sorted(frozen))
    model = deep(layers)
    extra = {"fused": True} if OPTIMIZERS[name].fused else {}
    optimizer = getattr(torch.optim, name)(trained_of(model), lr=0.01, **extra)
    subject = frozen_project(layers, name)
    wanted = list(by_hand(model, optimizer, nn.CrossEntropyLoss(), subject))
    trainer = Trainer(subject, data_of(subject))
    start = {key: value.clone() for key, value in trainer.model.named_parameters()}

    assert [result.loss for result in trainer.steps()] == wanted
    assert same_weights(trainer.model, model)
    for key, value in trainer.model.named_parameters():
        assert int(key[0]) not in frozen or torch.equal(value, start[key])


@pytest.mark.parametrize("name", ["Adadelta", "Adagrad", "Rprop", "LBFGS", "Adafactor", "NAdam"])
def test_no_optimizer_moves_a_frozen_layer(name: str) -> None:
    subject = frozen_project((0, 3), name)
    trainer = Trainer(subject, data_of(subject))
    start = {key: value.clone() for key, value in trainer.model.named_parameters()}
    for _ in itertools.islice(trainer.steps(), 6):
        pass
    moved = {
        key.partition(".")[0]
        for key, value in trainer.model.named_parameters()
        if not torch.equal(value, start[key])
    }
    assert moved >= {"1", "5"}
    assert not moved & {"0", "3"}


def test_weight_decay_l1_and_clipping_leave_it_alone() -> None:
    decay = {"lr": 0.01, "weight_decay": 0.1}
    subject = frozen_project((0, 5), "SGD", l1=0.01, clip_norm=0.5, optimizer_args=decay)
    trainer = Trainer(subject, data_of(subject))
    model = deep((0, 5))
    optimizer = torch.optim.SGD(trained_of(model), lr=0.01, weight_decay=0.1, fused=True)
    for result in itertools.islice(trainer.steps(), 5):
        x, y = trainer.batch or (torch.empty(0), torch.empty(0))
        loss = nn.functional.cross_entropy(model(x), y)
        size = torch.stack([weight.abs().sum() for weight in trained_of(model)]).sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss + 0.01 * size)
        nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        assert result.loss == loss.item()
    assert same_weights(trainer.model, model)


def test_it_goes_on_from_a_checkpoint_bit_by_bit() -> None:
    subject = frozen_project((0,))
    whole = Trainer(subject, data_of(subject))
    losses = [result.loss for result in whole.steps()]
    first = Trainer(subject, data_of(subject))
    for _ in itertools.islice(first.steps(), 3):
        pass
    kept = decode_state(encode_state(first.state()))
    second = Trainer(subject, data_of(subject))
    second.restore(kept)
    assert [result.loss for result in second.steps()] == losses[3:]
    assert same_weights(second.model, whole.model)


def test_a_frozen_group_freezes_what_lies_in_it() -> None:
    graph = Group((NodeId("n1"), NodeId("n2")), Node(NodeId("g"), GROUP)).apply(DEEP)
    subject = make_project(SetFrozen((NodeId("g"),), frozen=True).apply(graph))
    trainer = Trainer(subject, data_of(subject))
    assert {name for name, one in trainer.model.named_parameters() if not one.requires_grad} == {
        "0.0.weight", "0.0.bias", "0.1.weight", "0.1.bias",
    }  # fmt: skip
    layers = answer(subject, data_of(subject).profile).analysis
    assert (layers.parameters, layers.trainable) == (30 + 35 + 12, 35 + 12)
    assert [(one.id, one.trainable) for one in layers.every() if one.parameters and not one.trainable] == [
        ("g", 0), ("n1", 0), ("n2", 0),
    ]  # fmt: skip


def test_a_network_frozen_as_a_whole_is_said_and_mended() -> None:
    linear = ("Linear", {"out_features": 3})
    subject = apply_edit(
        project(linear, "ReLU", linear), SetFrozen((NodeId("n1"), NodeId("n3")), frozen=True)
    )
    problem = found(subject, "all-frozen", IRIS)
    assert "nothing to change" in problem.message
    (fix,) = problem.fixes
    for edit in fix.edits:
        subject = apply_edit(subject, edit)
    assert answer(subject, IRIS).problems == ()
    still = frozen_project(HOLDING)
    with pytest.raises(BuildError, match="all of them are frozen"):
        Trainer(still, data_of(still))


def test_memory_follows_what_torch_keeps() -> None:
    """A frozen layer has no gradients and no optimizer state, and needs nothing of its input kept."""
    fed, args = TensorType((None, 8)), {"in_features": 8, "out_features": 4, "bias": True}
    usual = footprint(LAYERS["Linear"], args, fed)
    still = footprint(LAYERS["Linear"], args, fed, frozen=True)
    assert usual is not None
    assert still is not None
    assert (usual.gradients, usual.keeps_input) == (4 * 36, True)
    assert (still.gradients, still.tensors, still.keeps_input, still.weights) == (0, 0, False, 4 * 36)
    subject = frozen_project((0, 1))
    layers = answer(subject, data_of(subject).profile).analysis
    memory = memory_of(layers.layers, layers.input, 16, OptimizerState(8, 4))
    assert [(one.gradients, one.state, one.activations) for one in memory.layers.values()][:2] == [
        (0, 0, 0)
    ] * 2
    assert memory.layers[NodeId("n4")].gradients == 4 * 35


def test_the_catalogue_knows_which_layers_can_be_frozen() -> None:
    """Held against torch in `tests.catalog`: a formula for each layer that has parameters."""
    assert {name for name, spec in LAYERS.items() if spec.count} >= {
        "Linear",
        "Conv2d",
        "PReLU",
        "LSTM",
        "Embedding",
    }
