"""Loads what a `DataSpec` names; engine and command line only."""

from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from typing import Generic, TypeVar

from nnbuilder.data.prepare import Prepared, prepare
from nnbuilder.data.raw import RawData
from nnbuilder.data.spec import ArraysData, BuiltinData, DataSpec, FileData, Source, ToyData
from nnbuilder.data.table_layout import find_table

V = TypeVar("V")


class Recent(Generic[V]):
    """The values made last, by key: the few that may be asked for again."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value of this key, or None where it was never made or has been dropped."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Hashable, value: V) -> V:
        """Keeps a value, dropping the one unused for longest where there are too many."""
        self._values[key] = value
        while len(self._values) > self._limit:
            self._values.popitem(last=False)
        return value


_raw: Recent[RawData] = Recent(2)
_prepared: Recent[Prepared] = Recent(3)


def load(spec: DataSpec, seed: int, folder: Path | None) -> Prepared:
    """The data split and scaled, from memory where nothing changed since; raises `DataError`.

    `folder` is where a relative path starts: the project file's folder.
    """
    source = _source_key(spec.source, folder)
    key = (source, spec.split, spec.standardize, spec.reconstruct, seed)
    found = _prepared.get(key)
    if found is not None:
        return found
    return _prepared.put(key, prepare(raw_of(spec.source, folder), spec, seed))


def raw_of(source: Source, folder: Path | None) -> RawData:
    """The data as they are, from memory where nothing changed since; raises `DataError`."""
    key = _source_key(source, folder)
    return _raw.get(key) or _raw.put(key, load_raw(source, folder))


def load_raw(source: Source, folder: Path | None) -> RawData:
    """The data as it is, before split and scaling; raises `DataError`."""
    if isinstance(source, BuiltinData):
        from nnbuilder.data.builtin import load_builtin

        return load_builtin(source.name)
    if isinstance(source, ToyData):
        from nnbuilder.data.toy import make_toy

        return make_toy(source)
    if isinstance(source, ArraysData):
        from nnbuilder.data.arrays import load_arrays

        return load_arrays(source, folder)
    from nnbuilder.data.table import load_table

    return load_table(source, folder)


def _source_key(source: Source, folder: Path | None) -> Hashable:
    """The source, and for a file also what would tell that it has changed; raises `DataError`."""
    if not isinstance(source, FileData):
        return source
    path = find_table(source.path, folder)  # also where it was loaded already: another project may not
    try:
        stat = path.stat()
    except OSError:
        return (source, path)
    return (source, path, stat.st_mtime_ns, stat.st_size)
