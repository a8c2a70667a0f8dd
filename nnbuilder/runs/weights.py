"""Where the weights that a project stands at are stored: one safetensors file each, named by its SHA-256."""

import hashlib
import shutil
from pathlib import Path

from nnbuilder.runs.files import cannot_write, write_whole

PICKLED = (".pth", ".pt", ".ckpt", ".bin")
"""How files that torch saves are named: they could hold more than tensors."""

SUFFIXES = (".safetensors", *PICKLED)
"""How files of weights are named, here and elsewhere."""

WEIGHTS = "weights"
"""The folder of these files, in the runs folder of the project."""


def weights_path(runs: Path, sha256: str) -> Path:
    """Where weights of this hash lie, if they are there."""
    return runs / WEIGHTS / f"{sha256}.safetensors"


def store_weights(runs: Path, data: bytes) -> str:
    """Stores the bytes of a safetensors file; answers with their hash. Raises `RunFolderError`."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = weights_path(runs, sha256)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    write_whole(path, data)
    return sha256


def share_weights(source: Path, target: Path) -> None:
    """Lets a copy of a project, with its undo, stand at the same weights: links the files, or copies them.

    Raises OSError where that cannot be.
    """
    for before in sorted((source / WEIGHTS).glob("*.safetensors")):
        after = target / WEIGHTS / before.name
        if after.exists():
            continue
        after.parent.mkdir(parents=True, exist_ok=True)
        try:
            after.hardlink_to(before)
        except OSError:
            partial = after.with_suffix(".partial")
            shutil.copyfile(before, partial)
            partial.replace(after)
