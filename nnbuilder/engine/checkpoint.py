"""Checkpoints: one safetensors file each, written whole or not at all, known by its SHA-256."""

import contextlib
import hashlib
import itertools
import json
import mmap
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from nnbuilder.engine.state import STATE_FORMAT, Facts, TrainerState
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.runs.files import RunFolderError, write_whole
from nnbuilder.runs.moments import MOMENTS
from nnbuilder.runs.record import CheckpointEntry
from nnbuilder.runs.store import CHECKPOINTS, RunStore, load_record

INTERVAL_S = 2.0
"""Least time between two checkpoints of a run that is going."""

SHARE = 0.02
"""Largest share of a run's time that writing may take: large networks are written more rarely."""

KEEP = 3
"""How many of the last checkpoints are kept, the best one not counted."""

_FACTS = "nnbuilder"


class CheckpointError(NNBuilderError):
    """A checkpoint cannot be used; the message says which and why."""


def weights_sha256(weights: Mapping[str, torch.Tensor]) -> str:
    """The hash over a state_dict: per tensor the line `name [sizes]`, then its raw bytes, in order."""
    digest = hashlib.sha256()
    for name, tensor in weights.items():
        digest.update(f"{name} {list(tensor.shape)}\n".encode())
        plain = tensor.detach().cpu().contiguous().reshape(-1)
        digest.update(plain.view(torch.uint8).numpy().data)
    return digest.hexdigest()


def reserve(size: int) -> None:
    """Raises MemoryError where there is no room for two copies of so many bytes.

    Safetensors makes them, and would end the process.
    """
    try:
        mmap.mmap(-1, max(2 * size, 1)).close()
    except OSError as error:
        raise MemoryError(f"Unable to allocate {size} bytes for a checkpoint.") from error


def encode_state(state: TrainerState) -> bytes:
    """A moment as the bytes of a safetensors file, its facts in the header."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.tensors.items()}
    reserve(state.nbytes)
    return save_tensors(tensors, metadata={_FACTS: msgspec.json.encode(state.facts).decode()})


def decode_state(data: bytes) -> TrainerState:
    """The moment in the bytes of a safetensors file; raises `CheckpointError`."""
    try:
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        facts = header["__metadata__"][_FACTS]
        version = json.loads(facts)["format"]
        if version > STATE_FORMAT:
            raise CheckpointError(f"The checkpoint was written by a newer NNBuilder (format {version}).")
        return TrainerState(msgspec.json.decode(facts, type=Facts), load_tensors(data))
    except (SafetensorError, msgspec.MsgspecError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointError(f"This is not a checkpoint: {error}.") from error


def read_checkpoint(path: Path, sha256: str = "") -> TrainerState:
    """Reads one checkpoint and, where its hash is known, verifies it; raises `CheckpointError`."""
    data, digest = _read(path)
    if sha256 and digest != sha256:
        raise CheckpointError(f"{path.name} is damaged: its SHA-256 is not the recorded one.")
    return decode_state(data)


def read_moment(path: Path) -> TrainerState:
    """Reads a moment and holds it against the hash in its name; raises `CheckpointError`."""
    state, digest = _read(path)
    if not path.stem.endswith(digest[:16]):
        raise CheckpointError(f"{path.name} is damaged: its SHA-256 is not the one in its name.")
    return decode_state(state)


def resume_from(path: Path) -> tuple[TrainerState, tuple[str, ...]]:
    """The checkpoint at `path`, or where it is damaged the newest good one before it, with notices.

    Hashes come from the record of the run that the checkpoint belongs to; without a record the file alone
    is tried. A moment is taken as it is. Raises `CheckpointError` where none is good.
    """
    if path.parent.name == MOMENTS:
        return read_moment(path), ()
    entries = _recorded(path)
    notices: list[str] = []
    for entry in entries or (CheckpointEntry(path.name, "", 0, 0),):
        try:
            return read_checkpoint(path.with_name(entry.file), entry.sha256), tuple(notices)
        except CheckpointError as error:
            notices.append(str(error))
    raise CheckpointError("There is no good checkpoint to go on from: train anew. " + " ".join(notices))


class Ring:
    """The checkpoints of one run: the last three and the best; writes no more often than is cheap."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._next = time.perf_counter() + INTERVAL_S
        self._best: TrainerState | None = None
        self._best_loss = float("inf")

    def due(self, now: float) -> bool:
        """Whether it is time for the next one."""
        return now >= self._next

    def is_best(self, loss: float) -> bool:
        """Whether a validation loss is the least so far."""
        return loss < self._best_loss

    def keep_best(self, loss: float, state: TrainerState) -> None:
        """Remembers a moment as the best so far; it is written with the next checkpoint."""
        self._best_loss = loss
        self._best = state.copy()

    def write(self, state: TrainerState, *, again: bool = False) -> CheckpointEntry | None:
        """Writes a moment, and the best one if new; None where it holds NaN or is written already.

        With `again` it takes the place of one that was written after the same step.

        The record is written after the files that it names and before old files are removed, so that it
        never names a file that is not there.
        """
        start = time.perf_counter()
        entries = self._store.record.checkpoints
        step = state.facts.step
        same = [entry for entry in entries if entry.step == step and not entry.best]
        if not state.is_finite() or (same and not again):
            return None
        best = [entry for entry in entries if entry.best]
        if self._best is not None:
            best = [self._put(self._best, best=True)]
            self._best = None
        entry = self._put(state, best=False)
        before = [one for one in entries if not one.best and one.step != step]
        last = [*before, entry][-KEEP:]
        self._store.update(checkpoints=(*best, *last), step=step, epoch=state.facts.epoch)
        self._clean()
        now = time.perf_counter()
        self._next = now + max(INTERVAL_S, (now - start) / SHARE)
        return entry

    def cut(self, step: int, epoch: int) -> None:
        """Forgets what came after a step, the best one too: the run went back."""
        self._best = None
        kept = tuple(entry for entry in self._store.record.checkpoints if entry.step <= step)
        if not any(entry.best for entry in kept):
            self._best_loss = float("inf")
        self._store.update(checkpoints=kept, step=step, epoch=epoch)
        self._clean()

    def clear(self) -> None:
        """Forgets and removes all: the run was rewound."""
        self._best, self._best_loss = None, float("inf")
        self._store.update(checkpoints=(), step=0, epoch=0)
        self._clean()

    def _put(self, state: TrainerState, *, best: bool) -> CheckpointEntry:
        stem = f"{'best' if best else 'step'}-{state.facts.step:09d}"
        named = {entry.file for entry in self._store.record.checkpoints}
        name = next(name for name in _names(stem) if name not in named)
        data = encode_state(state)
        write_whole(self._store.checkpoints / name, data)
        digest = hashlib.sha256(data).hexdigest()
        return CheckpointEntry(name, digest, state.facts.step, state.facts.epoch, best)

    def _clean(self) -> None:
        """Removes checkpoints that the record does not name."""
        named = {entry.file for entry in self._store.record.checkpoints}
        for path in self._store.checkpoints.glob("*.safetensors"):
            if path.name not in named:
                with contextlib.suppress(OSError):  # in use by another program: the next time
                    path.unlink()


def _names(stem: str) -> Iterator[str]:
    """Names that a checkpoint may have: a file that the record names is never written over."""
    yield f"{stem}.safetensors"
    for number in itertools.count(2):
        yield f"{stem}-{number}.safetensors"


def _read(path: Path) -> tuple[bytes, str]:
    """A file's bytes and their hash."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {error.strerror}.") from error
    return data, hashlib.sha256(data).hexdigest()


def _recorded(path: Path) -> tuple[CheckpointEntry, ...]:
    """The record's checkpoints that may stand for this one: itself, then earlier ones, newest first."""
    try:
        entries = load_record(path.parent.parent).checkpoints if path.parent.name == CHECKPOINTS else ()
    except RunFolderError:
        return ()
    wanted = next((entry for entry in entries if entry.file == path.name), None)
    if wanted is None:
        return ()
    earlier = [entry for entry in entries if entry.step < wanted.step]
    return (wanted, *sorted(earlier, key=lambda entry: entry.step, reverse=True))
