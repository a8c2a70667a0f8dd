"""The command for several processes, and what is said of its worth."""

import shlex

import pytest
from torch.distributed.run import get_args_parser

from nnbuilder.project.together import Party, Work, advice, command, fault, seconds

SMALL = Work(flops=2_000_000, gradients=20_000, batch=32)
LARGE = Work(flops=50_000_000_000, gradients=4_000_000, batch=256)


def test_one_machine() -> None:
    assert command(Party(2), "spiral.nnb") == (
        "torchrun --nproc-per-node 2 --max-restarts 3 -m nnbuilder train spiral.nnb"
    )


def test_several_machines() -> None:
    assert command(Party(4, 2, "alpha", 29400), "/data/my net.nnb", windows=False) == (
        "torchrun --nnodes 2 --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint alpha:29400 "
        "--max-restarts 3 -m nnbuilder train '/data/my net.nnb'"
    )


@pytest.mark.parametrize(
    "party", [Party(1), Party(3), Party(2, 2, "10.0.0.1"), Party(8, 16, "fe80::1", 4000), Party(2, 3, "")]
)
def test_torchrun_itself_reads_what_is_written(party: Party) -> None:
    file = "it's & 100% (mine).nnb"
    words = shlex.split(command(party, file, windows=False))
    read = get_args_parser().parse_args(words[1:])
    assert read.nproc_per_node == str(party.processes)
    assert read.nnodes == (str(party.machines) if party.machines > 1 else "1:1")
    assert (read.max_restarts, read.module, read.training_script) == (3, True, "nnbuilder")
    assert read.training_script_args == ["train", file]
    if party.machines > 1:
        host, _, port = read.rdzv_endpoint.rpartition(":")
        assert (host.strip("[]") or "HOST", int(port)) == (party.host or "HOST", party.port)


def test_windows_quotes_with_its_own_marks() -> None:
    assert command(Party(2), r"C:\my nets\a.nnb", windows=True).endswith(r'train "C:\my nets\a.nnb"')


def test_several_machines_need_a_place_to_meet() -> None:
    assert fault(Party(2)) == ""
    assert fault(Party(2, 2, "alpha-1.example")) == ""
    assert fault(Party(2, 2, "fe80::1")) == ""
    assert "need the name or address" in fault(Party(2, 2, " "))
    assert "letters, digits" in fault(Party(2, 2, "a; rm b"))


@pytest.mark.parametrize(
    ("party", "work", "said"),
    [
        (Party(1), SMALL, "One process is what the Train button starts"),
        (Party(2), SMALL, "One process is likely faster"),
        (Party(2), LARGE, "2 processes are likely about 2.0 times as fast"),
        (Party(2, 2, "a"), LARGE, "4 processes are likely about"),
        (Party(8), LARGE, "This computer has 4 cores"),
        (Party(4, 16, "a"), SMALL, "A batch of 32 is less than the 64 processes"),
        (Party(2), Work(None, 10, 32), "does not count"),
    ],
)
def test_it_is_said_when_one_is_faster(party: Party, work: Work, said: str) -> None:
    assert said in advice(party, work, 4)


def test_more_to_compute_favours_many_and_more_to_share_favours_one() -> None:
    def gain(work: Work) -> float:
        return seconds(Party(1), work) / seconds(Party(2), work)

    assert gain(Work(10**10, 10**5, 64)) > gain(Work(10**9, 10**5, 64)) > gain(Work(10**9, 10**8, 64))
    assert all(gain(Work(flops, 4, 64)) < 2 for flops in (10**6, 10**9, 10**12))
