"""`nnbuilder examples`: lists the starter projects and templates, or writes one of them."""

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say
from nnbuilder.graph.report import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nnbuilder.project.project import Project
    from nnbuilder.project.resources import Example
    from nnbuilder.templates.registry import Template


@click.command()
@click.argument("name", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it.")
@click.option("--force", is_flag=True, help="Replace the file that is there (it is kept as .bak).")
@click.option(
    "--fit",
    "fit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Fit a template to the data of this project.",
)
@common
def examples(name: str | None, output: Path | None, force: bool, fit: Path | None, as_json: bool) -> None:
    """List the starter projects and templates, or write NAME to a file (without -o: to stdout).

    A template is a network that fits itself to data: its own, or those of another project.
    """
    from nnbuilder.project import resources
    from nnbuilder.templates.registry import TEMPLATES

    known = resources.examples()
    if name is None:
        for value, option in ((output, "-o"), (fit, "--fit")):
            if value is not None:
                raise click.UsageError(f"{option} needs the NAME of an example or template.")
        _list(known, TEMPLATES, as_json=as_json)
        return
    everything: list[Example | Template] = [*known, *TEMPLATES]
    chosen = _find({one.name: one for one in everything}, name)
    text = _text(chosen, fit, output)
    if output is None:
        click.echo(text, nl=False)
        return
    _write(text, output, force=force)
    if as_json:
        print_json({"ok": True, "name": chosen.name, "file": str(output)})
    else:
        say(f"{chosen.title} was written to {output}.")


def _list(known: "tuple[Example, ...]", templates: "tuple[Template, ...]", *, as_json: bool) -> None:
    if as_json:
        kinds: dict[str, Sequence[Example | Template]] = {"examples": known, "templates": templates}
        rows = {
            kind: [{"name": one.name, "title": one.title, "summary": one.summary} for one in some]
            for kind, some in kinds.items()
        }
        print_json({"ok": True, **rows})
        return
    click.echo(table([(one.name, one.summary) for one in known]))
    click.echo("\nTemplates, which fit themselves to data (--fit FILE: those of another project):\n")
    click.echo(table([(one.name, one.summary) for one in templates]))


def _find(by_name: "dict[str, Example | Template]", name: str) -> "Example | Template":
    wanted = name.strip().lower().replace("-", "_")
    if wanted in by_name:
        return by_name[wanted]
    close = difflib.get_close_matches(wanted, by_name, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(by_name)}."
    raise stop(Exit.USAGE, "unknown-example", f"There is no example or template {name}. {hint}")


def _text(chosen: "Example | Template", fit: Path | None, output: Path | None) -> str:
    """The project as text."""
    from nnbuilder.project.file import dump_project
    from nnbuilder.project.resources import Example

    if not isinstance(chosen, Example):
        return dump_project(_started(chosen, fit, output))
    if fit is not None:
        raise stop(Exit.USAGE, "usage", f"{chosen.name} has data of its own: only templates take --fit.")
    return chosen.path.read_text(encoding="utf-8")


def _started(template: "Template", fit: Path | None, output: Path | None) -> "Project":
    """The template on its own data, or on those of a project."""
    from nnbuilder.cli.projects import open_project
    from nnbuilder.data.load import load
    from nnbuilder.data.spec import FileData
    from nnbuilder.templates.registry import start

    if fit is None:
        return start(template)
    project = open_project(fit)
    source, folder = project.data.source, fit.absolute().parent
    if isinstance(source, FileData) and output is not None and output.absolute().parent != folder:
        raise stop(Exit.USAGE, "usage", f"{source.path} lies beside {fit}: write the project there as well.")
    profile = load(project.data, project.training.seed, folder).profile
    return start(template, project, profile)


def _write(text: str, output: Path, *, force: bool) -> None:
    from nnbuilder.project.atomic import write_atomic

    if output.exists() and not force:
        raise stop(
            Exit.USAGE, "file-exists", f"{output} is there already: name another file, or add --force."
        )
    write_atomic(output, text.encode(), backup=True)
