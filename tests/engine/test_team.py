"""How processes that train together part, whoever goes first."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PROGRAM_S

PART = """
import os, sys
import torch.distributed as dist
from nnbuilder.engine.team import join

team = join("cpu")
leaves_first = os.environ["RANK"] == sys.argv[1]
if leaves_first:
    dist.barrier = lambda: os._exit(0)
team.finish()
"""


@pytest.mark.parametrize("first", ["0", "1"], ids=["leader", "follower"])
def test_whoever_is_dismissed_may_go_first(first: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    team = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PART, first],
            env=os.environ | team | {"RANK": rank},
            cwd=Path(__file__).parents[2],
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in ("0", "1")
    ]
    for process in processes:
        _, said = process.communicate(timeout=PROGRAM_S)
        assert process.returncode == 0, said
