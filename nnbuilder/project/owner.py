"""Tells whether a process still lives that wrote a lock or a log, though its number may be another's now."""

import ctypes
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

import msgspec


class Owner(msgspec.Struct, frozen=True):
    """A process: its number, when it started (as its system says it), and the name of its computer."""

    pid: int
    started: str
    host: str

    @property
    def foreign(self) -> bool:
        """Whether it ran on another computer, so that nothing can be said about it from here."""
        return self.host != platform.node()

    @property
    def alive(self) -> bool:
        """Whether it still runs; always true for another computer's process."""
        return self.foreign or (alive(self.pid) and start_of(self.pid) == self.started)


@cache
def _this_process(pid: int) -> Owner:
    return Owner(pid, start_of(pid), platform.node())


def this_process() -> Owner:
    """The process that asks."""
    return _this_process(os.getpid())


def alive(pid: int) -> bool:
    """Whether a process of this number runs on this computer."""
    if sys.platform == "win32":
        return bool(start_of(pid))
    if not 0 < pid < 2**31:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return sys.platform != "linux" or _state(pid) not in ("Z", "X", "")


def start_of(pid: int) -> str:
    """When a process started, in words only fit to be compared; empty where there is none."""
    if sys.platform == "win32":
        return _start_on_windows(pid)
    if sys.platform == "linux":
        fields = _stat(pid)
        return f"{_boot()}/{fields[19]}" if len(fields) > 19 else ""
    shown = subprocess.run(  # noqa: S603  (a number and constants)
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
    )
    return shown.stdout.strip()


def _state(pid: int) -> str:
    fields = _stat(pid)
    return fields[0] if fields else ""


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name, which may itself hold spaces and brackets."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


@cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _start_on_windows(pid: int) -> str:
    if sys.platform != "win32":
        return ""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.OpenProcess(0x1000, 0, pid))  # PROCESS_QUERY_LIMITED_INFORMATION
    if not process:
        return ""
    times = (ctypes.c_uint64 * 4)()  # created, exited, kernel, user
    places = [ctypes.byref(times, 8 * index) for index in range(4)]
    read = kernel.GetProcessTimes(process, *places)
    kernel.CloseHandle(process)
    return str(times[0]) if read and times[1] == 0 else ""
