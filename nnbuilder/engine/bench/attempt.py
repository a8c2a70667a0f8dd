"""What a line tried when PyTorch refused it: a part of the source with its parts and their values."""

import ast
from dataclasses import dataclass
from typing import Any

import torch

Told = tuple[str, str]
"""A sentence, and the text that should stand where the refused part stands; empty where nobody knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What was tried: a part of the source, with the parts that it was given and their values."""

    source: str
    node: ast.expr
    doing: str
    nodes: tuple[ast.expr, ...]
    values: tuple[Any, ...]

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The tensors among the values."""
        return [value for value in self.values if isinstance(value, torch.Tensor)]

    def text(self, index: int) -> str:
        """One of the parts as it was typed, in brackets where it needs them."""
        node = self.nodes[index]
        text = ast.unparse(node)
        return f"({text})" if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare) else text

    @property
    def owner(self) -> str:
        """What stands before the dot of a method."""
        func = self.node.func if isinstance(self.node, ast.Call) else None
        return ast.unparse(func.value) if isinstance(func, ast.Attribute) else ""
