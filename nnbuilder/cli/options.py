"""Options that every command has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

C = TypeVar("C", bound=Callable[..., Any])

project_file = click.argument("file", type=click.Path(path_type=Path))
"""The project that a command is about."""


def common(command: C) -> C:
    """Adds `--json` and `--debug`; the latter is read where failures end up."""
    with_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    with_debug = click.option(
        "--debug", is_flag=True, expose_value=False, help="Show Python's traceback of a failure."
    )
    return with_json(with_debug(command))
