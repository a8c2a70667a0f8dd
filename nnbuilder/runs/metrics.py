"""The course of a run as raw columns: every step and every epoch, appended while it trains.

`steps.f32` holds float32 pairs (loss, metric), one per step; `epochs.f64` holds rows of seven float64
(epoch, step, training loss and metric, validation loss and metric, seconds since the start). `scores.f64`
holds one row per epoch as well, of the validation scores that the record names. `readings.f64` holds rows of
four float64 at some of the steps, the first and the last among them: step, seconds of training, learning
rate, norm of the gradients. Older runs have neither. All are little-endian without a header; a torn last
row is ignored. NaN means "none".
"""

import contextlib
import math
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.runs.files import cannot_write

STEPS_FILE = "steps.f32"
EPOCHS_FILE = "epochs.f64"
SCORES_FILE = "scores.f64"
READINGS_FILE = "readings.f64"

_STEP = np.dtype("<f4")
_EPOCH = np.dtype("<f8")
_STEP_WIDTH = 2
_EPOCH_WIDTH = 7
_READING_WIDTH = 4


class EpochRow(msgspec.Struct, frozen=True):
    """Means over one epoch; NaN where a value is not finite or there is no validation part."""

    epoch: int
    step: int
    train_loss: float = math.nan
    train_metric: float = math.nan
    validation_loss: float = math.nan
    validation_metric: float = math.nan
    seconds: float = 0.0


class Columns:
    """The open files of a run that is being trained; raises `RunFolderError` where they cannot grow.

    `scores` names what stands in a row of scores; without them that file is not made.
    """

    def __init__(self, folder: Path, scores: tuple[str, ...] = ()) -> None:
        self.scores = scores
        self._folder = folder
        self._steps = _open(folder / STEPS_FILE)
        self._epochs = _open(folder / EPOCHS_FILE)
        self._readings = _open(folder / READINGS_FILE)
        self._scores = _open(folder / SCORES_FILE) if scores else None

    def add_steps(self, losses: NDArray[np.float32], metrics: NDArray[np.float32]) -> None:
        """Appends one row per step; both arrays float32 (n,)."""
        _append(self._steps, np.column_stack([losses, metrics]).astype(_STEP))

    def add_epochs(self, rows: list[EpochRow]) -> None:
        """Appends epochs."""
        _append(self._epochs, np.array([msgspec.structs.astuple(row) for row in rows], dtype=_EPOCH))

    def add_scores(self, rows: NDArray[np.float64]) -> None:
        """Appends the scores of epochs, float64 (epochs, scores)."""
        if self._scores is not None:
            _append(self._scores, rows.astype(_EPOCH))

    def add_readings(self, rows: NDArray[np.float64]) -> None:
        """Appends readings, float64 (readings, 4)."""
        _append(self._readings, rows.astype(_EPOCH))

    def seconds_at(self, step: int) -> float:
        """How long the training took to the last reading that is not beyond a step."""
        rows = read_readings(self._folder)
        before = rows[rows[:, 0] <= step]
        return float(before[-1, 1]) if len(before) else 0.0

    def cut(self, steps: int, epochs: int) -> None:
        """Forgets all that came after so many steps and epochs."""
        kept = int(np.sum(read_readings(self._folder)[:, 0] <= steps))
        _cut(self._readings, kept * _READING_WIDTH * _EPOCH.itemsize)
        if self._scores is not None:
            _cut(self._scores, epochs * len(self.scores) * _EPOCH.itemsize)
        _cut(self._steps, steps * _STEP_WIDTH * _STEP.itemsize)
        _cut(self._epochs, epochs * _EPOCH_WIDTH * _EPOCH.itemsize)

    def close(self) -> None:
        """Closes the files."""
        self._steps.close()
        self._epochs.close()
        self._readings.close()
        if self._scores is not None:
            self._scores.close()


def read_steps(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Losses and metrics of all steps, float32 (n,) each; empty where there are none."""
    rows = _read(folder / STEPS_FILE, _STEP, _STEP_WIDTH)
    return rows[:, 0].astype(np.float32), rows[:, 1].astype(np.float32)


def read_epochs(folder: Path) -> tuple[EpochRow, ...]:
    """All epochs, in order."""
    rows = _read(folder / EPOCHS_FILE, _EPOCH, _EPOCH_WIDTH).tolist()
    return tuple(EpochRow(int(row[0]), int(row[1]), *row[2:]) for row in rows)


def read_scores(folder: Path, count: int, epochs: int) -> NDArray[np.float64]:
    """So many scores of the first epochs, float64 (epochs, count); NaN where none were kept."""
    rows = np.full((epochs, count), np.nan)
    if count:
        known = _read(folder / SCORES_FILE, _EPOCH, count)[:epochs]
        rows[: len(known)] = known
    return rows


def read_readings(folder: Path) -> NDArray[np.float64]:
    """All readings, float64 (readings, 4); none where the run kept none."""
    return _read(folder / READINGS_FILE, _EPOCH, _READING_WIDTH).astype(np.float64)


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("ab", buffering=0)
    except OSError as error:
        raise cannot_write(path, error) from error


def _append(file: BinaryIO, rows: NDArray[np.generic]) -> None:
    """Appends rows, all of them or none."""
    data = memoryview(rows.tobytes())
    size = file.seek(0, 2)
    try:
        while data:
            data = data[file.write(data) :]
    except OSError as error:
        with contextlib.suppress(OSError):
            file.truncate(size)
        raise cannot_write(Path(file.name), error) from error


def _cut(file: BinaryIO, size: int) -> None:
    try:
        if file.seek(0, 2) > size:
            file.truncate(size)
    except OSError as error:
        raise cannot_write(Path(file.name), error) from error


def _read(path: Path, dtype: "np.dtype[np.floating]", width: int) -> NDArray[np.generic]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    whole = len(data) // (dtype.itemsize * width)
    return np.frombuffer(data, dtype, whole * width).reshape(whole, width)
