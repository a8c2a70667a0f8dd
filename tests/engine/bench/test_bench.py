"""Lines of the bench against the same lines in Python, and what becomes of those that go wrong."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError

A = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = torch.tensor([[0.5, -1.0], [2.0, 0.0], [1.5, 3.0]])
ROW = torch.tensor([10.0, 20.0, 30.0])
K = torch.tensor([0, 2])


@pytest.fixture
def bench() -> Bench:
    """A bench with a few tensors."""
    made = Bench()
    made.names.update(A=A.clone(), B=B.clone(), row=ROW.clone(), k=K.clone())
    return made


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A + row", A + ROW),
        ("A - 1", A - 1),
        ("2 * A / row ** 2", 2 * A / ROW**2),
        ("A @ B", A @ B),
        ("-A.T", -A.T),
        ("A[:, 1:]", A[:, 1:]),
        ("A[-1, ::2]", A[-1, ::2]),
        ("A[..., None].shape", (A[..., None]).shape),
        ("A[A > 2]", A[A > 2]),
        ("A.reshape(3, 2)", A.reshape(3, 2)),
        ("A.view(-1)", A.view(-1)),
        ("A.permute(1, 0)", A.permute(1, 0)),
        ("torch.cat([A, A], dim=1)", torch.cat([A, A], dim=1)),
        ("torch.stack((row, row))", torch.stack((ROW, ROW))),
        ("A.sum()", A.sum()),
        ("A.mean(dim=0)", A.mean(dim=0)),
        ("torch.std(A, dim=1)", A.std(dim=1)),
        ("A.min(dim=1).indices", A.min(dim=1).indices),
        ("A.max()", A.max()),
        ("A.argmax(dim=1, keepdim=True)", A.argmax(dim=1, keepdim=True)),
        ("torch.softmax(A, dim=-1)", A.softmax(-1)),
        ("softmax(A, dim=-1).sum(dim=-1)", A.softmax(-1).sum(-1)),
        ("torch.sigmoid(A)", A.sigmoid()),
        ("F.relu(A - 3)", functional.relu(A - 3)),
        ("one_hot(k, 3)", functional.one_hot(K, 3)),
        ("F.cross_entropy(A, k)", functional.cross_entropy(A, K)),
        ("nn.CrossEntropyLoss()(A, k)", functional.cross_entropy(A, K)),
        ("nn.MSELoss()(A, A + 1)", torch.tensor(1.0)),
        ("A.int()", A.int()),
        ("A.to(torch.float64)", A.double()),
        ("A >= 3", A >= 3),
        ("(A > 1) & (A < 5)", (A > 1) & (A < 5)),
        ("torch.tensor([[1, 2], [3, 4]])", torch.tensor([[1, 2], [3, 4]])),
        ("torch.from_numpy(np.array([1.5, 2.5]))", torch.from_numpy(np.array([1.5, 2.5]))),
        ("torch.zeros(2, 3)", torch.zeros(2, 3)),
        ("torch.full((2, 2), 7)", torch.full((2, 2), 7)),
        ("torch.arange(0, 10, 3)", torch.arange(0, 10, 3)),
        ("torch.linspace(0, 1, 5)", torch.linspace(0, 1, 5)),
        ("torch.eye(3)", torch.eye(3)),
        ("nn.Flatten()(A)", A),
    ],
)
def test_same_as_torch(bench: Bench, line: str, expected: object) -> None:
    value = bench.run(line).value
    if isinstance(expected, torch.Tensor):
        assert value.dtype == expected.dtype
        assert torch.equal(value, expected)
    else:
        assert value == expected


def test_seeds_are_torchs_own(bench: Bench) -> None:
    value = bench.run("torch.manual_seed(7); layer = nn.Linear(3, 2); layer(A) + torch.randn(2, 2)").value
    torch.manual_seed(7)
    layer = nn.Linear(3, 2)
    assert torch.equal(value, layer(A) + torch.randn(2, 2))
    assert torch.equal(bench.run("layer.weight").value, layer.weight)
    assert bench.run("layer.out_features").value == 2


def test_one_update_by_hand(bench: Bench) -> None:
    """`w -= lr * grad` on the bench is what torch.optim.SGD does."""
    bench.run("w = torch.ones(3, 2, requires_grad=True)")
    bench.run("loss = ((A @ w) ** 2).mean()")
    bench.run("loss.backward()")
    bench.run("with torch.no_grad(): w -= 0.125 * w.grad")
    weight = nn.Parameter(torch.ones(3, 2))
    optimizer = torch.optim.SGD([weight], lr=0.125)
    torch.autograd.backward(((A @ weight) ** 2).mean())
    optimizer.step()
    assert weight.grad is not None
    assert torch.equal(bench.run("w.grad").value, weight.grad)
    assert torch.equal(bench.run("w").value, weight)


def test_optimizer_steps(bench: Bench) -> None:
    bench.run("torch.manual_seed(1); net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3))")
    bench.run("opt = torch.optim.Adam(net.parameters(), lr=0.01)")
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(3):
        bench.run("opt.zero_grad(); loss = F.cross_entropy(net(A), k); loss.backward(); opt.step()")
        opt.zero_grad()
        torch.autograd.backward(functional.cross_entropy(net(A), K))
        opt.step()
    assert torch.equal(bench.run("net[0].weight").value, net.get_parameter("0.weight"))


def test_part_of_a_tensor_is_set(bench: Bench) -> None:
    bench.run("A[0, :2] = 9")
    assert bench.run("A[0]").value.tolist() == [9.0, 9.0, 3.0]


def test_a_refused_line_leaves_all_names(bench: Bench) -> None:
    with pytest.raises(BenchError):
        bench.run("A = row; c = A @ B @ B")
    assert torch.equal(bench.names["A"], A)
    assert "c" not in bench.names


def test_names_are_made_when_used() -> None:
    made: list[str] = []

    def model() -> nn.Module:
        made.append("model")
        return nn.Identity()

    told: list[str] = []
    bench = Bench({"model": model})
    bench.on_making = told.append
    bench.run("x = torch.ones(2)")
    assert not made
    assert bench.run("model(x).sum()").value == 2
    assert made == ["model"]
    assert told == ["model", ""]
    bench.run("model(x)")
    assert told == ["model", ""]


def test_words_of_pytorch_stay_theirs(bench: Bench) -> None:
    with pytest.raises(BenchError, match="take another name"):
        bench.run("torch = 3")


def test_names_are_removed(bench: Bench) -> None:
    bench.run("del A")
    with pytest.raises(BenchError, match="There is no A here"):
        bench.run("A")


@pytest.mark.parametrize(
    ("line", "expected", "said"),
    [
        (
            "[[1, 2, 3], [4, 5, 6]]",
            torch.tensor([[1, 2, 3], [4, 5, 6]]),
            "torch.tensor([[1, 2, 3], [4, 5, 6]])",
        ),
        ("t = [1.5, -2]", torch.tensor([1.5, -2]), "float32, as numbers with a point are"),
        ("[True, False]", torch.tensor([True, False]), "bool, because all are True or False"),
    ],
)
def test_a_typed_list_becomes_a_tensor(bench: Bench, line: str, expected: torch.Tensor, said: str) -> None:
    done = bench.run(line)
    assert torch.equal(done.value, expected)
    assert done.notes[0].startswith("A Python list is not a tensor, so ")
    assert said in done.notes[0]


def test_a_list_inside_a_line_stays_a_list(bench: Bench) -> None:
    """Python's own rules hold wherever a list is part of something."""
    assert bench.run("s = [3, 2]; A.reshape(s).shape").value == (3, 2)
    assert bench.run("[A, B]").value[1] is bench.names["B"]
    assert torch.equal(bench.run("torch.cat([A, A])").value, torch.cat([A, A]))


@pytest.mark.parametrize(
    ("line", "said", "instead"),
    [
        ("[[1, 2], [3]]", "[1] is 1 long, but [0] is 2 long", ""),
        ("w = [1, [2, 'x']]", "[1][1] is 'x'", ""),
        ("[[1 2 3]\n [4 5 6]]", "commas", "[[1, 2, 3], [4, 5, 6]]"),
        ("a = [1. -2. .5]", "commas", "a = [1., -2., .5]"),
    ],
)
def test_lists_that_are_no_tensor(bench: Bench, line: str, said: str, instead: str) -> None:
    with pytest.raises(BenchError) as caught:
        bench.run(line)
    assert said in str(caught.value)
    assert bench.suggest(caught.value) == instead


@pytest.mark.parametrize(
    ("line", "lasting"),
    [
        ("A + 1", False),
        ("A", False),
        ("A = A + 1", True),
        ("a = 1", True),
        ("torch.rand(2)", True),
        ("torch.manual_seed(3)", True),
        ("A.add_(1)", True),
        ("A[0] = 9", True),
        ("A += 1", True),
        ("del A", True),
        ("A.requires_grad_()", True),
        ("A.requires_grad = True", True),
        ("A.grad = None", True),
        ("A.softmax(-1).sum()", False),
    ],
)
def test_what_later_lines_may_depend_on(bench: Bench, line: str, lasting: bool) -> None:
    assert bench.run(line).lasting is lasting


def test_a_refused_line_leaves_the_random_numbers(bench: Bench) -> None:
    bench.run("torch.manual_seed(5)")
    with pytest.raises(BenchError):
        bench.run("torch.rand(3) @ A @ A")
    assert not bench.touched
    drawn = bench.run("torch.rand(3)").value
    torch.manual_seed(5)
    assert torch.equal(drawn, torch.rand(3))


def test_a_refused_line_that_changed_a_tensor_says_so(bench: Bench) -> None:
    with pytest.raises(BenchError):
        bench.run("A.add_(1); A @ A")
    assert bench.touched
