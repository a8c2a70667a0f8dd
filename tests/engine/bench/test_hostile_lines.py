"""Lines that want out, or want everything: refused before anything is run, opened or allocated."""

import contextlib
import os
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.bench.shown import text_of
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import resources_folder

HOSTILE = [
    "().__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "torch.ones(1).__class__",
    "torch.ones(1).__reduce_ex__(4)",
    "torch.__builtins__",
    "torch.os.system('true')",
    "torch.load('x')",
    "torch.ones(1).numpy.__globals__",
    "torch.save(1, 'x')",
    "torch.hub.load('a', 'b')",
    "torch.ones(1).apply_(print)",
    "torch.ones(1).data_ptr()",
    "nn.Module",
    "nn.modules.linear",
    "nn.Linear(1, 1).forward.__func__",
    "nn.Linear(1, 1).__dict__",
    "nn.Linear(1, 1)._parameters",
    "nn.Linear(1, 1).apply(print)",
    "nn.Linear(1, 1).register_forward_hook(print)",
    "np.load('x')",
    "np.load('/etc/passwd')",
    "np.load('http://localhost/x.npy')",
    "np.load('//localhost/x.npy')",
    "np.load('x.npy', allow_pickle=True)",
    "np.loadtxt('http://localhost/x.csv')",
    "np.loadtxt('x.csv', converters=nn.ReLU())",
    "np.genfromtxt('/etc/passwd')",
    "np.load.__self__",
    "np.load('x.npy').__class__",
    "np.lib",
    "eval('1')",
    "exec('1')",
    "open('x')",
    "compile('1', '', 'eval')",
    "__import__('os')",
    "__builtins__",
    "getattr(torch, 'load')",
    "globals()",
    "vars()",
    "type(1)",
    "print.__self__",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "f'{1}'",
    "'%s' % 1",
    "'{0.__class__}'.format(1)",
    "'a'.join",
    "import os",
    "from os import system",
    "def f(): pass",
    "class A: pass",
    "while True: pass",
    "for i in 1, 2: i",
    "global x",
    "async def f(): pass",
    "with open('x'): pass",
    "raise ValueError",
    "assert 1",
    "torch.tensor(*[1])",
    "torch.tensor(**{})",
    "torch.zeros(2, out=torch.ones(2))",
    "x.y = 1",
    "__name__ = 1",
    "torch.float32 = 1",
    "b'x'",
    "1j",
    "{1: 2}",
    "{1}",
    "(x := 1)",
    "await 1",
    "yield 1",
    "a, *b = 1, 2",
    "nn.Linear(2, 2).weight.__setstate__",
    "torch.ones(1).share_memory_()",
    "torch.ones(1).register_hook(print)",
    "torch.from_file('x')",
    "torch.jit",
    "optim.LBFGS",
]
ENDLESS = [
    "9**9**9",
    "10**5000",
    "2 * 10**1000 * 10**1000",
    "[0] * 10**9",
    "'a' * 10**9",
    "torch.zeros(100000, 100000)",
    "torch.zeros(10**5, 10**5, dtype=torch.int8)",
    "torch.ones(1).expand(10**6, 10**6)",
    "torch.ones(2, 2).repeat(10**6, 10**6)",
    "torch.arange(10**12)",
    "torch.linspace(0, 1, 10**10)",
    "torch.eye(10**5)",
    "F.one_hot(torch.tensor([10**9]))",
    "nn.Linear(10**6, 10**6)",
    "nn.Embedding(10**9, 100)",
    "torch.ones(10**4, 1) * torch.ones(10**4)",
    "torch.ones(10**4, 1) @ torch.ones(1, 10**4)",
    "torch.einsum('i,j->ij', torch.ones(10**4), torch.ones(10**4))",
    "F.pad(torch.ones(1), (10**9, 10**9))",
    "F.interpolate(torch.ones(1, 1, 2, 2), size=(10**5, 10**5))",
    "torch.ones(10**7).tolist()",
    "list(torch.ones(10**7))",
    "-" * 5000 + "1",
    "(" * 5000 + "1" + ")" * 5000,
    "1" + " + 1" * 20_000,
    "torch.ones(2)" + ".T" * 500,
    "[" * 300 + "]" * 300,
    "x" * 600_000,
    "1" * 5000,
    "torch.ones(4000, 4000) @ torch.ones(4000, 4000)",
    "a = list((1, 2)); a += torch.ones(10**7)",
    "; ".join(["a = list((0, 0))", *["a = list((a, a))"] * 30]),
    "; ".join(["a = (0, 0)", *["a = a + a"] * 30]),
    "; ".join(["a = list((0, 0))", *["a += a"] * 30]),
    "; ".join(["a = (1,)", *["a = (a,)"] * 100]),
    "torch.ones(2, device='meta')",
    "torch.ones(2).to('meta').shape",
    "torch.tensor((-8) ** 0.5)",
    "\x00",
    "\ud800",
]
DANGEROUS = {"exec", "open", "import", "os.system", "subprocess.Popen", "socket.__new__", "ctypes.dlopen"}
heard: list[str] = []
listening: list[bool] = []


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if listening and event in DANGEROUS:
        heard.append(f"{event} {str(args[0])[:80]}")


sys.addaudithook(_listen)


@pytest.fixture
def warm() -> Bench:
    """A bench on which torch has imported what it imports at first use."""
    bench = Bench()
    bench.run("torch.eye(2) @ torch.ones(2, 3)")
    for line in (*HOSTILE, *ENDLESS[:5]):
        try:
            bench.run(line)
        except BenchError:
            continue
    return bench


@pytest.mark.parametrize("line", HOSTILE)
def test_refused_and_nothing_run(warm: Bench, line: str) -> None:
    heard.clear()
    listening.append(True)
    try:
        with pytest.raises(BenchError) as caught:
            warm.run(line)
    finally:
        listening.clear()
    assert heard == []
    assert len(str(caught.value)) > 10


@pytest.mark.parametrize("line", ENDLESS, ids=lambda line: line[:40].encode("ascii", "replace").decode())
def test_refused_before_memory_is_taken(line: str) -> None:
    with pytest.raises(BenchError):
        Bench(seconds=20).run(line)


HOSTILE_TO_A_PROJECT = [
    "trace.__class__",
    "trace._subject",
    "trace.prepare()",
    "trace(trace)",
    "trace(\"__import__('os').system('true')\")",
    "trace(\"[__import__('os')]\")",
    "trace('/etc/passwd')",
    "trace('x.npy')",
    "trace('data:0:8', \"__import__('os')\")",
    "trace('data:0:8').__dict__",
    "trace('data:0:8').activations._tensors",
    "trace('data:0:10000000000000000000000000')[0]",
    "activations['__class__']",
    "activations.__getitem__",
    "gradients['0.weight'].__class__",
    "inputs[model]",
    "batches.__class__",
    "batches._rows",
    "batches['0']",
    "model.get_parameter('__class__')",
    "model.forward.__globals__",
    "model.__dict__",
    "loss_function.__reduce__()",
    "X.__class__",
    "X.numpy().tofile('x')",
    "X.numpy().dump('x')",
]


@pytest.fixture(scope="module")
def iris() -> Bench:
    """A bench with a project, whose names have all been made."""
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    bench = Bench(provided_of(project, None, None))
    bench.run("model(X), loss_function, batches, activations, inputs, gradients, trace('[[1, 2, 3, 4]]')")
    for line in HOSTILE_TO_A_PROJECT:
        with contextlib.suppress(BenchError):
            bench.run(line)
    return bench


@pytest.mark.parametrize("line", HOSTILE_TO_A_PROJECT)
def test_what_a_project_gives_is_no_way_out(iris: Bench, line: str) -> None:
    heard.clear()
    listening.append(True)
    try:
        with pytest.raises(BenchError) as caught:
            iris.run(line)
    finally:
        listening.clear()
    assert heard == []
    assert len(str(caught.value)) > 10


def test_a_file_is_opened_and_nothing_of_it_is_run(tmp_path: Path) -> None:
    """A pickle that would call `os.system` and an archive of objects: opened for reading, and refused."""

    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.system, ("true",)

    (tmp_path / "bomb.npy").write_bytes(pickle.dumps(Bomb()))
    np.savez(tmp_path / "bomb.npz", x=np.array([Bomb()], dtype=object))
    bench = Bench()
    bench.provide({}, tmp_path)
    for line in ("np.load('bomb.npy')", "np.load('bomb.npz')['x']"):
        with pytest.raises(BenchError):
            bench.run(line)
        heard.clear()
        listening.append(True)
        try:
            with pytest.raises(BenchError, match=r"could run code|no array of numbers"):
                bench.run(line)
        finally:
            listening.clear()
        assert {event.split()[0] for event in heard} == {"open"}


def test_no_list_holds_itself() -> None:
    """One that did would have no end; a list that is lengthened is another one."""
    bench = Bench()
    bench.run("a = list((1, 2)); b = a; a += [a]")
    assert bench.names == {"a": [1, 2, [1, 2]], "b": [1, 2]}


def test_lists_in_lists_are_written_as_far_as_anybody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest list there may be: its text ends, and only what it shows is written."""
    written: list[int] = []

    def write(one: torch.Tensor) -> str:
        written.append(one.dim())
        return f"tensor({one.item()})"

    monkeypatch.setattr(torch.Tensor, "__str__", write)
    bench = Bench()
    bench.run("; ".join(["a = list((torch.ones(()), 1))", *["a = list((a, a))"] * 17]))
    text = text_of(bench.names["a"])
    assert text.startswith("[[[[")
    assert len(text) < 11_000
    assert len(written) < 2_000


def test_time_is_limited() -> None:
    line = "; ".join(["x = torch.ones(1500, 1500) @ torch.ones(1500, 1500)"] * 200)
    with pytest.raises(BenchError, match=r"longer than 0\.5 seconds|more than"):
        Bench(seconds=0.5).run(line)


def test_what_is_held_is_limited() -> None:
    bench = Bench()
    for index in range(5):
        bench.run(f"x{index} = torch.zeros(20_000_000, dtype=torch.int8)")
    with pytest.raises(BenchError, match="holds up to"):
        bench.run("y = torch.zeros(20_000_000, dtype=torch.int8)")
    assert "y" not in bench.names


def test_the_largest_tensor_is_allowed() -> None:
    assert Bench().run("torch.zeros(20_000_000, dtype=torch.int8)").value.dtype == torch.int8
