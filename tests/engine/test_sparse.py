"""Sparse gradients: told where the optimizer refuses them, trained with where it does not."""

from pathlib import Path

import msgspec
import pytest
import torch

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.data.load import load
from nnbuilder.data.spec import CsvData, DataProfile, DataSpec
from nnbuilder.engine.build import has_sparse_gradients
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.edits import SetDisabled
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.drawings import answer, codes, fixed, found, project

WORDS = DataProfile("words", "classification", (3,), 64, 64, 0, 0, "", classes=("a", "b"))
ROWS = {"num_embeddings": 9, "embedding_dim": 4, "sparse": True}


def network(layer: str = "Embedding", optimizer: str = "Adam", **args: ArgValue) -> Project:
    """An embedding with sparse gradients before a Linear."""
    layers = ((layer, ROWS), *(("Flatten",) if layer == "Embedding" else ()), ("Linear", {"out_features": 2}))
    subject = project(*layers, dtype="int64")
    return msgspec.structs.replace(subject, training=TrainingConfig(optimizer, args, batch_size=8, epochs=1))


@pytest.fixture
def table(tmp_path: Path) -> DataSpec:
    """Words as whole numbers from 0 to 8."""
    rows = [f"{row % 9},{row * 2 % 9},{row * 5 % 7},{'xy'[row % 2]}" for row in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(("a,b,c,kind", *rows)))
    return DataSpec(CsvData(str(tmp_path / "t.csv"), "kind"), standardize=False)


def train(subject: Project, data: DataSpec) -> None:
    """One epoch on the table."""
    subject = msgspec.structs.replace(subject, data=data)
    for _ in Trainer(subject, load(data, 0, None)).steps():
        pass


@pytest.mark.parametrize("layer", ["Embedding", "EmbeddingBag"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_told_is_what_happens(layer: str, optimizer: str, table: DataSpec) -> None:
    subject = network(layer, optimizer)
    problems = answer(subject, WORDS).problems
    if not problems:
        train(subject, table)
        return
    [problem] = problems
    assert (problem.code, problem.node, problem.arg) == ("sparse-gradients", "n1", "sparse")
    assert problem.torch is not None
    with pytest.raises(TrainingError) as caught:
        train(subject, table)
    assert str(caught.value.__cause__) == problem.torch
    for fix in problem.fixes:
        changed = fixed(subject, fix)
        assert answer(changed, WORDS).problems == ()
        train(changed, table)


def test_both_kinds_of_optimizers_are_there() -> None:
    refusing = [name for name in OPTIMIZERS if codes(network(optimizer=name), WORDS)]
    assert set(OPTIMIZERS) - set(refusing) == {"SGD", "Adagrad", "LBFGS"}


def test_what_the_problem_says() -> None:
    problem = found(network(), "sparse-gradients", WORDS)
    assert problem.message == (
        "Embedding makes sparse gradients, which Adam does not take: training would stop at its first step."
    )
    assert problem.torch == "Adam does not support sparse gradients, please consider SparseAdam instead"
    assert [fix.title for fix in problem.fixes] == [
        "Switch off sparse of Embedding",
        "Use SGD instead of Adam",
    ]
    assert problem.why.endswith(".")
    assert problem.url.endswith("torch.nn.Embedding.html")


def test_arguments_of_an_optimizer_can_refuse_as_well(table: DataSpec) -> None:
    subject = network(optimizer="SGD", weight_decay=0.1)
    problem = found(subject, "sparse-gradients", WORDS)
    assert "which SGD does not take with these arguments:" in problem.message
    [fix] = problem.fixes
    train(fixed(subject, fix), table)
    assert codes(network(optimizer="SGD", momentum=0.9), WORDS) == []


def test_nothing_is_told_of_what_does_not_compute() -> None:
    off = apply_edit(network(), SetDisabled((NodeId("n1"),), disabled=True))
    assert "sparse-gradients" not in codes(off, WORDS)
    assert "sparse-gradients" not in codes(network(lr=-1.0), WORDS)


def test_an_embedding_computes_the_same_without_sparse() -> None:
    plain, sparse = (torch.nn.Embedding(4, 2, sparse=flag) for flag in (False, True))
    sparse.load_state_dict(plain.state_dict())
    for layer in (plain, sparse):
        layer(torch.tensor([0, 2])).square().sum().backward()
        torch.optim.SGD(layer.parameters(), lr=0.1).step()
    assert sparse.weight.grad is not None
    assert sparse.weight.grad.is_sparse
    torch.testing.assert_close(plain.weight, sparse.weight)
    assert has_sparse_gradients(torch.nn.Sequential(sparse))
    assert not has_sparse_gradients(torch.nn.Sequential(plain))


@pytest.mark.parametrize("limit", ["clip_value", "clip_norm"])
def test_sparse_gradients_cannot_be_clipped(limit: str, table: DataSpec) -> None:
    subject = network(optimizer="SGD")
    clipped = msgspec.structs.replace(subject.training, **{limit: 0.5})
    subject = msgspec.structs.replace(subject, training=clipped)
    problem = found(subject, "sparse-gradients", WORDS)
    assert problem.message == (
        "Embedding makes sparse gradients, which cannot be clipped: training would stop at its first step."
    )
    with pytest.raises(TrainingError):
        train(subject, table)
    assert [fix.title for fix in problem.fixes] == [
        "Switch off sparse of Embedding",
        "Leave gradients as they are",
    ]
    for fix in problem.fixes:
        changed = fixed(subject, fix)
        assert answer(changed, WORDS).problems == ()
        train(changed, table)
