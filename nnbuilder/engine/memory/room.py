"""How much memory is free: on this computer, within the limits of this process, on a device."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

if sys.platform != "win32":
    import resource

_PROC = Path("/proc")
_GROUP = Path("/sys/fs/cgroup")


def free_memory(device: str = "cpu") -> int | None:
    """The bytes that training can still get on a device; None where nobody says.

    For a processor that is the least of what the system calls available, what is left of the memory that a
    container may use, and what is left of the address space that this process may have.
    """
    if device.startswith("cuda"):
        with contextlib.suppress(RuntimeError, AssertionError, ValueError):  # there is no such device
            return torch.cuda.mem_get_info(torch.device(device))[0]
        return None
    return min(_limits(), default=None)


def _limits() -> Iterator[int]:
    with contextlib.suppress(OSError, ValueError, IndexError):
        yield _available(_PROC / "meminfo")
    with contextlib.suppress(OSError, ValueError):
        yield _left_in_group(_GROUP)
    yield from _left_in_process()


def _available(meminfo: Path) -> int:
    """What Linux holds free or can free at once."""
    lines = meminfo.read_text().splitlines()
    [line] = [line for line in lines if line.startswith("MemAvailable:")]
    return int(line.split()[1]) * 1024


def _left_in_group(group: Path) -> int:
    """What is left of a container's memory; raises ValueError where it has no limit."""
    most = int((group / "memory.max").read_text())
    used = int((group / "memory.current").read_text())
    kept = (line.split() for line in (group / "memory.stat").read_text().splitlines())
    cached = sum(int(count) for name, count in kept if name == "inactive_file")
    return max(0, most - used + cached)


def _left_in_process() -> Iterator[int]:
    """What is left of the limits of address space, where some are set."""
    if sys.platform == "win32":
        return
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY:
        return
    with contextlib.suppress(OSError, ValueError):
        pages = int((_PROC / "self/statm").read_text().split()[0])
        yield max(0, most - pages * os.sysconf("SC_PAGE_SIZE"))
