"""Runs all groups, or those that are named, prints the table and writes `tests/bench/results.json`."""

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import msgspec

from tests.bench.figures import Figure, render
from tests.bench.one import GROUPS

RESULTS = Path(__file__).with_name("results.json")
LIMIT_S = 600


class Results(msgspec.Struct, frozen=True):
    """What was measured, and with what."""

    versions: dict[str, str]
    cores: int
    figures: tuple[Figure, ...]


def main(names: list[str]) -> int:
    """Measures, prints and writes; answers 1 where a group could not be measured."""
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        sys.stderr.write(f"There is no group {unknown[0]}; there are {', '.join(GROUPS)}.\n")
        return 2
    before = _before()
    found: dict[str, list[Figure]] = {}
    failed = []
    for group in names or GROUPS:
        sys.stderr.write(f"measuring {group} ...\n")
        found[group], code = _measure(group)
        failed += [group] if code else []
    figures = [figure for group in GROUPS for figure in found.get(group, before.get(group, []))]
    sys.stdout.write(render([figure for figure in figures if figure.group in found]) + "\n")
    _write(figures)
    for group in failed:
        sys.stderr.write(f"The group {group} could not be measured to its end.\n")
    return 1 if failed else 0


def _measure(group: str) -> tuple[list[Figure], int]:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
        "QT_LOGGING_RULES": "qt.qpa.*=false",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.one", group],
        stdout=subprocess.PIPE,
        env=environment,
        timeout=LIMIT_S,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(b"{")]
    return [msgspec.json.decode(line, type=Figure) for line in lines], done.returncode


def _before() -> dict[str, list[Figure]]:
    """Figures of the last time, by group, for groups that are not measured now."""
    if not RESULTS.exists():
        return {}
    kept: dict[str, list[Figure]] = {}
    for figure in msgspec.json.decode(RESULTS.read_bytes(), type=Results).figures:
        kept.setdefault(figure.group, []).append(figure)
    return kept


def _write(figures: list[Figure]) -> None:
    versions = {
        name: metadata.version(name) for name in ("torch", "numpy", "PySide6_Essentials", "pyqtgraph")
    }
    versions["python"] = platform.python_version()
    results = Results(versions, os.cpu_count() or 0, tuple(figures))
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
