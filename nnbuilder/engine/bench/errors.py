"""How the bench says no: a plain sentence, PyTorch's own text, the place, and often the right line."""

import ast
from dataclasses import dataclass

from nnbuilder.graph.errors import NNBuilderError


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a line something stands: letters from `start` to before `end`, counted from 0."""

    line: int = 1
    start: int = 0
    end: int = 0


class BenchError(NNBuilderError):
    """A line cannot be worked out.

    The message is one plain sentence, `torch` PyTorch's text where it spoke, `place` what it is about, and
    `instead` a line that does what was probably meant.
    """

    def __init__(
        self, message: str, place: Place | None = None, *, torch: str = "", instead: str = ""
    ) -> None:
        self.place = place or Place()
        self.torch = torch
        self.instead = instead
        super().__init__(message)


def place_of(node: ast.AST, source: str) -> Place:
    """Where a piece of the source stands; `ast` counts bytes, people count letters."""
    line, first = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    last = getattr(node, "end_col_offset", first)
    lines = source.split("\n")
    if getattr(node, "end_lineno", line) != line:
        last = len(lines[line - 1].encode())
    data = lines[line - 1].encode() if line <= len(lines) else b""
    return Place(line, len(data[:first].decode(errors="replace")), len(data[:last].decode(errors="replace")))


def replaced(node: ast.AST, text: str, source: str) -> str:
    """The source with another text where this node stands; empty where it runs over several lines."""
    place = place_of(node, source)
    if getattr(node, "end_lineno", place.line) != place.line:
        return ""
    lines = source.split("\n")
    line = lines[place.line - 1]
    lines[place.line - 1] = line[: place.start] + text + line[place.end :]
    return "\n".join(lines)


def sized(shape: tuple[int, ...]) -> str:
    """A shape as people say it: 2 x 3, or a single number."""
    return " x ".join(map(str, shape)) if shape else "a single number"


def shortened(text: str) -> str:
    """A piece of a source as it is named in a sentence."""
    return text if len(text) <= 60 else text[:57] + "..."
