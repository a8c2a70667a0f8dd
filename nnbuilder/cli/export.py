"""`nnbuilder export`: the network, its source, picture or analysis, or a training, in files for others."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from nnbuilder.cli.failure import Exit
from nnbuilder.cli.options import common, project_file
from nnbuilder.protocol.export_format import EXPORTS

if TYPE_CHECKING:
    from nnbuilder.cli.export_picture import Look

_FORMATS = "\n".join(f"{form.name:<12} {form.summary}" for form in EXPORTS.values())

_HELP = f"""Write the network in FILE for other programs, and say what was verified.

\b
{_FORMATS}
"""


def _about_pictures(command: Callable[..., int]) -> Callable[..., int]:
    """Adds what only pictures have; the command gets it as `look`."""

    @functools.wraps(command)
    def told(*args: Any, theme: Literal["light", "dark"], transparent: bool, scale: int, **more: Any) -> int:
        from nnbuilder.cli.export_picture import Look

        return command(*args, look=Look(theme, transparent, scale), **more)

    of_theme = click.option("--theme", type=click.Choice(["light", "dark"]), default="light")
    of_ground = click.option("--transparent", is_flag=True, help="Leave out the ground of a picture.")
    of_scale = click.option(
        "--scale", type=click.IntRange(1, 8), default=2, help="Pixels of a PNG for each unit (2)."
    )
    return of_theme(of_ground(of_scale(told)))


@click.command(help=_HELP)
@project_file
@click.option("--to", "form", type=click.Choice(list(EXPORTS)), required=True, help="What to write.")
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="The file to write (it may be replaced), or - for text on standard output; "
    "left out: beside FILE, where nothing is replaced.",
)
@click.option("--run", "run", metavar="RUN", help="A training of this project, by its name or folder.")
@click.option(
    "--checkpoint",
    type=click.Choice(["best", "last"]),
    default="best",
    help="Which weights of that training: at its least validation loss, or the last.",
)
@_about_pictures
@common
def export(
    file: Path, form: str, output: str | None, run: str | None, checkpoint: str, look: "Look", as_json: bool
) -> int:
    """Write the network for other programs."""
    from nnbuilder.cli import exporting

    job = exporting.plan(file, EXPORTS[form], output, run, checkpoint)
    exporting.carry_out(job, look, as_json=as_json)
    return Exit.DONE
