"""`nnbuilder sweep`: trains a project again and again with other values, several runs at once."""

from pathlib import Path

import click

from nnbuilder.cli.options import common, project_file


@click.command()
@project_file
@click.option(
    "--over",
    "axes",
    metavar="PATH=VALUES",
    multiple=True,
    help="What is varied, over which values: training.optimizer.lr=0.1,0.01 or n2.out_features=16..64:4 "
    "(four values of that range); repeatable, and then every combination is trained.",
)
@click.option(
    "--random",
    "count",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="Train N combinations picked by chance; ranges like 1e-4..0.1 need no number of values then.",
)
@click.option("--pick-seed", metavar="N", type=int, default=0, help="Where the chance of --random starts.")
@click.option(
    "--at-once",
    metavar="N",
    type=click.IntRange(1, 256),
    help="How many runs train at the same time (otherwise one less than there are processor cores).",
)
@click.option(
    "--set", "settings", metavar="PATH=VALUE", multiple=True, help="Another value for a field in all runs."
)
@click.option(
    "--run-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the folders of the runs are made (otherwise NAME.runs beside FILE).",
)
@common
def sweep(
    file: Path,
    axes: tuple[str, ...],
    count: int | None,
    pick_seed: int,
    at_once: int | None,
    settings: tuple[str, ...],
    run_dir: Path | None,
    as_json: bool,
) -> int:
    """Train FILE with many combinations of values, each in a process of its own, and rank what came out."""
    from nnbuilder.cli import sweeping
    from nnbuilder.cli.failure import Exit, stop

    if not axes:
        text = "Say with --over what to vary, for example --over lr=0.1,0.01 --over n2.out_features=8,16."
        raise stop(Exit.USAGE, "usage", text)
    order = sweeping.plan(file, axes, settings, run_dir, count=count, pick_seed=pick_seed)
    return sweeping.carry_out(order, at_once, as_json=as_json)
