"""Where the weights that a project stands at are stored: one safetensors file each, named by its SHA-256.

Each change by hand stores weights, for undo to come back to. What no project, run or recovery log names any
more is cleared when a project is opened, the day after at the earliest.
"""

import hashlib
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from nnbuilder.runs.files import cannot_write, write_whole

PICKLED = (".pth", ".pt", ".ckpt", ".bin")
"""How files that torch saves are named: they could hold more than tensors."""

SUFFIXES = (".safetensors", *PICKLED)
"""How files of weights are named, here and elsewhere."""

WEIGHTS = "weights"
"""The folder of these files, in the runs folder of the project."""

DAY_S = 24 * 3600.0

KEPT_DAYS = 30
"""How long weights that nothing names are kept: somebody may put an old copy of the project back."""

KEPT_BYTES = 256 * 2**20
"""How much of them is kept that is older than a day, the newest first."""

_RECORDS = ("*/*.json", ".trash/*/*.json")
"""Where records lie that hold projects: of runs, of sweeps and of deleted runs."""

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class _Stored:
    """Weights that are stored: where, when they were written (seconds since 1970), and their bytes."""

    path: Path
    when: float
    size: int


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


def clear_weights(runs: Path, texts: Iterable[Path], now: float | None = None) -> None:
    """Removes stored weights that neither these files name nor any record in the runs folder.

    All stay where one of the files cannot be read: it may name them.
    """
    now = time.time() if now is None else now
    stored = _stored(runs)
    try:
        for files in (texts, chain.from_iterable(map(runs.glob, _RECORDS))):
            if not _due(stored, now):
                return  # nothing is read for it
            named = _named(files)
            stored = [one for one in stored if one.path.stem not in named]
    except OSError:
        return
    for path in _due(stored, now):
        with suppress(OSError):
            path.unlink()


def _due(stored: Iterable[_Stored], now: float) -> list[Path]:
    """What has had its time, where nothing names any of these."""
    found, size = [], 0
    for one in sorted(stored, key=lambda one: -one.when):
        size += one.size
        age = now - one.when
        if age > KEPT_DAYS * DAY_S or (age > DAY_S and size > KEPT_BYTES):
            found.append(one.path)
    return found


def _stored(runs: Path) -> list[_Stored]:
    """All weights that are stored there."""
    found = []
    for path in (runs / WEIGHTS).glob("*.safetensors"):
        with suppress(OSError):
            known = path.stat()
            found.append(_Stored(path, known.st_mtime, known.st_size))
    return found


def _named(texts: Iterable[Path]) -> set[str]:
    """All hashes that stand in these files; one that is gone meanwhile names none."""
    found: set[str] = set()
    for path in texts:
        with suppress(FileNotFoundError):
            found.update(name.decode() for name in _HASH.findall(path.read_bytes()))
    return found


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
