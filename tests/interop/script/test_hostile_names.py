"""No name, note or column of a project can become anything but text in what is exported of it."""

import ast
import io
import json
import tokenize
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, CsvData, DataProfile, DataSpec
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import Graph, NodeId, Note
from nnbuilder.graph.order import order_of
from nnbuilder.interop.class_writer import class_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.interop.script.notebook import notebook
from nnbuilder.interop.script.pieces import comment, one_line
from nnbuilder.interop.script.program import training_script
from nnbuilder.interop.script.prose import markdown
from nnbuilder.project.project import Project
from tests.conftest import SOAK
from tests.interop.clean import run_clean, tidy
from tests.interop.script.projects import analyzed, course_of, dense, network, printed_course, script_of

HOSTILE = (
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "\\N{DASH}",
    "a\nimport os",
    "a\r# b",
    '")\nimport os\n("',
    "x\u202eevil\u2066",
    "\u2028b",
    "\x85",
    "\x0c\x1c",
    "{x!r} %s {{",
    "<script>alert(1)</script>",
    "| a | b |\n```",
    "noqa type: ignore",
    "-*- coding: utf-7 -*-",
    "\ufeff",
    "\U000e0041",
)

texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = texts.filter(lambda text: "." not in text and not text.isdigit() and text not in {"", "train"})

BASE = network(DataSpec(BuiltinData("iris")), dense(4, 3), "CrossEntropyLoss")
PROFILE = load(BASE.data, 0, None).profile
ANALYSIS = analyzed(BASE, PROFILE)

Writer = Callable[[Project, Analysis, DataProfile], str]


def model_alone(project: Project, analysis: Analysis, _profile: DataProfile) -> str:
    """The network, and its class."""
    return module_source(project.graph, analysis) + class_source(project.graph, analysis)


def code_of_notebook(project: Project, analysis: Analysis, profile: DataProfile) -> str:
    """The code of all cells."""
    cells = json.loads(notebook(project, analysis, profile))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def disguised(name: str, note: str) -> tuple[Project, Analysis]:
    """The project with a name and a note that mean harm."""
    first = order_of(BASE.graph).layers[0]
    nodes = {**BASE.graph.nodes, first: msgspec.structs.replace(BASE.graph.nodes[first], name=name)}
    graph = Graph(nodes, BASE.graph.edges, {NodeId("t"): Note(NodeId("t"), note)})
    layers = (msgspec.structs.replace(ANALYSIS.layers[0], name=name), *ANALYSIS.layers[1:])
    project = msgspec.structs.replace(BASE, graph=graph)
    return project, msgspec.structs.replace(ANALYSIS, layers=layers)


def skeleton(source: str) -> str:
    """The syntax of a program without what stands in quotes."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("write", [training_script, code_of_notebook, model_alone])
@settings(max_examples=500 if SOAK else 40)
@given(name=names, note=texts)
@example(name='")\nimport os\n("', note='"""\nimport os')
def test_names_and_notes_stay_text(write: Writer, name: str, note: str) -> None:
    source = write(*disguised(name, note), PROFILE)
    assert skeleton(source) == skeleton(write(*disguised("a b", ""), PROFILE))
    constants = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    assert name in constants
    assert all(letter.isprintable() for line in source.split("\n") for letter in line)
    kinds = {token.string for token in tokenize.generate_tokens(io.StringIO(source).readline)}
    assert not kinds & {"os", "import os"}


@given(texts)
def test_a_comment_ends_with_its_line(text: str) -> None:
    lines = comment(text, 4)
    assert all(line.startswith("    # ") for line in lines)
    assert not any(len(line.splitlines()) > 1 for line in lines)
    source = "\n".join(["def f():", *lines, "    return 1"])
    assert len(ast.parse(source).body) == 1


@given(texts)
def test_markdown_shows_a_name_as_it_is(text: str) -> None:
    shown = markdown(text)
    plain, bare = one_line(text), []
    at = 0
    for letter in plain:
        if shown[at] == "\\":
            at += 1
        else:
            bare.append(letter)
        assert shown[at] == letter
        at += 1
    assert at == len(shown)
    assert not set(bare) & set("\\`*_[]<>#|!~&$\n")


@settings(max_examples=300 if SOAK else 30)
@given(names, texts)
def test_a_notebook_stays_in_its_cells(name: str, note: str) -> None:
    plain = json.loads(notebook(*disguised(name, note), PROFILE))
    told = {cell["id"]: "".join(cell["source"]) for cell in plain["cells"]}
    assert markdown(name) in told["network"]
    calm = json.loads(notebook(*disguised("a b", "x" if note.split() else ""), PROFILE))
    assert [len(cell["source"]) for cell in plain["cells"] if cell["cell_type"] == "markdown"] == [
        len(cell["source"]) for cell in calm["cells"] if cell["cell_type"] == "markdown"
    ]


COLUMNS = ('say ""hi""', "a\\b", "x'y", "{z}", "-*- coding: x -*-")


def test_columns_and_classes_of_a_table_stay_text(tmp_path: Path) -> None:
    rows = [f'{i},{i % 3},{i % 5},{i % 4},"""{"ab"[i % 2]}\'\\"' for i in range(30)]
    header = ",".join(f'"{name}"' for name in COLUMNS)
    (tmp_path / "it's {x}.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    data = DataSpec(CsvData("it's {x}.csv", COLUMNS[-1]))
    project = network(data, dense(3, 2), "CrossEntropyLoss")
    file = tmp_path / "script.py"
    file.write_text(script_of(project, tmp_path), encoding="utf-8")
    tidy(file)
    printed = run_clean(tmp_path, {"script": [str(file), "--weights", str(tmp_path / "w.pth")]})
    assert printed_course(printed["script"]) == course_of(project, tmp_path)[0]
    profile = load(data, 0, tmp_path).profile
    told = json.loads(notebook(project, analyzed(project, profile), profile, tmp_path))["cells"]
    (prediction,) = ["".join(cell["source"]) for cell in told if cell["id"] == "prediction-code-1"]
    assert ast.literal_eval(prediction.partition("\n\n")[0].partition(" = ")[2]) == ["\"a'\\", "\"b'\\"]
