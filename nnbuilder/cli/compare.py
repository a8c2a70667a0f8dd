"""`nnbuilder compare`: what differs between two runs, and what came of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from nnbuilder.catalog.registry import spec_of
from nnbuilder.catalog.spec import shown
from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say
from nnbuilder.cli.progress import number
from nnbuilder.cli.run_list import run_answer
from nnbuilder.cli.runs import find_run
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.graph.report.words import printable
from nnbuilder.project.file import runs_folder
from nnbuilder.runs.compare import Change, Comparison, Layer, LayerChange, compare
from nnbuilder.runs.overview import RunOverview, overview_of
from nnbuilder.runs.store import RECORD_FILE

_HASH = 64
_SHOWN_OF_HASH = 12


@click.command("compare")
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The project whose runs are named (otherwise all *.runs folders here are searched).",
)
@common
def compare_runs(before: str, after: str, project: Path | None, as_json: bool) -> int:
    """Say what differs between two runs: network, data, training, versions and result.

    A RUN is its folder or its name. What is compared is frozen in the runs, whatever was edited since.
    """
    one, other = _open(before, project), _open(after, project)
    found = compare(one, other)
    same = bool(one.record.weights_sha256) and one.record.weights_sha256 == other.record.weights_sha256
    if as_json:
        runs = [run_answer(run) for run in (one, other)]
        print_json({"ok": True, "runs": runs, "same_weights": same, **msgspec.to_builtins(found)})
    else:
        click.echo(printable("\n".join(_lines(one, other, found, same=same))))
    return Exit.DONE


def _open(word: str, project: Path | None) -> RunOverview:
    folder, record = find_run(word, _runs_folder(word, project))
    try:
        return overview_of(folder, record)
    except OSError as error:
        say(f"note: The epochs of the run in {folder} cannot be read: {error.strerror or error}.")
        return RunOverview(folder, record)


def _runs_folder(word: str, project: Path | None) -> Path:
    """The folder in which to look for a run's name."""
    if project is not None:
        return runs_folder(project)
    here = Path()
    if (Path(word) / RECORD_FILE).is_file():
        return here
    for folder in sorted(here.glob("*.runs")):
        if (folder / word / RECORD_FILE).is_file():
            return folder
    text = f"There is no run {word}: give the run's folder, or its name with --project FILE."
    raise stop(Exit.USAGE, "unknown-run", text)


def _lines(one: RunOverview, other: RunOverview, found: Comparison, *, same: bool) -> Iterator[str]:
    yield f"from  {one.folder}"
    yield f"to    {other.folder}"
    yield from _section("network", map(layer_line, found.graph))
    yield from _section("data", map(change_line, found.data))
    yield from _section("training", map(change_line, found.training))
    if found.versions:
        yield from _section("versions", map(change_line, found.versions))
    yield from _section("result", map(result_line, found.result))
    if same:
        yield "Both end with the same weights, bit by bit."


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    yield f"{title}" if found else f"{title}: no difference"
    yield from found


def layer_line(change: LayerChange) -> str:
    """A layer that came, went or changed, in one line."""
    before, after = change.before, change.after
    if before is not None and after is not None:
        args = ", ".join(f"{arg.field} {_text(arg.before)} -> {_text(arg.after)}" for arg in change.args)
        return f"{_named(after)}: {args}"
    if after is not None:
        return f"+ {layer_text(after)} at {after.name}"
    return f"- {layer_text(before)} at {before.name}" if before is not None else ""


def layer_text(layer: Layer) -> str:
    """A layer as its constructor is called: `Linear(4, 16)`, `Dropout(0.2)`, `ELU(alpha=0.5)`."""
    spec = spec_of(Node(NodeId(""), layer.type, layer.args))
    order = [arg.name for arg in spec.args if not arg.keyword] if spec else []
    leading = 0
    while leading < len(order) and order[leading] in layer.args:
        leading += 1
    words = [shown(layer.args[name]) for name in order[:leading]]
    rest = (name for name in layer.args if name not in order[:leading])
    return f"{layer.type}({', '.join([*words, *(f'{name}={shown(layer.args[name])}' for name in rest)])})"


def change_line(change: Change) -> str:
    """A field with another value, in one line."""
    return f"{change.field}  {_text(change.before)} -> {_text(change.after)}"


def result_line(change: Change) -> str:
    """A result in one line; of two measured numbers the difference as well."""
    before, after = change.before, change.after
    if not isinstance(before, float) or not isinstance(after, float):
        return change_line(change)
    sign = "+" if after > before else "-"
    return f"{change.field}  {number(before)} -> {number(after)}  ({sign}{number(abs(after - before))})"


def _named(layer: Layer) -> str:
    return layer.type if layer.name == layer.type else f"{layer.type} {layer.name}"


def _text(value: Any) -> str:
    """A value for people: nothing is a dash, a hash its first letters."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value[:_SHOWN_OF_HASH] if len(value) == _HASH else value
    return shown(tuple(value) if isinstance(value, list) else value)
