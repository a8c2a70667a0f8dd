"""Names that a text leaves open: asked for once, at their place, and filled in by answers, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.python_reader import read_source
from tests.interop.reader.shown import shown


@pytest.mark.parametrize(
    ("text", "asked", "answers", "expected"),
    [
        ("nn.Linear(n, 2)", ["n"], {"n": 4}, "Linear(4, 2)"),
        ("nn.Linear(n, n), nn.Linear(n, m)", ["n", "m"], {"n": 4, "m": 3}, "Linear(4, 4), Linear(4, 3)"),
        ("nn.Linear(x.shape[1], 2)", ["x.shape[1]"], {"x.shape[1]": 4}, "Linear(4, 2)"),
        ("nn.Linear(len(classes), 2)", ["len(classes)"], {"len(classes)": 4}, "Linear(4, 2)"),
        ("nn.Linear(cfg['n'] * 2 + 1, 2)", ["cfg['n']"], {"cfg['n']": 4}, "Linear(9, 2)"),
        ("nn.Linear(int(n / 2), 2)", ["n"], {"n": 4}, "Linear(2, 2)"),
        ("nn.Conv2d(1, 2, (k, 3))", ["k"], {"k": 5}, "Conv2d(1, 2, (5, 3))"),
        ("h = get_size()\nnn.Linear(h, 2)", ["h"], {"h": 4}, "Linear(4, 2)"),
        ("h = get_size()\nw = h * 2\nnn.Linear(w, 2)", ["h"], {"h": 4}, "Linear(8, 2)"),
        ("a, b = load()\nnn.Linear(a, b)", ["a", "b"], {"a": 4, "b": 2}, "Linear(4, 2)"),
        (
            "m = nn.Sequential(*[nn.Linear(2, 2) for _ in range(n)])",
            ["n"],
            {"n": 2},
            "Linear(2, 2), Linear(2, 2)",
        ),
        (
            "m = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(s[:-1], s[1:])])",
            ["s"],
            {"s": (4, 3, 2)},
            "Linear(4, 3), Linear(3, 2)",
        ),
        (
            "ls = []\nfor w in widths:\n    ls.append(nn.Linear(w, w))\nm = nn.Sequential(*ls)",
            ["widths"],
            {"widths": (3, 4)},
            "Linear(3, 3), Linear(4, 4)",
        ),
        (
            "ls = [nn.ReLU()]\nif deep:\n    ls.append(nn.Tanh())\nm = nn.Sequential(*ls)",
            ["deep"],
            {"deep": True},
            "ReLU(), Tanh()",
        ),
        ("nn.Sequential(nn.ReLU() if soft else nn.Tanh())", ["soft"], {"soft": True}, "ReLU()"),
        ("def make(n, h=3):\n    return nn.Sequential(nn.Linear(n, h))", ["n"], {"n": 4}, "Linear(4, 3)"),
    ],
)
def test_what_is_open_is_asked_for_and_answered(
    text: str, asked: list[str], answers: dict[str, ArgValue], expected: str
) -> None:
    reading = read_source(text)
    assert not reading.ok
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    assert [question.name for question in reading.asked] == asked
    answered = read_source(text, answers)
    assert answered.ok, (answered.problems, answered.asked)
    assert shown(answered.layers) == expected


def test_a_question_names_place_and_argument() -> None:
    (question,) = read_source("m = nn.Sequential(\n    nn.Linear(n, 2),\n)").asked
    assert (question.line, question.column, question.layer, question.arg) == (2, 15, "Linear", "in_features")


def test_a_default_of_the_command_line_is_offered_not_taken() -> None:
    text = "p.add_argument('--hid-den', default=64)\nargs = p.parse_args()\nnn.Linear(4, args.hid_den)"
    reading = read_source(text)
    assert not reading.ok
    assert [(question.name, question.default) for question in reading.asked] == [("args.hid_den", 64)]


@pytest.mark.parametrize("value", ["open('x')", "os.system('x')", "(lambda: 3)()", "f(3)[0]", "x.__class__"])
def test_what_only_running_would_tell_is_not_asked_for(value: str) -> None:
    reading = read_source(f"nn.Linear({value}, 2)")
    assert reading.asked == ()
    assert [problem.line for problem in reading.problems] == [1]


def test_a_wrong_answer_is_a_fault_like_a_wrong_number() -> None:
    reading = read_source("nn.Linear(n, 2)", {"n": -3})
    assert [(problem.line, problem.column) for problem in reading.problems] == [(1, 11)]
    assert "not -3" in reading.problems[0].message


@given(st.integers(1, 1000), st.integers(1, 9))
def test_an_answer_is_the_same_as_the_number_in_the_text(number: int, times: int) -> None:
    text = f"nn.Linear(n * {times} + n // {times}, n), nn.Dropout(1 / n)"
    written = read_source(f"n = {number}\n{text}").layers
    assert shown(read_source(text, {"n": number}).layers) == shown(written)
