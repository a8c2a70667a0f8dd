"""The Python files of this repository, parsed once for the tests that measure them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The top of the checkout."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
"""A function or method as parsed."""


@cache
def modules(*packages: str) -> dict[Path, ast.Module]:
    """Every module of these top folders, by its path from the root."""
    files = [file for package in packages for file in sorted((ROOT / package).rglob("*.py"))]
    return {file.relative_to(ROOT): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def functions(tree: ast.AST) -> Iterator[Function]:
    """All functions and methods in a tree, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(node: Function) -> int:
    """Lines of a function from its `def`, decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
