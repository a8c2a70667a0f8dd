"""Arrays read from files, by NumPy's own words: `np.load`, `np.loadtxt` and `np.genfromtxt`.

Only plain files on this computer with the endings of `SUFFIXES` and `TEXTS` are opened, for reading, never
with pickle, and only where what they hold is within the bench's limits.
"""

import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.arrays_layout import read_heads
from nnbuilder.data.errors import DataError
from nnbuilder.engine.bench.errors import BenchError
from nnbuilder.engine.bench.guard import MAX_NUMBERS

NUMPY_DTYPES = {
    "np.float32": np.float32,
    "np.float64": np.float64,
    "np.int64": np.int64,
    "np.int32": np.int32,
    "np.uint8": np.uint8,
    "np.bool_": np.bool_,
}
"""The number types of NumPy that a line may name."""

SUFFIXES = (".npy", ".npz")
"""How files of `np.load` are named."""

TEXTS = (".csv", ".tsv", ".txt")
"""How files of `np.loadtxt` and `np.genfromtxt` are named."""

MAX_TEXT_BYTES = 64 * 2**20
"""The largest text file."""

Array = NDArray[Any]


class Archive(Mapping[str, Array]):
    """The arrays of an .npz file by name, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._heads = {head.name: head for head in read_heads(path)}
        except DataError as error:
            raise BenchError(str(error)) from error

    def __getitem__(self, name: str) -> Array:
        head = self._heads.get(name)
        if head is None:
            raise BenchError(f"There is no {name!r} in {self._path.name}; it has {', '.join(self._heads)}.")
        _check_size(head.shape, f"{name} of {self._path.name}")
        with np.load(self._path, allow_pickle=False) as archive:
            found: Array = archive[name]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)

    def __str__(self) -> str:
        return "\n".join(head.label() for head in self._heads.values())


class Files:
    """Opens files for lines; a relative path is looked for in each of the `folders`."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders or (Path(),)

    @property
    def words(self) -> Mapping[str, Callable[..., Any]]:
        """The words that read files, by their paths."""
        return {"np.load": self.load, "np.loadtxt": self.loadtxt, "np.genfromtxt": self.genfromtxt}

    def load(self, file: str) -> Array | Archive:
        """The array of an .npy file, or those of an .npz file; raises `BenchError`."""
        path = self._found(file, SUFFIXES)
        if path.suffix.lower() == ".npz":
            return Archive(path)
        try:
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            _check_size(mapped.shape, path.name)
            return np.array(mapped)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise _unreadable(path, error) from error

    def loadtxt(
        self,
        fname: str,
        dtype: Any = float,
        delimiter: str | None = None,
        skiprows: int = 0,
        usecols: Any = None,
        max_rows: int | None = None,
    ) -> Array:
        """The numbers of a text file; a cell that is no number is an error. Raises `BenchError`."""
        path = self._found(fname, TEXTS)
        try:
            return np.loadtxt(
                path, dtype=_plain(dtype), delimiter=delimiter, skiprows=skiprows, usecols=usecols,
                max_rows=max_rows, encoding="utf-8-sig", ndmin=1,
            )  # fmt: skip
        except (OSError, ValueError, IndexError) as error:
            raise _unreadable(path, error) from error

    def genfromtxt(
        self,
        fname: str,
        dtype: Any = float,
        delimiter: str | None = None,
        skip_header: int = 0,
        usecols: Any = None,
        max_rows: int | None = None,
    ) -> Array:
        """The numbers of a text file; a cell that is no number becomes nan. Raises `BenchError`."""
        path = self._found(fname, TEXTS)
        try:
            return np.genfromtxt(
                path, dtype=_plain(dtype), delimiter=delimiter, skip_header=skip_header, usecols=usecols,
                max_rows=max_rows, encoding="utf-8-sig",
            )  # fmt: skip
        except (OSError, ValueError, IndexError) as error:
            raise _unreadable(path, error) from error

    def _found(self, file: Any, endings: tuple[str, ...]) -> Path:
        """The plain file that a text names."""
        if not isinstance(file, str) or not file.strip() or "\0" in file:
            raise BenchError('A file is named in quotes, for example  "numbers.npy".')
        path = Path(file).expanduser()
        if path.suffix.lower() not in endings:
            raise BenchError(
                f"{path.name} does not end in {' or '.join(endings)}: nothing else is opened here."
            )
        if file.startswith(("//", "\\\\")) or "://" in file:
            raise BenchError(f"{path.name} is not on this computer: save it here first.")
        places = [folder / path for folder in self._folders]
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            raise BenchError(f"There is no file {places[0]}.")
        if endings is TEXTS and found.stat().st_size > MAX_TEXT_BYTES:
            raise BenchError(
                f"{path.name} is larger than {MAX_TEXT_BYTES // 2**20} MiB: save it as .npy first."
            )
        return found


def _check_size(shape: tuple[int, ...], what: str) -> None:
    count = math.prod(shape)
    if count > MAX_NUMBERS:
        raise BenchError(f"{what} holds {count:,} numbers; the bench holds up to {MAX_NUMBERS:,} in one.")


def _plain(dtype: Any) -> Any:
    """Python's and NumPy's own number types; anything else could be more than numbers."""
    if any(dtype is one for one in (float, int, bool, *NUMPY_DTYPES.values())):
        return dtype
    raise BenchError(f"dtype is one of {', '.join(NUMPY_DTYPES)} here.")


def _unreadable(path: Path, error: Exception) -> BenchError:
    text = str(error).strip().partition("\n")[0].rstrip(".")
    if any(word in text for word in ("allow_pickle", "pickled", "Python objects")):
        return BenchError(f"{path.name} holds Python objects, which could run code: it is not opened.")
    if "could not convert string" in text:
        return BenchError(
            f"{path.name} has a cell that is no number (NumPy: {text}). Leave its line out by skiprows=1, "
            "its column by usecols=(0, 1), or take np.genfromtxt, which makes nan of it."
        )
    return BenchError(f"{path.name} cannot be read as numbers (NumPy: {text}).")
