"""Pasted text of an attacker: refused within a second, with a place, and nothing of it ever runs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnbuilder.interop.python_reader import read_source
from tests.quiet import no_collection

SECONDS = 1.0
"""Of processor time: other programs may keep a test waiting."""

HARMLESS = {"sys._getframe", "object.__getattr__", "object.__setattr__", "object.__delattr__"}
"""What Python itself reports; beside it only `ast.parse` of a text without a file may be heard."""

_heard: list[list[str]] = []


def _listen(event: str, args: tuple[object, ...]) -> None:
    """Writes down what Python does while somebody listens; a hook stays for ever."""
    parsing = (event == "compile" and args[1] == "") or (event == "open" and args[0] == "")
    if _heard and event not in HARMLESS and not parsing:
        _heard[-1].append(f"{event} {args!r:.200}")


sys.addaudithook(_listen)


@contextmanager
def silence() -> Iterator[None]:
    """Fails if anything is imported, opened, started or executed inside; collects no garbage there."""
    heard: list[str] = []
    _heard.append(heard)
    try:
        with no_collection():
            yield
    finally:
        _heard.remove(heard)
    assert heard == []


INSIDE = [
    "os.system('touch /tmp/owned')",
    "__import__('os').system('true')",
    "(lambda: nn.ReLU())()",
    "eval('nn.ReLU()')",
    "[nn.ReLU() for _ in range(10**9)]",
    "*[nn.ReLU() for _ in range(10**9)]",
    "*[nn.ReLU()] * 10**9",
    "*[[nn.ReLU() for a in range(4000)] for b in range(4000)]",
    "nn.Linear(9**9**9, 3)",
    "nn.Linear(10**400, 3)",
    "nn.Linear(2**63 * 2**63, 3)",
    "nn.Linear(1 << 4000000, 3)",
    "nn.Linear('A' * 10**10, 3)",
    "nn.Linear(0x" + "f" * 100_000 + ", 3)",
    "nn.Linear(" + "9" * 5000 + ", 3)",
    "nn.Linear(1e999, 3)",
    "nn.Linear(1 // 0, 3)",
    "nn.Linear(f'{os.getcwd()}', 3)",
    "nn.Linear(x := 9**9**9, 3)",
    "nn.Linear(int('3'), 3)",
    "nn.Linear(().__class__.__bases__[0].__subclasses__(), 3)",
    "nn.Linear(4, 3, bias=print('x'))",
    "nn.__dict__['Linear'](4, 3)",
    "nn.modules.linear.Linear(4, 3)",
    "getattr(nn, '__dict__')['Linear'](4, 3)",
    "getattr(torch, 'load')('a.pth')",
    "getattr(os, 'system')('true')",
    "type('X', (), {})()",
    "*open('/etc/passwd')",
    "await nn.ReLU()",
    "nn.Lin\u0435ar(4, 3)",
    "n\u043f.Linear(4, 3)",
    "\uff4e\uff4e.Linear(4, 3)",
    "nn.Dropout(\uff50=0.5)",
    "nn.Linear(\u0661, 3)",
    "nn.Linear(" + "-" * 201 + "1, 3)",
]
"""Expressions that stand where a layer should."""

WHOLE = [
    "-" * 200_000,
    "(" * 300 + ")" * 300,
    "(" * 300,
    "[" * 100_000,
    "{" * 90 + ":",
    "f(" * 95,
    "lambda x: " * 20_000,
    "1" + "+1" * 100_000,
    "a" + ".b" * 100_000,
    "not " * 60_000,
    "f'{x!r:" * 50,
    "nn.Sequential(\0)",
    "nn.Sequential(nn.ReLU()\ud800)",
    "nn.ReLU()," * 26_000,
    "x" * 300_000,
    "\n" * 6_000,
    "'" * 100_001,
    '"""' + "x\n" * 4_000,
    "\\\n" * 4_000,
    "if x:\n" * 100,
    "nn.ReLU(" * 30_000,
    "@" * 10_000,
    "import os; os.system('true')",
    "exec('import os')",
    "while True: pass",
    "\u202enn.ReLU()",
]
"""Whole texts."""

SNIPPETS = [*INSIDE[:9], "nn.Linear(4, 3)", "nn.ReLU()", "OrderedDict", "nn.Sequential", "('a',", "{**x}"]


@pytest.mark.parametrize("expression", INSIDE, ids=lambda text: text[:30].encode("ascii", "replace").decode())
@pytest.mark.parametrize("frame", ["nn.Sequential(\n    nn.ReLU(),\n    {}\n)", "{}"])
def test_an_attack_among_the_layers_is_refused_in_its_line(expression: str, frame: str) -> None:
    text = frame.format(expression)
    line = text[: text.index(expression)].count("\n") + 1
    started = time.process_time()
    with silence():
        reading = read_source(text)
    assert time.process_time() - started < SECONDS
    assert not reading.ok
    assert {problem.line for problem in reading.problems} <= {1, line}
    assert all(1 <= problem.column <= len(expression) + 20 for problem in reading.problems)
    assert any(problem.line == line for problem in reading.problems)


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: text[:20].encode("ascii", "replace").decode())
def test_an_attack_on_the_parser_is_refused(text: str) -> None:
    started = time.process_time()
    with silence():
        reading = read_source(text)
    assert time.process_time() - started < SECONDS
    assert not reading.ok
    assert reading.problems
    for problem in reading.problems:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert problem.column >= 1
        assert problem.message.endswith((".", "?"))
        assert len(problem.message) < 400


@given(
    st.text(max_size=200) | st.lists(st.sampled_from([*SNIPPETS, *"()[]{},:=*\n"]), max_size=30).map("".join)
)
@example(")(")
@example("nn.ReLU(),nn.Sequential)(nn.ReLU()")
@example("),nn.ReLU(),(")
@example("()<\n()")
@example("\\")
def test_any_text_is_answered(text: str) -> None:
    with silence():
        reading = read_source(text)
    assert reading.layers or reading.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in reading.problems)
    assert all(layer.line >= 1 for layer in reading.layers)


def test_the_ear_hears() -> None:
    with pytest.raises(AssertionError), silence():
        eval("1 + 1")  # noqa: S307  (a constant, to see that the hook hears it)
