"""`nnbuilder lr-find`: which learning rate to train with, from a short test on a copy of the network."""

from collections.abc import Sequence
from pathlib import Path

import click

from nnbuilder.cli.options import common, project_file

_HEIGHT, _WIDTH = 12, 70
CLIP = 1.25


@click.command("lr-find")
@project_file
@click.option("--low", metavar="X", type=float, default=1e-6, help="The rate to begin with (1e-06).")
@click.option("--high", metavar="X", type=float, default=10.0, help="The rate to end with (10).")
@click.option(
    "--steps", metavar="N", type=click.IntRange(20, 5000), default=140, help="How many steps (140)."
)
@click.option(
    "--set", "settings", metavar="PATH=VALUE", multiple=True, help="Another value for a field, as for train."
)
@common
def lr_find(file: Path, low: float, high: float, steps: int, settings: tuple[str, ...], as_json: bool) -> int:
    """Train a copy of the network while its learning rate rises, and say which rate is good. FILE stays."""
    from nnbuilder.cli.analysis import demand
    from nnbuilder.cli.failure import Exit, stop
    from nnbuilder.cli.output import print_json, say_problem
    from nnbuilder.cli.overrides import override, read_setting
    from nnbuilder.cli.projects import open_project
    from nnbuilder.cli.training import training_errors
    from nnbuilder.project.file import runs_folder

    if not 0 < low < high:
        raise stop(Exit.USAGE, "usage", "--low must be above 0 and below --high.")
    project = override(open_project(file), [read_setting(text) for text in settings])
    found, prepared = demand(project, file.parent)
    for problem in found.problems:
        say_problem(problem)
    with training_errors():
        from nnbuilder.engine.lr_finder import find_rate
        from nnbuilder.engine.run_start import starting_weights

        weights, _ = starting_weights(project, runs_folder(file), None)
        rate = find_rate(project, prepared, weights, low, high, steps)
    if as_json:
        print_json(
            {
                "ok": True,
                "suggested": rate.suggested,
                "steepest": rate.steepest,
                "lowest": rate.lowest,
                "diverged": rate.diverged,
                "why": rate.why or None,
                "rates": list(rate.rates),
                "losses": list(rate.losses),
                "smooth": list(rate.smooth),
            }
        )
        return Exit.DONE
    click.echo("\n".join(picture(rate.rates, rate.smooth)))
    if rate.suggested is None:
        click.echo(rate.why)
    else:
        click.echo(
            f"suggested   {rate.suggested:g}   (the loss falls fastest there; least at {rate.lowest:.2g})"
        )
        click.echo(f"use it      nnbuilder train {file} --lr {rate.suggested:g}")
    return Exit.DONE


def picture(rates: Sequence[float], losses: Sequence[float]) -> list[str]:
    """The curve in lines of text: loss upwards, rate by its ratio to the right."""
    if len(rates) < 2:
        return []
    low, first = min(losses), losses[0]
    high = min(max(losses), max(first, low) * CLIP)  # what grew beyond bounds would flatten all else
    columns = min(_WIDTH, len(rates))
    field = [[" "] * columns for _ in range(_HEIGHT)]
    for column in range(columns):
        loss = losses[round(column * (len(rates) - 1) / (columns - 1))]
        share = min(1.0, (loss - low) / (high - low)) if high > low else 0.0
        field[round((1 - share) * (_HEIGHT - 1))][column] = "*"
    names = [f"{high:.3g}", *[""] * (_HEIGHT - 2), f"{low:.3g}"]
    lines = [f"{name:>8} |{''.join(row)}".rstrip() for name, row in zip(names, field, strict=True)]
    foot = f"{rates[0]:.1g}".ljust(columns - 5) + f"{rates[-1]:.1g}"
    return [*lines, f"{'loss':>8} +{'-' * columns}", f"{'rate':>8}  {foot}"]
