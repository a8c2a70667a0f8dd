"""A file system in memory that can lose power: what was not brought to the disk may be gone, torn or early.

Contents survive as far as they were synced; of unsynced bytes any number of 512-byte sectors may be there,
the last one torn. Changes of names survive when the folder was synced; otherwise any of them may be lost,
in any combination, whatever their order.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

from nnbuilder.project.atomic import Files

SECTOR = 512


class Content:
    """The bytes of one file: those that were written, and how many of them are safe."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data
        self.safe = len(data)

    def after_crash(self) -> list[bytes]:
        """All contents that the disk may hold."""
        lengths = {self.safe, len(self.data), *range(self.safe, len(self.data), SECTOR)}
        torn = [self.data[:length] for length in sorted(lengths)]
        zeroed = [] if self.safe == len(self.data) else [bytes(len(self.data))]
        return torn + zeroed


class PowerLoss(Files):
    """Makes the calls of a save on names in memory, and lists what a crash after each of them may leave."""

    def __init__(self, names: dict[str, bytes]) -> None:
        self.safe = {name: Content(data) for name, data in names.items()}
        self.pending: list[tuple[str, str, Content]] = []
        self.open: dict[int, Content] = {}
        self.names = dict(self.safe)

    def create(self, path: Path, mode: int | None) -> int:
        content = Content()
        self._name(path.name, content)
        number = 100 + len(self.open)
        self.open[number] = content
        return number

    def write(self, file: int, data: memoryview) -> int:
        count = min(len(data), 700)
        self.open[file].data += bytes(data[:count])
        return count

    def sync(self, file: int) -> None:
        self.open[file].safe = len(self.open[file].data)

    def close(self, file: int) -> None:
        """Brings nothing to the disk."""

    def link(self, old: Path, new: Path) -> None:
        self._name(new.name, self.names[old.name])

    def replace(self, old: Path, new: Path) -> None:
        content = self.names.pop(old.name)
        self.pending.append(("move", old.name, content))
        self._name(new.name, content)

    def remove(self, path: Path) -> None:
        self.pending.append(("gone", path.name, self.names.pop(path.name)))

    def sync_folder(self, folder: Path) -> None:
        self.safe = dict(self.names)
        self.pending = []

    def crash_states(self) -> Iterator[dict[str, bytes]]:
        """Every folder that may be found after a crash at this moment."""
        for chosen in itertools.product([False, True], repeat=len(self.pending)):
            names = dict(self.safe)
            for (what, name, content), happened in zip(self.pending, chosen, strict=True):
                if happened and what == "put":
                    names[name] = content
                elif happened:
                    names.pop(name, None)
            choices = [content.after_crash() for content in names.values()]
            for contents in itertools.product(*choices):
                yield dict(zip(names, contents, strict=True))

    def _name(self, name: str, content: Content) -> None:
        self.names[name] = content
        self.pending.append(("put", name, content))


class Watched(PowerLoss):
    """Collects the states of a crash after every call."""

    def __init__(self, names: dict[str, bytes]) -> None:
        super().__init__(names)
        self.states: list[dict[str, bytes]] = []

    def write(self, file: int, data: memoryview) -> int:
        written = super().write(file, data)
        self.states += self.crash_states()
        return written

    def sync(self, file: int) -> None:
        self.states += self.crash_states()
        super().sync(file)
        self.states += self.crash_states()

    def link(self, old: Path, new: Path) -> None:
        super().link(old, new)
        self.states += self.crash_states()

    def replace(self, old: Path, new: Path) -> None:
        super().replace(old, new)
        self.states += self.crash_states()
