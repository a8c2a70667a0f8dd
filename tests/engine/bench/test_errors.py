"""What the bench says of lines that PyTorch refuses: its text, what clashes, and a line that works."""

import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError


@pytest.fixture
def bench() -> Bench:
    """Two whole-number matrices, 2 x 3 and 3 x 2."""
    made = Bench()
    made.names.update(a=torch.arange(6).reshape(2, 3), b=torch.ones(3, 2))
    return made


def refused(bench: Bench, line: str) -> BenchError:
    """The error of a line."""
    with pytest.raises(BenchError) as caught:
        bench.run(line)
    return caught.value


@pytest.mark.parametrize(
    ("line", "said", "torch_text", "instead"),
    [
        ("a + b", "3 and 2 clash in dimension 1", "must match the size", "a + b.T"),
        ("a @ a", "3 columns, the right 2 rows", "shapes cannot be multiplied (2x3 and 2x3)", "a @ a.T"),
        ("a @ b", "dtypes clash", "same dtype", "a.float() @ b"),
        ("a + [1, 2, 3]", "not a tensor", "unsupported operand", "a + torch.tensor([1, 2, 3])"),
        ("[[1, 2]].shape", "not a tensor", "no attribute 'shape'", "torch.tensor([[1, 2]]).shape"),
        ("a.mean()", "fraction", "could not infer output dtype", "a.float().mean()"),
        ("a.reshape(4, 2)", "8 places, but there are 6", "invalid for input of size 6", "a.reshape(-1, 2)"),
        ("a.T.view(6)", "no view", "view size is not compatible", "a.T.reshape(6)"),
        ("a[7]", "there is no 7", "out of bounds", ""),
        ("a.sum(dim=2)", "There are 2 dimensions", "Dimension out of range", ""),
        ("torch.tensor([[1, 2], [3]])", "[1] is 1 long, but [0] is 2 long", "expected sequence", ""),
        ("[1, [2, 3]]", "[1] is 2 long, but [0] is no list", "as an integer", ""),
        ("torch.tensor([1.0, [2]])", "[1] is 1 long, but [0] is no list", "must be real number", ""),
        ("torch.tensor([b, b])", "are tensors already", "one element", "torch.stack([b, b])"),
        ("torch.tensor(1, 2)", "as one list", "positional argument", "torch.tensor([1, 2])"),
        ("[10**30]", "up to 9,223,372,036,854,775,807", "Overflow", ""),
        ("b[torch.inf]", "PyTorch refuses b[torch.inf]", "only integers", ""),
        ("torch.zeros(torch.nan)", "PyTorch refuses torch.zeros(torch.nan)", "must be tuple of ints", ""),
        ("torch.zeros(2.0, torch.inf)", "write 2, not 2.0", "positional argument", ""),
        ("b[0].mT", "PyTorch refuses b[0].mT", "only supported on matrices", ""),
        ("nn.Sequential(nn.ReLU()) * 10**18", "no place in arithmetic", "", ""),
        ("torch.tensor([[1, 2], [3, 4]", "never closed", "", "torch.tensor([[1, 2], [3, 4]])"),
        ("b.sum(dim=0", "'(' was never closed", "", "b.sum(dim=0)"),
        ("b.reshape(3, (2]", "does not match", "", ""),
        ("torch.tensor([1, 2 3", "", "", ""),
        ("len", "len is a function", "", ""),
        ("torch.tensor([1, 'x'])", "text among the numbers", "invalid data type 'str'", ""),
        (
            "a.requires_grad_()",
            "have no slope",
            "can require gradients|floating point",
            "a.float().requires_grad_()",
        ),
        (
            "nn.Embedding(9, 2)(b)",
            "Whole numbers (int64) are needed",
            "scalar types: Long",
            "nn.Embedding(9, 2)(b.long())",
        ),
        ("nn.ReLU", "class of a layer", "", "nn.ReLU()"),
        ("nn.ReLU(b)", "second pair of parentheses", "", "nn.ReLU()(b)"),
        ("b.sum", "needs its parentheses", "", "b.sum()"),
        ("b.shpae", "did you mean .shape", "no attribute", "b.shape"),
        ("torch.tenser([1])", "did you mean torch.tensor", "", "torch.tensor([1])"),
        ("torch.zeros(1e2, 2)", "write 100, not 100.0", "positional argument", "torch.zeros(100, 2)"),
        ("b.backward()", "Nothing in it asks for gradients", "does not require grad", ""),
        (
            "nn.Linear(3, 2)(torch.ones(2, 4))",
            "takes 3 numbers in a row, and these rows have 4",
            "multiplied",
            "",
        ),
        ("torch.cat(b, b)", "as one list", "tuple of Tensors", "torch.cat([b, b])"),
        ("nn.MSELoss(b, b)", "second pair of parentheses", "", "nn.MSELoss()(b, b)"),
        ("nn.Conv2d(3, 8, 3)(torch.ones(1, 1, 8, 8))", "takes 3 channels", "expected input", ""),
        ("if a: b", "Only expressions", "", ""),
        ("a * [1, 2, 3]", "not a tensor", "only integer tensors", "a * torch.tensor([1, 2, 3])"),
        ("[[1, 2, 3]] @ b", "not a tensor", "unsupported operand", "torch.tensor([[1, 2, 3]]).float() @ b"),
        ("[[1, 2]] @ a", "not a tensor", "unsupported operand", "torch.tensor([[1, 2]]) @ a"),
        ("[[1]] @ [[2]]", "not a tensor", "unsupported operand", ""),
        ("a.shape()", "is a value, no function", "", "a.shape"),
        ("1 + b.T().sum()", "is a value, no function", "", "1 + b.T.sum()"),
        ("b.dtype(1)", "is a value, no function", "", ""),
        ("a.item()", "has 6 numbers", "cannot be converted to Scalar", "a.tolist()"),
        ("a.reshape(4)", "[4] has 4 places, but there are 6 numbers", "invalid for input", ""),
    ],
)
def test_said(bench: Bench, line: str, said: str, torch_text: str, instead: str) -> None:
    error = refused(bench, line)
    assert said in str(error)
    assert any(part in error.torch for part in torch_text.split("|"))
    assert bench.suggest(error) == instead


def test_place_in_letters(bench: Bench) -> None:
    """Places count letters, not the bytes that `ast` counts."""
    error = refused(bench, "'äöü'; a @ a")
    assert (error.place.start, error.place.end) == (7, 12)


def test_a_suggestion_that_would_not_work_is_not_made(bench: Bench) -> None:
    error = refused(bench, "torch.zeros(1e5, 1e5)")
    assert error.instead == "torch.zeros(100000, 100000)"
    assert bench.suggest(error) == ""


def test_broadcasting_is_told(bench: Bench) -> None:
    lesson = bench.run("b * torch.tensor([1., 2.])").lesson
    assert lesson is not None
    assert lesson.stretched == ((), (0,))
    assert lesson.sentence == "Broadcast to 3 x 2: the right (2) was repeated along dimension 0."
    both = bench.run("torch.ones(2, 1) + torch.ones(3)").lesson
    assert both is not None
    assert both.stretched == ((1,), (0,))


def test_a_product_is_told(bench: Bench) -> None:
    lesson = bench.run("a.float() @ b").lesson
    assert lesson is not None
    assert lesson.sentence.startswith("2 x 3 @ 3 x 2 gives 2 x 2: ")
    assert lesson.left is not None
    assert lesson.right is not None
    assert torch.equal(lesson.left @ lesson.right, torch.tensor([[3.0, 3.0], [12.0, 12.0]]))


def test_numpys_wide_numbers_are_told(bench: Bench) -> None:
    assert "float64" in bench.run("torch.from_numpy(np.array([1., 2.]))").notes[0]
