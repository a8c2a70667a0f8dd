"""Which layer could not compute a batch."""

import pytest
import torch

from nnbuilder.engine.blame import blame, is_out_of_memory
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from tests.engine.samples import chain, data_of, make_project


def trainer_of(*widths: int, loss: str = "CrossEntropyLoss") -> Trainer:
    """A trainer of Linear layers on moons."""
    graph = chain(*(("Linear", {"out_features": width}) for width in widths), loss=loss)
    project = make_project(graph)
    return Trainer(project, data_of(project))


def test_the_layer_that_fails_is_named_with_torchs_words() -> None:
    trainer = trainer_of(4, 2)
    error = blame(trainer.setup, trainer.model, torch.zeros(3, 7), RuntimeError("mat1 and mat2\nmore"))

    assert error.node == "n1"
    assert str(error) == "Layer n1 cannot compute this batch. PyTorch: mat1 and mat2."


@pytest.mark.parametrize(
    ("widths", "loss", "words"),
    [((4, 1), "CrossEntropyLoss", "out of bounds"), ((2,), "BCELoss", "BCELoss cannot compute")],
)
def test_a_loss_that_fails_is_named(widths: tuple[int, ...], loss: str, words: str) -> None:
    with pytest.raises(TrainingError, match=words) as caught:
        list(trainer_of(*widths, loss=loss).steps())

    assert caught.value.node == "loss"


def test_memory_that_ran_out_is_known_by_its_words() -> None:
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))


def test_memory_that_ran_out_is_no_fault_of_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trainer_of(2)

    def full(_: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("CUDA out of memory")

    monkeypatch.setattr(trainer.model, "forward", full)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(trainer.steps())
