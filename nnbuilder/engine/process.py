"""What an engine process does for good manners with the operating system, before torch is imported."""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
NICENESS = 5
OOM_SCORE = 500
"""Makes the engine, and not the window, the one that the kernel ends when memory runs out."""


def die_with_parent(parent: int) -> None:
    """Makes the kernel end this process with its parent; leaves at once where the parent is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if sys.platform != "win32" and parent and os.getppid() != parent:
        os._exit(0)


def be_gentle() -> None:
    """Lets the window go first, for processor and for memory."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))


def take_output() -> int:
    """Keeps standard output for messages; what Python, C or children print then goes to standard error."""
    protocol = os.dup(1)
    os.dup2(2, 1)
    return protocol
