"""`nnbuilder train`: trains a project as the window does, with the same result for the same seed."""

from pathlib import Path
from typing import Any

import click

from nnbuilder.cli.options import common, project_file

_FIELDS = {
    "epochs": "training.epochs",
    "batch_size": "training.batch_size",
    "lr": "training.optimizer.lr",
    "seed": "training.seed",
    "device": "training.device",
}
"""Options that are short for a field of the project."""


@click.command()
@project_file
@click.option("--epochs", metavar="N", help="How many times to go through the training samples.")
@click.option("--batch-size", metavar="N", help="How many samples each step sees.")
@click.option("--lr", metavar="X", help="Learning rate of the optimizer.")
@click.option("--seed", metavar="N", help="Where chance starts: split, initial weights, shuffling.")
@click.option("--device", metavar="NAME", help="cpu, or for example cuda:0.")
@click.option("--resume", metavar="RUN", help="Go on from the last checkpoint of a run (its name or folder).")
@click.option(
    "--run-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the run's folder is made (otherwise NAME.runs beside FILE).",
)
@click.option(
    "--set",
    "settings",
    metavar="PATH=VALUE",
    multiple=True,
    help="Another value for a field, for example training.optimizer.lr=0.01 or "
    "n2.out_features=32; repeatable.",
)
@common
def train(
    file: Path,
    resume: str | None,
    run_dir: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    **fields: str | None,
) -> int:
    """Train the network in FILE and keep the run; Ctrl+C stops it with a checkpoint to resume from."""
    from nnbuilder.cli import training

    chosen = {name: value for name, value in fields.items() if value is not None}
    job = training.plan(file, _settings(chosen, settings), resume, run_dir)
    return training.carry_out(job, as_json=as_json)


def _settings(chosen: dict[str, str], settings: tuple[str, ...]) -> list[Any]:
    from nnbuilder.cli.overrides import Setting, read_setting

    short = [Setting(_FIELDS[name], text, f"--{name.replace('_', '-')}") for name, text in chosen.items()]
    return short + [read_setting(text) for text in settings]
