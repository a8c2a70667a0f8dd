"""The training loop, held against hand-written PyTorch."""

import dataclasses
import math

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.data.prepare import Part
from nnbuilder.data.spec import BuiltinData
from nnbuilder.engine.checkpoint import decode_state, encode_state
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from tests.engine.samples import CLASSIFIER, by_hand, chain, data_of, make_project, regression, same_weights


def trainer_of(project: Project) -> Trainer:
    """A trainer at the start."""
    return Trainer(project, data_of(project))


def losses_of(trainer: Trainer) -> list[float]:
    """The losses of all steps that are left."""
    return [result.loss for result in trainer.steps()]


def hand_written_classifier() -> nn.Sequential:
    """What `CLASSIFIER` is in a script."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(p=0.3), nn.Linear(8, 2))


def test_losses_and_weights_equal_a_hand_written_loop() -> None:
    project = make_project(epochs=5)
    model = hand_written_classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    wanted = list(by_hand(model, optimizer, nn.CrossEntropyLoss(), project))

    trainer = trainer_of(project)

    assert losses_of(trainer) == wanted
    assert same_weights(trainer.model, model)


@pytest.mark.parametrize("name", [name for name, spec in OPTIMIZERS.items() if not spec.asks_again])
def test_every_optimizer_equals_a_hand_written_loop(name: str) -> None:
    project = make_project(optimizer=name)
    model = hand_written_classifier()
    extra = {"fused": True} if OPTIMIZERS[name].fused else {}
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01, **extra)

    wanted = list(by_hand(model, optimizer, nn.CrossEntropyLoss(), project))

    assert losses_of(trainer_of(project)) == wanted


def test_two_classes_with_one_output_equal_a_hand_written_loop() -> None:
    project = make_project(chain(("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss"))
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)

    wanted = list(by_hand(model, optimizer, nn.BCEWithLogitsLoss(), project))

    assert losses_of(trainer_of(project)) == wanted


def test_values_equal_a_hand_written_loop() -> None:
    project = regression()
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(10, 4), nn.Tanh(), nn.Linear(4, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)

    wanted = list(by_hand(model, optimizer, nn.MSELoss(), project))

    assert losses_of(trainer_of(project)) == wanted


def test_the_seed_decides_everything() -> None:
    trainers = [trainer_of(make_project(seed=0))]
    losses = [losses_of(trainers[0])]
    for seed in (0, 1):
        trainers.append(trainer_of(make_project(seed=seed)))
        losses.append(losses_of(trainers[-1]))

    assert losses[0] == losses[1]
    assert same_weights(trainers[0].model, trainers[1].model)
    assert not same_weights(trainers[0].model, trainers[2].model)


@pytest.mark.parametrize("steps", [1, 4, 5, 7])
def test_rewinding_gives_the_same_training_again(steps: int) -> None:
    trainer = trainer_of(make_project())
    start = trainer.state().copy()
    going = trainer.steps()
    first = [next(going).loss for _ in range(steps)]
    trainer.rewind()

    assert all(torch.equal(start.tensors[name], tensor) for name, tensor in trainer.state().tensors.items())
    assert losses_of(trainer)[:steps] == first


@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
@pytest.mark.parametrize("steps", range(15))
def test_going_on_from_any_step_is_bit_equal(steps: int, optimizer: str) -> None:
    project = make_project(optimizer=optimizer, weight_decay=0.1)
    if optimizer == "SGD":
        project = make_project(optimizer=optimizer, momentum=0.9)
    whole, first, second = (trainer_of(project) for _ in range(3))
    wanted = list(whole.steps())
    first.rewind()
    going = first.steps()
    for _ in range(steps):
        next(going)
    saved = encode_state(first.state())
    torch.manual_seed(99)

    second.restore(decode_state(saved))

    told = [repr(step) for step in second.steps()]  # a repr tells every bit of a float, and counts whole
    assert told == [repr(step) for step in wanted[steps:]]
    assert same_weights(second.model, whole.model)


def test_values_go_on_bit_equal_with_their_epoch_metric() -> None:
    project = regression()
    wanted = list(trainer_of(project).steps())
    first, second = trainer_of(project), trainer_of(project)
    going = first.steps()
    for _ in range(30):
        next(going)
    second.restore(decode_state(encode_state(first.state())))

    assert [repr(step) for step in second.steps()] == [repr(step) for step in wanted[30:]]


def test_leaving_the_steps_and_asking_for_new_ones_changes_nothing() -> None:
    trainer = trainer_of(make_project())
    found = []
    while not trainer.finished:
        found.append(next(trainer.steps()).loss)

    assert found == losses_of(trainer_of(make_project()))


def test_an_epoch_is_summed_up_over_its_rows() -> None:
    trainer = trainer_of(make_project(epochs=1))
    results = list(trainer.steps())
    end = results[-1].epoch_end
    sizes = [16, 16, 16, 16, 8]

    assert [result.epoch_end for result in results[:-1]] == [None] * 4
    assert end is not None
    assert (end.epoch, end.step) == (1, 5)
    assert end.train_loss == pytest.approx(np.average([result.loss for result in results], weights=sizes))
    assert end.train_metric == pytest.approx(np.average([result.metric for result in results], weights=sizes))
    assert end.validation_loss == trainer.evaluate("validation").loss
    assert end.validation_metric == trainer.evaluate("validation").metric


def test_steps_and_epochs_are_counted() -> None:
    trainer = trainer_of(make_project())
    results = list(trainer.steps())

    assert [result.step for result in results] == list(range(1, 16))
    assert [result.epoch for result in results] == [1] * 5 + [2] * 5 + [3] * 5
    assert (trainer.step, trainer.epoch, trainer.finished) == (15, 3, True)
    assert list(trainer.steps()) == []


def test_a_loss_that_is_not_finite_leaves_the_network_as_it_was() -> None:
    project = make_project(chain(("Linear", {"out_features": 2})))
    data = data_of(project)
    infinite = Part(np.full_like(data.train.x, np.inf), data.train.y)
    trainer = Trainer(project, dataclasses.replace(data, train=infinite))
    before = trainer.state().copy()
    result = next(trainer.steps())

    assert not math.isfinite(result.loss)
    assert math.isnan(result.metric)
    assert trainer.step == 1
    assert all(
        torch.equal(before.tensors[name], tensor)
        for name, tensor in trainer.state().tensors.items()
        if name.startswith("model.")
    )


def test_layers_with_parameters_are_named_by_their_nodes() -> None:
    trainer = trainer_of(make_project(chain(*CLASSIFIER)))

    assert [node for node, _ in trainer.layers] == ["n1", "n2", "n5"]


def test_threads_come_from_the_configuration() -> None:
    project = make_project()
    trainer_of(
        msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, threads=2))
    )
    assert torch.get_num_threads() == 2

    trainer_of(project)
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(
    ("project", "words"),
    [
        (Project(), "not one chain"),
        (make_project(chain(("Linear", {"out_features": 2}), loss="MSELoss")), "does not fit the target"),
        (
            make_project(chain(("Linear", {"out_features": 1})), BuiltinData("diabetes")),
            "does not fit the target",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_with_a_sentence(project: Project, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        trainer_of(project)


@pytest.mark.parametrize("device", ["cuda:77", "nonsense", "meta", "hpu"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    project = make_project()
    training = msgspec.structs.replace(project.training, device=device)

    with pytest.raises(TrainingError, match=f"The device {device} cannot be used here: .* Use cpu"):
        trainer_of(msgspec.structs.replace(project, training=training))


def test_an_input_that_does_not_fit_the_data_is_refused() -> None:
    graph = chain(("Linear", {"out_features": 2}))
    nodes = {**graph.nodes}
    first = next(iter(nodes.values()))
    nodes[first.id] = msgspec.structs.replace(first, args={"shape": (3,)})

    with pytest.raises(TrainingError, match="Input takes N×3") as caught:
        trainer_of(make_project(msgspec.structs.replace(graph, nodes=nodes)))

    assert caught.value.node == "in"
