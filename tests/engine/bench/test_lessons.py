"""What a product teaches, and what a line may change of what a project gives."""

import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.bench.serve import answer_line
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.bench import BenchLine


@pytest.fixture
def bench() -> Bench:
    """Two matrices that fit, two stacks of them, two vectors."""
    made = Bench()
    made.names.update(a=torch.rand(2, 3), b=torch.rand(3, 4), s=torch.rand(5, 2, 3), t=torch.rand(5, 3, 4))
    made.names.update(v=torch.rand(3), w=torch.rand(3))
    return made


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "a @ b",
            "2 x 3 @ 3 x 4 gives 2 x 4: each number is a row of the left times a column of the right",
        ),
        ("v @ w", "3 @ 3 gives a single number: numbers at the same place are multiplied, 3 products added"),
        ("v @ b", "3 @ 3 x 4 gives 4: each number is the left as one row times a column of the right, 3"),
        ("a @ v", "2 x 3 @ 3 gives 2: each number is a row of the left times the right as one column, 3"),
        ("s @ t", "added up. Matrix by matrix, 5: those at the same place meet, a single one meets all."),
        ("s @ b", "added up. Matrix by matrix, 5: the right is the same for all."),
        ("a @ t", "added up. Matrix by matrix, 5: the left is the same for all."),
        ("a.matmul(b)", "2 x 3 @ 3 x 4 gives 2 x 4"),
        ("torch.mv(a, v)", "2 x 3 @ 3 gives 2"),
        ("v.dot(w)", "3 @ 3 gives a single number"),
        ("torch.bmm(s, t)", "5 x 2 x 3 @ 5 x 3 x 4 gives 5 x 2 x 4"),
    ],
)
def test_a_product_comes_with_its_two_sides(bench: Bench, line: str, said: str) -> None:
    answer, arrays = answer_line(bench, BenchLine(1, line))
    assert answer.lesson is not None
    assert said in answer.lesson.sentence
    assert answer.operands
    assert not answer.lasting
    made, left, right = (torch.from_numpy(array) for array in arrays)
    assert torch.allclose(torch.matmul(left, right), made)


@pytest.mark.parametrize(
    "line", ["a @ b + 1", "torch.relu(a @ b)", "-(a @ b)", "c = a @ b; c += 1", "(a @ b).T", "a @ b * b[:2]"]
)
def test_what_is_made_of_a_product_has_no_sides(bench: Bench, line: str) -> None:
    """Row times column would not give the numbers that are shown."""
    answer, arrays = answer_line(bench, BenchLine(1, line))
    assert not answer.refused
    assert not answer.operands
    assert len(arrays) == 1


def test_a_large_product_is_only_told(bench: Bench) -> None:
    answer, arrays = answer_line(bench, BenchLine(1, "torch.ones(4096, 1) @ torch.ones(1, 4096)"))
    assert answer.lesson is not None
    assert not answer.operands
    assert len(arrays) == 1


def test_what_is_written_into_rows_stays_on_the_bench() -> None:
    """Data are kept in memory for whatever asks next."""
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    names = ("X", "y", "X_validation", "y_validation")
    fresh = Bench(provided_of(project, None, None))
    before = {name: fresh.run(name).value.clone() for name in names}
    bench = Bench(provided_of(project, None, None))
    for name in names:
        assert not bench.run(f"{name}.zero_()").value.any()
    bench.provide(provided_of(project, None, None))
    assert all(torch.equal(bench.run(name).value, before[name]) for name in names)


def test_kinds_of_python_stand_for_dtypes(bench: Bench) -> None:
    assert bench.run("torch.ones(2, dtype=int)").value.dtype == torch.int64
    assert bench.run("torch.tensor([1], dtype=float)").value.dtype == torch.float64
    assert bench.run("a.to(bool)").value.dtype == torch.bool


def test_a_layer_that_pytorch_cannot_print_has_its_class(bench: Bench) -> None:
    answer, _ = answer_line(bench, BenchLine(1, "nn.CrossMapLRN2d(nn.Linear(3, 2))"))
    assert answer.value is not None
    assert answer.value.text == "CrossMapLRN2d(...)"
