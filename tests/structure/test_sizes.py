"""Sizes and first sentences: the house rules that can be counted."""

import ast
from collections.abc import Iterator

from tests.structure.sources import ROOT, Function, functions, length, modules

FILE_LINES = 400
FUNCTION_LINES = 60
MOST_FUNCTIONS_LINES = 30
MOST = 0.9


def test_no_file_is_long() -> None:
    lines = {path: len((ROOT / path).read_text().splitlines()) for path in modules("nnbuilder", "tests")}
    assert {str(path): count for path, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_long() -> None:
    long = {
        f"{path}:{node.lineno} {node.name}": length(node)
        for path, tree in modules("nnbuilder", "tests").items()
        for node in functions(tree)
        if length(node) > FUNCTION_LINES
    }
    assert long == {}


def test_nine_functions_in_ten_are_short() -> None:
    lengths = [length(node) for tree in modules("nnbuilder", "tests").values() for node in functions(tree)]
    short = sum(count <= MOST_FUNCTIONS_LINES for count in lengths)
    assert short >= MOST * len(lengths)


def test_everything_public_starts_with_a_sentence() -> None:
    faults = [
        f"{path}: {name}"
        for path, tree in modules("nnbuilder", "tests").items()
        for name, node in _public(tree)
        if not _starts_with_a_sentence(node)
    ]
    assert faults == []


def _public(tree: ast.Module) -> Iterator[tuple[str, ast.Module | ast.ClassDef | Function]]:
    """The module, its public classes and its public functions; a test's name is its sentence."""
    yield "module", tree
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function) and not node.name.startswith(("_", "test_", "pytest_")):
            yield node.name, node


def _starts_with_a_sentence(node: ast.Module | ast.ClassDef | Function) -> bool:
    """Whether there is a docstring whose first line ends like a sentence."""
    return (ast.get_docstring(node) or "").split("\n", 1)[0].endswith((".", "?", "!"))
