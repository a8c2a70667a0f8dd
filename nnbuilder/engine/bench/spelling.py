"""Names that do not exist: what was probably meant."""

import ast
import difflib
from collections.abc import Iterable

from nnbuilder.engine.bench import table
from nnbuilder.engine.bench.errors import BenchError, place_of, replaced


def unknown_name(node: ast.Name, source: str, names: Iterable[str], *, call: bool = False) -> BenchError:
    """The error of a name that nobody gave; with the nearest one that exists."""
    own = [*names, *table.PYTHON]
    words = [path.rpartition(".")[2] for path in table.FUNCTIONS] if call else []
    near = _nearest(node.id, [*own, *words])
    text = f"There is no {node.id} here"
    known = list(dict.fromkeys(names))
    if near:
        sentence = f"{text}: did you mean {near}?"
    elif call:
        sentence = f"{text}: only PyTorch's own words can be called."
    elif known:
        sentence = f"{text}; the bench has {', '.join(known[:8])}."
    else:
        sentence = f"{text}: write  {node.id} = torch.tensor([[1., 2.]])  to make it."
    instead = replaced(node, near, source) if near else ""
    return BenchError(
        sentence, place_of(node, source), torch=f"name '{node.id}' is not defined", instead=instead
    )


def unknown_path(path: str, node: ast.expr, source: str) -> BenchError:
    """The error of a path into torch that is not in the table."""
    start = path.rpartition(".")[0]
    beside = {word.rpartition(".")[2]: word for word in (*table.FUNCTIONS, *table.CONSTANTS)}
    inside = [name for name, word in beside.items() if word.rpartition(".")[0] == start]
    last = _nearest(path.rpartition(".")[2], inside) or _nearest(path.rpartition(".")[2], beside)
    near = beside[last] if last else ""
    sentence = f"{path} is not among what the bench knows"
    instead = replaced(node, near, source) if near else ""
    return BenchError(
        f"{sentence}: did you mean {near}?" if near else f"{sentence}.",
        place_of(node, source),
        instead=instead,
    )


def unknown_member(kind: str, node: ast.Attribute, source: str, known: Iterable[str]) -> BenchError:
    """The error of an attribute or method that a value has not, or that is not in the table."""
    near = _nearest(node.attr, tuple(known))
    place = place_of(node, source)
    sentence = f"A {kind} has no .{node.attr} on the bench"
    instead = ""
    if near:
        sentence += f": did you mean .{near}?"
        instead = replaced(node, f"{ast.unparse(node.value)}.{near}", source)
    else:
        sentence += "."
    return BenchError(
        sentence, place, torch=f"'{kind}' object has no attribute '{node.attr}'", instead=instead
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    if word.startswith("_"):
        return ""
    found = difflib.get_close_matches(word, sorted(set(known)), 1, 0.75)
    return found[0] if found else ""
