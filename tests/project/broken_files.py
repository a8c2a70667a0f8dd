"""Layers of file calls that fail, stop or forget at a chosen place."""

import errno
from pathlib import Path

from nnbuilder.project.atomic import Files


class Killed(BaseException):
    """The process ends here: nothing after it happens, no clean-up either."""


class Counted(Files):
    """The real calls, each of which passes `step` first, with its name."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def step(self, name: str) -> None:
        """Counts a call before it is made."""
        self.calls.append(name)

    def create(self, path: Path, mode: int | None) -> int:
        self.step("create")
        return super().create(path, mode)

    def write(self, file: int, data: memoryview) -> int:
        self.step("write")
        return super().write(file, data)

    def sync(self, file: int) -> None:
        self.step("sync")
        super().sync(file)

    def close(self, file: int) -> None:
        self.step("close")
        super().close(file)

    def link(self, old: Path, new: Path) -> None:
        self.step("link")
        super().link(old, new)

    def replace(self, old: Path, new: Path) -> None:
        self.step("replace")
        super().replace(old, new)

    def remove(self, path: Path) -> None:
        self.step("remove")
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self.step("sync_folder")
        super().sync_folder(folder)


class Dying(Counted):
    """Makes so many calls and then none, as if the process were killed."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.left = calls

    def step(self, name: str) -> None:
        """Ends the process before the call that is one too many."""
        super().step(name)
        if self.left <= 0 and name != "close":  # a dead process closes its files
            raise Killed
        self.left -= 1


class Failing(Counted):
    """One call of a save, counted from 0, fails with an error of the system."""

    def __init__(self, call: int, code: int = errno.EIO) -> None:
        super().__init__()
        self.call = call
        self.code = code

    def step(self, name: str) -> None:
        """Lets the chosen call fail."""
        super().step(name)
        if len(self.calls) - 1 == self.call:
            raise OSError(self.code, f"made to fail at {name}")


class Slow(Counted):
    """Writes only a few bytes at a time, as a full pipe or a signal may have it."""

    def write(self, file: int, data: memoryview) -> int:
        return super().write(file, data[:1000])


class Stuck(Counted):
    """Says that nothing was written, without an error."""

    def write(self, file: int, data: memoryview) -> int:
        self.step("write")
        return 0


class NoLinks(Counted):
    """A file system without second names."""

    def link(self, old: Path, new: Path) -> None:
        self.step("link")
        raise OSError(errno.EPERM, "not permitted")
