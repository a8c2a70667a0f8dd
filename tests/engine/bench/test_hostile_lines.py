"""Lines that want out, or want everything: refused before anything is run, opened or allocated."""

import sys
from typing import Any

import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError

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
