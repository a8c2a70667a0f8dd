"""What a project gives to the bench, against the same computed by PyTorch's own words."""

import msgspec
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from nnbuilder.data.load import load
from nnbuilder.data.spec import Split
from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.setup import set_up
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from tests.conftest import SOAK
from tests.engine.drawings import Drawn, chain

IRIS = load_project(resources_folder() / "examples" / "iris.nnb").project


def with_test_rows(project: Project) -> Project:
    """The same with a share of the rows for testing."""
    data = msgspec.structs.replace(project.data, split=Split(0.2, 0.2))
    return msgspec.structs.replace(project, data=data)


@pytest.fixture
def bench() -> Bench:
    """A bench with the iris example."""
    return Bench(provided_of(with_test_rows(IRIS), None, None))


def value(bench: Bench, line: str) -> torch.Tensor:
    """A line's tensor."""
    found = bench.run(line).value
    assert isinstance(found, torch.Tensor)
    return found


@pytest.mark.parametrize(("name", "part"), [("", "train"), ("_validation", "validation"), ("_test", "test")])
def test_rows_of_every_part(bench: Bench, name: str, part: str) -> None:
    project = with_test_rows(IRIS)
    rows = getattr(load(project.data, project.training.seed, None), part)
    assert torch.equal(value(bench, f"X{name}"), torch.from_numpy(rows.x))
    assert torch.equal(value(bench, f"y{name}"), torch.from_numpy(rows.y))


def test_a_part_without_rows_is_said() -> None:
    with pytest.raises(BenchError, match="There are no test rows"):
        Bench(provided_of(IRIS, None, None)).run("X_test")


def test_batches_are_those_of_training(bench: Bench) -> None:
    """The first rows that the trainer's network is given are those of `batches[0]`, and so on."""
    project = with_test_rows(IRIS)
    seen: list[torch.Tensor] = []

    def listen(module: nn.Module, given: tuple[torch.Tensor, ...]) -> None:
        if isinstance(module, nn.Sequential):
            seen.append(given[0].detach().clone())

    hook = register_module_forward_pre_hook(listen)
    steps = Trainer(project, load(project.data, project.training.seed, None)).steps()
    for _ in range(2):
        next(steps)
    hook.remove()
    for number in range(2):
        bench.run(f"x, t = batches[{number}]")
        assert torch.equal(value(bench, "x"), seen[number])
    assert len(bench.run("batches").value) == -(-len(value(bench, "X")) // project.training.batch_size)
    with pytest.raises(BenchError, match="there is no 99"):
        bench.run("batches[99]")


def by_hand(bench: Bench, rows: torch.Tensor, targets: torch.Tensor) -> tuple[list[torch.Tensor], nn.Module]:
    """Each layer's output with its gradient, by PyTorch alone."""
    model = bench.run("model").value
    x = rows.clone().requires_grad_()
    course = [x]
    for layer in model:
        course.append(layer(course[-1]))
        course[-1].retain_grad()
    torch.autograd.backward(nn.CrossEntropyLoss()(course[-1], targets))
    return course, model


def test_a_pass_is_what_pytorch_computes(bench: Bench) -> None:
    rows, targets = value(bench, "X[3:9]"), value(bench, "y[3:9]")
    bench.run("p = trace(X[3:9], y[3:9])")
    course, model = by_hand(bench, rows, targets)
    names = ["input", *(name for name, _ in model.named_children())]
    for name, expected in zip(names, course, strict=True):
        assert torch.equal(value(bench, f'p.activations["{name}"]'), expected.detach())
        assert expected.grad is not None
        assert torch.equal(value(bench, f'p.gradients["{name}"]'), expected.grad)
    for before, name in zip(course, names[1:], strict=False):
        assert torch.equal(value(bench, f'p.inputs["{name}"]'), before.detach())
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        assert torch.equal(value(bench, f'p.gradients["{name}"]'), parameter.grad)
    assert torch.equal(value(bench, "p.loss"), nn.CrossEntropyLoss()(course[-1], targets).detach())


def test_short_words_are_the_first_rows_of_the_data(bench: Bench) -> None:
    assert torch.equal(value(bench, "activations[0]"), value(bench, 'trace("data:0:8").activations["0"]'))
    assert value(bench, 'gradients["0.weight"]').shape == value(bench, "model[0].weight").shape
    assert bench.run("inputs.keys()").value == [name for name, _ in bench.run("model").value.named_children()]


def test_typed_rows_and_targets(bench: Bench) -> None:
    typed = value(bench, 'trace("[[1, 2, 3, 4]]", "2").gradients["input"]')
    course, _ = by_hand(bench, torch.tensor([[1.0, 2.0, 3.0, 4.0]]), torch.tensor([2]))
    assert course[0].grad is not None
    assert torch.equal(typed, course[0].grad)


def test_a_pass_changes_nothing(bench: Bench) -> None:
    """Neither the network, its gradients, nor the random numbers of the lines after it."""
    bench.run("torch.manual_seed(3); w = model[0].weight.clone()")
    drawn = value(bench, "torch.rand(2)")
    bench.run('torch.manual_seed(3); trace("data:0:8", train=True)')
    assert torch.equal(value(bench, "torch.rand(2)"), drawn)
    assert torch.equal(value(bench, "model[0].weight"), value(bench, "w"))
    assert bench.run("model[0].weight.grad").value is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('activations["fc9"]', 'there are "input", "0"'),
        ('trace("[[1, 2]]")', "cannot take"),
        ('trace("[[1], [2, 3]]")', "ragged"),
        ('trace("data:900:")', "names no row"),
        ('trace("/etc/passwd")', "The rows are a tensor, or a text"),
        ('trace("x.npy")', "The rows are a tensor, or a text"),
        ("trace(3)", "The rows are a tensor"),
        ('trace("[[1, 2, 3, 4]]", "x")', "is no target"),
        ('trace("[[1, 2, 3, 4]]").gradients["0"]', "there was no target"),
        ("trace.prepare", "has no .prepare"),
        ("batches._rows", "has no ._rows"),
        ("activations.get", "has no .get"),
    ],
)
def test_refused(bench: Bench, line: str, said: str) -> None:
    with pytest.raises(BenchError, match=said):
        bench.run(line)


def test_a_network_with_problems_is_said() -> None:
    with pytest.raises(BenchError, match="There is no network to look into: The drawing is not one chain"):
        Bench(provided_of(Project(), None, None)).run('activations["0"]')


def test_rows_on_the_device_of_a_training_stay_on_the_cpu() -> None:
    training = msgspec.structs.replace(IRIS.training, device="cuda:7")
    bench = Bench(provided_of(msgspec.structs.replace(IRIS, training=training), None, None))
    assert value(bench, "X").device == value(bench, "model(X)").device == torch.device("cpu")


def test_set_up_agrees(bench: Bench) -> None:
    project = with_test_rows(IRIS)
    setup = set_up(project, load(project.data, project.training.seed, None))
    assert torch.equal(
        value(bench, "loss_function(model(X), y)"), value(bench, "F.cross_entropy(model(X), y)")
    )
    assert torch.equal(value(bench, "X"), setup.train.x)


@settings(max_examples=100 if SOAK else 8, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), max_size=3),
    between=st.sampled_from(["ReLU", "Tanh", "Sigmoid"]),
    seed=st.integers(0, 2**31),
    first=st.integers(0, 100),
    count=st.integers(1, 9),
)
def test_passes_of_random_networks(sizes: list[int], between: str, seed: int, first: int, count: int) -> None:
    inner: list[Drawn] = [part for size in sizes for part in (("Linear", {"out_features": size}), between)]
    drawn = chain(*inner, ("Linear", {"out_features": 3}))
    training = msgspec.structs.replace(IRIS.training, seed=seed)
    bench = Bench(provided_of(msgspec.structs.replace(IRIS, graph=drawn, training=training), None, None))
    rows = f"X[{first}:{first + count}], y[{first}:{first + count}]"
    bench.run(f"p = trace({rows})")
    course, model = by_hand(bench, value(bench, "p.inputs[0]"), value(bench, "p.target"))
    for (name, _), expected in zip(model.named_children(), course[1:], strict=True):
        assert torch.equal(value(bench, f"p.activations[{name}]"), expected.detach())
        assert expected.grad is not None
        assert torch.equal(value(bench, f"p.gradients[{name}]"), expected.grad)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        assert torch.equal(value(bench, f'p.gradients["{name}"]'), parameter.grad)
