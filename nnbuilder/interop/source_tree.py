"""Text of a stranger as a Python syntax tree, within limits; it is never compiled and never run."""

import ast
import re
import unicodedata
import warnings

from nnbuilder.graph import limits
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.interop.reading import SourceProblem

_FAILURES = (SyntaxError, ValueError, MemoryError, RecursionError)
"""What Python's parser raises for a hostile text."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_FORBIDDEN = re.compile("[\0\ud800-\udfff]")
_NESTED = re.compile(r"([-+~(\[{])(?:\s*\1){30,}")

_SHOWN = 120
"""How much of a line is shown where it is left out."""

Located = ast.expr | ast.stmt | ast.keyword | ast.alias
"""Parts of a tree that know where they stand."""

_WRAPPINGS = (("", ""), ("if True:\n", ""), ("(\n", "\n)"))
"""What a text is read in: as it is, indented as a whole, or as items of a list; each adds lines in front."""


class SourceRefused(NNBuilderError):  # noqa: N818
    """A text is no Python, or more than is read; holds the problem."""

    def __init__(self, problem: SourceProblem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class SourceTree:
    """The statements of a text and the places of their parts; raises `SourceRefused`.

    `plain` says that nothing but plain letters stands in it.
    """

    def __init__(self, text: str) -> None:
        text = text.removeprefix("\ufeff")
        self._lines = _LINE_END.split(text)
        self._check(text)
        self.text = text
        self.plain = text.isascii()
        self._shift = 0
        self.body = self._parsed(text)

    def place(self, node: Located) -> tuple[int, int]:
        """Line and column, counted from 1, where a part of the tree starts."""
        if node.lineno <= self._shift:
            node = _first_inside(node)
        line = max(node.lineno - self._shift, 1)
        before = self._line(line).encode()[: node.col_offset]
        return line, len(before.decode(errors="replace")) + 1

    def end(self, node: Located) -> tuple[int, int]:
        """Line and column, counted from 1, behind the last letter of a part of the tree."""
        line = max((node.end_lineno or node.lineno) - self._shift, 1)
        before = self._line(line).encode()[: node.end_col_offset or 0]
        return line, len(before.decode(errors="replace")) + 1

    def problem(self, node: Located, message: str) -> SourceProblem:
        """An error at a part of the tree."""
        return SourceProblem(*self.place(node), message)

    def disguise(self, node: Located) -> SourceProblem | None:
        """What is wrong with a name or call that only looks like plain letters; None where it is plain."""
        line, column = self.place(node)
        for index, letter in enumerate(self._line(line)[column - 1 :]):
            if letter in "(=":
                break
            if not letter.isascii():
                name = unicodedata.name(letter, "an unnamed character")
                message = f"“{letter}” is {name}: names of layers hold plain letters only."
                return SourceProblem(line, column + index, message)
        return None

    def text_at(self, node: Located) -> str:
        """The first line of a part of the tree, without its indentation."""
        return self.line(self.place(node)[0])

    def line(self, number: int) -> str:
        """One line, counted from 1, without its indentation."""
        return self._line(number).strip()[:_SHOWN]

    def _line(self, number: int) -> str:
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def _check(self, text: str) -> None:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > limits.SOURCE_BYTES:
            message = f"The text holds {size:,} bytes; at most {limits.SOURCE_BYTES:,} are read."
            raise SourceRefused(SourceProblem(1, 1, message))
        if len(self._lines) > limits.SOURCE_LINES:
            message = f"The text holds {len(self._lines):,} lines; at most {limits.SOURCE_LINES:,} are read."
            raise SourceRefused(SourceProblem(limits.SOURCE_LINES + 1, 1, message))
        if (found := _FORBIDDEN.search(text)) is not None:
            message = f"The character U+{ord(found.group()):04X} stands in no Python text."
            raise SourceRefused(SourceProblem(*_place_in(text, found.start()), message))

    def _parsed(self, text: str) -> list[ast.stmt]:
        refused: SourceRefused | None = None
        for before, after in _WRAPPINGS:
            self._shift = before.count("\n")
            try:
                body = _tree(before + text + after).body
                if after and not _is_within(body, len(self._lines) + 2):
                    break  # it closes a bracket that is not its own, as the text alone was told
            except _FAILURES as error:
                if refused is None or _is_about_wrapping(refused.__cause__):
                    refused = self._refused(text, error)
                continue
            if before.startswith("if") and isinstance(body[0], ast.If):
                return [*body[0].body, *body[1:]]
            return body
        raise refused or AssertionError("a wrapping is always tried")

    def _refused(self, text: str, error: Exception) -> SourceRefused:
        if isinstance(error, SyntaxError) and error.lineno:
            line = min(max(error.lineno - self._shift, 1), len(self._lines))
            column = min(max(error.offset or 1, 1), len(self._line(line)) + 1)
            refused = SourceRefused(SourceProblem(line, column, _sentence(error)))
        else:
            found = _NESTED.search(text)
            place = _place_in(text, found.start()) if found else (self._longest(), 1)
            refused = SourceRefused(SourceProblem(*place, "This is nested too deeply to be read."))
        refused.__cause__ = error
        return refused

    def _longest(self) -> int:
        return max(range(len(self._lines)), key=lambda index: len(self._lines[index])) + 1


def _tree(text: str) -> ast.Module:
    """The syntax tree; Python's warnings about odd spelling are not for the user.

    To quote the line of a fault Python opens the file that the text is said to come from, and its usual
    `<unknown>` could exist. No file can have an empty name.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, filename="")


def _is_within(body: list[ast.stmt], last: int) -> bool:
    """Whether what stands between brackets on the first and last line leaves both alone."""
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return False
    whole = body[0].value
    items = whole.elts if isinstance(whole, ast.Tuple) and whole.lineno == 1 else [whole]
    return all(item.lineno > 1 and (item.end_lineno or 0) < last for item in items)


def _first_inside(node: Located) -> Located:
    """What stands first in the brackets that a text is wrapped in, where these count as a part's start."""
    inner = node.value if isinstance(node, ast.Expr) else node
    return inner.elts[0] if isinstance(inner, ast.Tuple) and inner.lineno == 1 and inner.elts else inner


def _is_about_wrapping(error: BaseException | None) -> bool:
    """Whether a fault tells of the indentation as a whole, not of a line in it."""
    return isinstance(error, IndentationError) and "unindent" not in str(error)


def _sentence(error: SyntaxError) -> str:
    """Python's own words, short."""
    if "integer string conversion" in error.msg:
        return "A number here has too many digits."
    return f"Python cannot read this: {error.msg[:200]}{'' if error.msg[:200].endswith('?') else '.'}"


def _place_in(text: str, index: int) -> tuple[int, int]:
    before = _LINE_END.split(text[:index])
    return len(before), len(before[-1]) + 1
