"""Training by several processes: the command that starts it, and whether it is worth it."""

import re
import shlex
import sys

import msgspec

RESTARTS = 3
"""How often torchrun starts all processes anew after one has died."""

PORT = 29500
"""torchrun's usual port for the first machine."""

FLOPS_PER_S = 2e10
"""What one core computes in a second of training, roughly."""

STEP_S = 2e-4
"""What a step takes however small the network is, roughly."""

BYTES_PER_S = 1e9
"""What two processes on one machine can exchange in a second, roughly."""

NETWORK_BYTES_PER_S = 1e8
"""The same over an ordinary network."""

MEETING_S = 1e-3
"""What a step takes longer because all wait for all, roughly; this much alone ends most small networks."""

NETWORK_MEETING_S = 2e-3
"""The same over an ordinary network."""

_HOST = re.compile(r"[\w.:\[\]-]+", re.ASCII)


class Party(msgspec.Struct, frozen=True):
    """Who trains: `processes` on each of so many `machines`, which meet at `host` and `port`."""

    processes: int = 2
    machines: int = 1
    host: str = ""
    port: int = PORT

    @property
    def everyone(self) -> int:
        """All processes together."""
        return self.processes * self.machines


class Work(msgspec.Struct, frozen=True):
    """What a step has to do: FLOPs of the whole batch, forth and back, and bytes of gradients to share.

    `flops` is None where PyTorch cannot count them. `batch` is the number of samples.
    """

    flops: int | None
    gradients: int
    batch: int


def command(party: Party, file: str, *, windows: bool = sys.platform == "win32") -> str:
    """What to type, on every machine alike."""
    words = ["torchrun"]
    if party.machines > 1:
        words += ["--nnodes", str(party.machines)]
    words += ["--nproc-per-node", str(party.processes)]
    if party.machines > 1:
        words += ["--rdzv-backend", "c10d", "--rdzv-endpoint", f"{_address(party.host)}:{party.port}"]
    words += ["--max-restarts", str(RESTARTS), "-m", "nnbuilder", "train"]
    quote = _in_windows if windows else shlex.quote
    return " ".join(map(quote, [*words, file]))


def fault(party: Party) -> str:
    """Why these processes could not meet; empty where they can."""
    if party.machines > 1 and not party.host.strip():
        return "Several machines need the name or address of the first one, where they meet."
    if party.machines > 1 and not _HOST.fullmatch(party.host.strip()):
        return "The name or address of a machine has letters, digits, dots, hyphens and colons only."
    return ""


def advice(party: Party, work: Work, cores: int) -> str:
    """A sentence that says whether one process would be faster, as far as that can be estimated."""
    if party.everyone == 1:
        return "One process is what the Train button starts, too."
    if party.everyone > work.batch:
        return (
            f"A batch of {work.batch:,} is less than the {party.everyone:,} processes: "
            "some would have nothing to do. One process is faster."
        )
    if party.processes > cores:
        return (
            f"This computer has {_counted(cores, 'core')}: more processes than that take turns and wait for "
            "each other. One process is faster."
        )
    if work.flops is None:
        return "PyTorch does not count what this network computes, so it has to be tried what is faster."
    alone, together = seconds(Party(1), work), seconds(party, work)
    if together >= alone:
        return (
            f"One process is likely faster: a step takes about {_time(alone)} alone, and about "
            f"{_time(together)} together, most of it to share the gradients."
        )
    return (
        f"{party.everyone} processes are likely about {alone / together:.1f} times as fast as one: "
        f"{_time(together)} a step and not {_time(alone)}."
    )


def seconds(party: Party, work: Work) -> float:
    """About how long a step takes on processors."""
    computing = STEP_S + (work.flops or 0) / FLOPS_PER_S / party.everyone
    if party.everyone == 1:
        return computing
    meeting, rate = (
        (MEETING_S, BYTES_PER_S) if party.machines == 1 else (NETWORK_MEETING_S, NETWORK_BYTES_PER_S)
    )
    shared = 2 * work.gradients * (party.everyone - 1) / party.everyone  # each sends and gets so much
    return computing + meeting + shared / rate


def _address(host: str) -> str:
    """An IPv6 address stands in brackets before a port."""
    host = host.strip()
    return f"[{host}]" if ":" in host and not host.startswith("[") else host or "HOST"


def _in_windows(word: str) -> str:
    return f'"{word}"' if any(sign in word for sign in " &()^;,=%!'[]") else word


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _time(value: float) -> str:
    return f"{value * 1000:.2g} ms" if value < 1 else f"{value:.2g} s"
