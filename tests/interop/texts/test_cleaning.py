"""What surrounds code in a paste is taken off, and places stay those of the text as it was pasted."""

import json

import pytest

from nnbuilder.interop.read_text import code_of, read_text
from nnbuilder.interop.reading import Reading

CODE = "model = nn.Sequential(\n    nn.Linear(4, 16),\n    nn.ReLU(),\n)"
LINES = CODE.split("\n")


def check(text: str, line: int, column: int) -> Reading:
    """The text is read, and its Linear stands there."""
    reading = read_text(text)
    assert reading.ok, [str(problem) for problem in reading.problems]
    assert [layer.type for layer in reading.layers] == ["Linear", "ReLU"]
    first = reading.layers[0]
    assert (first.line, first.column) == (line, column)
    assert (first.end_line, first.end_column) == (line, column + len("nn.Linear(4, 16)"))
    assert text.split("\n")[line - 1][column - 1 :].startswith(("nn.Linear", "nn\u00a0.Linear"))
    return reading


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"```python\n{CODE}\n```", 3, 5),
        (f"Sure!\n\n```py\n{CODE}\n```\nThat is it.\n```bash\npip install torch\n```\n", 5, 5),
        (f"~~~\n{CODE}", 3, 5),
        ("1. First:\n\n   ```python\n" + "\n".join(f"   {line}" for line in LINES) + "\n   ```\n", 5, 8),
        ("> ```\n" + "\n".join(f"> {line}" for line in LINES) + "\n> ```\n", 3, 7),
        ("\n".join(f"> {line}" for line in LINES), 2, 7),
        ("\n".join(f"+{line}" for line in LINES), 2, 6),
        (">>> " + "\n... ".join(LINES) + "\n>>> 1 + 1\n2\n", 2, 9),
        ("In [12]: " + "\n    ...: ".join(LINES) + "\nOut[12]: 3\n", 2, 14),
        ("\n".join(f"{number:3d}  {line}" for number, line in enumerate(LINES, 9)), 2, 10),
        ("\n".join(f"{number}: {line}" for number, line in enumerate(LINES, 1)), 2, 8),
        ("\n".join(f"{number} | {line}" for number, line in enumerate(LINES, 1)), 2, 9),
        (f"%matplotlib inline\n!pip install torch\n{CODE}\nmodel?\n?model\n", 4, 5),
        (f"%%time\n{CODE}\n%timeit f(3)\n", 3, 5),
        (f"Here is the network that you want:\n\n{CODE}\n\nIt has one hidden layer.\n", 4, 5),
        (CODE.replace("\n", "\r\n"), 2, 5),
        (f"\ufeff{CODE}", 2, 5),
        (f"        {LINES[0]}\n" + "\n".join(f"        {line}" for line in LINES[1:]), 2, 13),
        (f"x = 1\n    {LINES[0]}\n" + "\n".join(f"    {line}" for line in LINES[1:]), 3, 9),
        ("nn.Linear(4, 16),\n        nn.ReLU(),", 1, 1),
        (f"if x:\n\ty = 1\n        z = 2\n{CODE}", 5, 5),
    ],
)
def test_wrappings_come_off(text: str, line: int, column: int) -> None:
    check(text, line, column)


def test_lines_left_out_are_told() -> None:
    reading = check(f"Hello there!\n```\n%time x\n{CODE}\n```\nBye", 5, 5)
    assert [(skipped.line, skipped.text) for skipped in reading.skipped if skipped.line in {1, 9}] == [
        (1, "Hello there!"),
        (9, "Bye"),
    ]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("m = nn.Sequential(nn.Linear(4, 16), nn.GELU(approximate=“tanh”))", "curly quotes (U+201C) 2 times"),
        ("m = nn.Sequential(nn.Linear(4, 16), nn.ELU(alpha=−1.0))", "long dashes (U+2212)"),
        (
            "m = nn.Sequential\uff08nn.Linear(4, 16)\uff0cnn.ReLU())",
            "wide punctuation marks (U+FF08) 2 times",
        ),
        (
            "m =\u00a0nn.Sequential(nn.Linear(4, 16), nn.ReLU())",
            "blanks that are not plain ones (U+00A0)",
        ),
        ("m = nn.Sequential(nn.Lin\u200bear(4, 16), nn.ReLU())", "invisible letters (U+200B)"),
    ],
)
def test_letters_of_chats_are_read_as_plain_ones_and_told(code: str, words: str) -> None:
    reading = read_text(code)
    assert reading.ok
    (warning,) = reading.problems
    assert (warning.severity, words in warning.message) == ("warning", True)
    assert dict(reading.layers[0].args) == {"in_features": 4, "out_features": 16}


def test_letters_in_strings_and_comments_stay() -> None:
    reading = read_text("# “quoted” – and\u00a0so on\nm = nn.Sequential(OrderedDict([('“a”', nn.ReLU())]))")
    assert reading.ok
    assert reading.problems == ()
    assert reading.layers[0].name == "“a”"


def test_look_alike_letters_in_names_are_refused() -> None:
    reading = read_text("nn.Sequential(nn.Lin\u0435ar(4, 3))")
    assert not reading.ok
    assert "CYRILLIC" in reading.problems[0].message


def notebook(*cells: tuple[str, str]) -> str:
    """A notebook file with these cells, each a kind and its source."""
    written = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        for kind, source in cells
    ]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_notebook_is_its_code_cells() -> None:
    text = notebook(("markdown", "# Title"), ("code", "%matplotlib inline\nH = 16"), ("code", CODE))
    reading = read_text(text)
    assert reading.ok
    assert (reading.layers[0].line, reading.layers[0].column) == (4, 5)
    assert code_of(text).split("\n")[3] == "    nn.Linear(4, 16),"


def test_problems_in_a_notebook_name_the_cell() -> None:
    cells = ("code", "x = 1\n"), ("code", "%%bash\nls -l\n"), ("code", "nn.Sequential(\n  nn.Linear(4 3)\n)")
    reading = read_text(notebook(*cells))
    messages = [problem.message for problem in reading.problems if problem.severity == "error"]
    assert messages == ["Cell 3, line 2: A comma is missing between 4 and 3."]
    unclosed = read_text(notebook(("code", "x = 1\n"), ("code", "\nm = nn.Sequential(nn.ReLU()"))).problems
    told = "The opening parenthesis after nn.Sequential in line 2 of cell 2 is never closed."
    assert [problem.message for problem in unclosed] == [f"Cell 2, line 2: {told}"]


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": [}',
        '{"cells": 3}',
        '{"cells": [3, null, {"cell_type": "code"}, {"cell_type": "code", "source": 3}]}',
        '{"cells": ' + "[" * 50_000 + "}",
        '{"cells": [], "nbformat": 4}',
        "",
        " \n\t\n",
        "\n\n",
        "``` \n```",
        ">>> ",
        "In [3]: ",
        "1\n2\n3",
        "%magic",
        "…",
        "“”",
    ],
)
def test_nothing_is_never_a_success(text: str) -> None:
    reading = read_text(text)
    assert not reading.ok
    assert any(problem.severity == "error" for problem in reading.problems)
