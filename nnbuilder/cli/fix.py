"""`nnbuilder fix`: applies what would mend the problems of a drawing."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnbuilder.cli.answers import analysis_answer, problem_answer
from nnbuilder.cli.check import verdict
from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, problem_text, say
from nnbuilder.graph.report import printable

if TYPE_CHECKING:
    from nnbuilder.cli.mending import Mended


@click.command()
@project_file
@click.option("--problem", "code", metavar="CODE", help="Mend only problems with this code.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write here, and leave FILE as it is.")
@click.option("--force", is_flag=True, help="Replace what is there at --output (it is kept as .bak).")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@common
def fix(file: Path, code: str | None, output: Path | None, force: bool, dry_run: bool, as_json: bool) -> int:
    """Apply the first fix of each problem in FILE until the check passes.

    Errors come first, then warnings; notes only with --problem. What was in FILE is kept as FILE.bak.
    """
    from nnbuilder.cli.analysis import Asker
    from nnbuilder.cli.mending import mend
    from nnbuilder.cli.projects import open_project

    _check_output(file, output, force=force)
    before = open_project(file)
    done = mend(before, Asker(file.parent), code)
    written = None
    if not dry_run and (done.steps or output is not None):
        written = output or file
        _write(done, written)
    if as_json:
        print_json(_answer(done, written))
    else:
        _tell(done, written, dry_run=dry_run)
    return done.answer.code


def _check_output(file: Path, output: Path | None, *, force: bool) -> None:
    if output is not None and output.exists() and not force and not _same(file, output):
        raise stop(
            Exit.USAGE, "file-exists", f"{output} is there already: name another file, or add --force."
        )


def _same(file: Path, output: Path) -> bool:
    return file.exists() and file.samefile(output)


def _write(done: "Mended", path: Path) -> None:
    """Writes the project, unless a window has that file open and would not know."""
    from nnbuilder.project.file import save_project
    from nnbuilder.project.lock import FileHeld, take_lock

    try:
        lock = take_lock(path)
    except FileHeld as held:
        why = f"{held} Close it there, or write to another file with -o."
        raise stop(Exit.ENVIRONMENT, "file-held", why, str(path)) from held
    try:
        save_project(done.project, path)
    finally:
        lock.release()


def _answer(done: "Mended", written: Path | None) -> dict[str, Any]:
    """What `check` says of the project now, with the fixes that were applied."""
    fixed = [{**problem_answer(problem), "fix": {"title": fix.title}} for problem, fix in done.steps]
    return {
        **analysis_answer(
            done.answer.analysis, done.answer.problems, done.answer.notes, done.answer.silenced
        ),
        "fixed": fixed,
        "file": None if written is None else str(written),
    }


def _tell(done: "Mended", written: Path | None, *, dry_run: bool) -> None:
    for problem, fix in done.steps:
        click.echo(printable(f"{problem.severity}: {problem.message}\n  {fix.title}"))
    for problem in done.answer.problems:
        click.echo(printable(problem_text(problem)))
    click.echo(_summary(len(done.steps), dry_run=dry_run))
    click.echo(verdict(done.answer))
    if written is not None:
        say(f"{written} was written.")


def _summary(count: int, *, dry_run: bool) -> str:
    if not count:
        return "Nothing to mend."
    fixes = f"{count} {'fix' if count == 1 else 'fixes'}"
    return f"{fixes} would be applied; nothing was written." if dry_run else f"{fixes} applied."
