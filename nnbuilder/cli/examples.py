"""`nnbuilder examples`: lists the starter projects or writes one."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say
from nnbuilder.graph.report import table

if TYPE_CHECKING:
    from nnbuilder.project.resources import Example


@click.command()
@click.argument("name", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it.")
@click.option("--force", is_flag=True, help="Replace the file that is there (it is kept as .bak).")
@common
def examples(name: str | None, output: Path | None, force: bool, as_json: bool) -> None:
    """List the starter projects, or write NAME to a file (without -o: to stdout)."""
    from nnbuilder.project import resources

    known = resources.examples()
    if name is None:
        if output is not None:
            raise click.UsageError("-o needs the NAME of an example.")
        _list(known, as_json=as_json)
        return
    chosen = _find(known, name)
    text = chosen.path.read_text(encoding="utf-8")
    if output is None:
        click.echo(text, nl=False)
        return
    _write(text, output, force=force)
    if as_json:
        print_json({"ok": True, "name": chosen.name, "file": str(output)})
    else:
        say(f"{chosen.title} was written to {output}.")


def _list(known: "tuple[Example, ...]", *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"name": example.name, "title": example.title, "summary": example.summary} for example in known
        ]
        print_json({"ok": True, "examples": rows})
        return
    click.echo(table([(example.name, example.summary) for example in known]))


def _find(known: "tuple[Example, ...]", name: str) -> "Example":
    by_name = {example.name: example for example in known}
    wanted = name.strip().lower().replace("-", "_")
    if wanted in by_name:
        return by_name[wanted]
    close = difflib.get_close_matches(wanted, by_name, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(by_name)}."
    raise stop(Exit.USAGE, "unknown-example", f"There is no example {name}. {hint}")


def _write(text: str, output: Path, *, force: bool) -> None:
    from nnbuilder.project.atomic import write_atomic

    if output.exists() and not force:
        raise stop(
            Exit.USAGE, "file-exists", f"{output} is there already: name another file, or add --force."
        )
    write_atomic(output, text.encode(), backup=True)
