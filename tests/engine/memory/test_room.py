"""How much memory is free, and how much a training needs."""

import resource
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.faults.shortage import ShortOfMemory, demand_room, ran_out
from nnbuilder.engine.memory import room
from nnbuilder.engine.memory.need import Need, fitting_batch, need_of, readable
from nnbuilder.engine.memory.room import free_memory
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.report.memory import OptimizerState
from tests.engine.samples import chain, data_of, make_project

PROJECT = make_project(
    chain(("Linear", {"out_features": 1000}), ("Tanh", {}), ("Linear", {"out_features": 2}))
)


def analysis() -> Analysis:
    """Torch's answer about the project."""
    *_, last = Analyzer().analyze(PROJECT, data_of(PROJECT).profile)
    return last.analysis


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_is_free_is_what_the_system_says() -> None:
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(lines["MemAvailable"].split()[0]) * 1024
    found = free_memory()

    assert found is not None
    assert 0 < found <= available * 1.1


def test_a_container_may_have_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "memory.max": "5000",
        "memory.current": "4000",
        "memory.stat": "anon 1\ninactive_file 300",
    }.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(room, "_GROUP", tmp_path)
    assert free_memory() == 1300
    (tmp_path / "memory.max").write_text("max")
    assert free_memory() != 1300


def test_a_limit_of_address_space_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + 50_000_000
    monkeypatch.setattr(resource, "getrlimit", lambda _: (most, most))
    found = free_memory()

    assert found is not None
    assert 0 < found <= 50_000_000


def test_where_nobody_says_nothing_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(room, "_PROC", tmp_path)
    monkeypatch.setattr(room, "_GROUP", tmp_path)
    assert free_memory() is None


def test_a_gpu_that_is_not_there_has_none() -> None:
    assert free_memory(f"cuda:{torch.cuda.device_count() + 70}") is None
    assert free_memory("cuda:x") is None


def test_a_need_is_that_of_torchs_own_tensors() -> None:
    """Weights and gradients, Adam's two averages, and what a step of 64 samples keeps, counted by hand."""
    model = nn.Sequential(nn.Linear(2, 1000), nn.Tanh(), nn.Linear(1000, 2))
    weights = sum(parameter.nbytes for parameter in model.parameters())
    need = need_of(analysis(), 64, OptimizerState(per_scalar=8))

    assert need.weights == 2 * weights
    assert need.state == 2 * weights
    kept = (
        64 * 2 * 4 + 64 * 1000 * 4
    )  # the batch for the first layer, the output of Tanh for itself and the last
    assert need.batch == kept + 2 * 64 * 1000 * 4
    assert need.checkpoint == 3 * (weights + need.state)


def test_the_batch_that_fits_is_the_largest_power_of_two() -> None:
    found = analysis()
    free = 80_000_000
    size = fitting_batch(found, 5000, None, free)

    assert size is not None
    assert need_of(found, size, None).fits(free)
    assert size == 4096 or not need_of(found, 2 * size, None).fits(free)
    assert fitting_batch(found, 5000, None, 1_000_000) is None
    assert fitting_batch(found, 1, None, free) is None


def test_the_largest_parts_come_first_in_words() -> None:
    need = Need(weights=2_000_000, state=50_000_000, batch=900_000_000, checkpoint=0)
    assert need.words() == "900 MB for each batch, 50 MB for the optimizer"


@pytest.mark.parametrize(("size", "words"), [(12, "12 bytes"), (1_500, "1.5 kB"), (2_345_678_901, "2.35 GB")])
def test_sizes_are_readable(size: int, words: str) -> None:
    assert readable(size) == words


def test_what_fits_is_not_refused_and_what_does_not_is(monkeypatch: pytest.MonkeyPatch) -> None:
    demand_room(PROJECT, data_of(PROJECT))
    big = make_project(chain(("Linear", {"out_features": 30_000_000}), ("Linear", {"out_features": 2})))
    monkeypatch.setattr("nnbuilder.engine.faults.shortage.free_memory", lambda _: 500_000_000)
    with pytest.raises(ShortOfMemory, match="Even a batch of 1 does not fit") as caught:
        demand_room(big, data_of(big))
    assert "500 MB are free" in caught.value.problems[0].message


def test_running_out_is_known_behind_other_errors() -> None:
    behind = ValueError("no")
    behind.__cause__ = MemoryError()
    assert ran_out(behind)
    assert not ran_out(ValueError("out of bounds"))
    assert not ran_out(None)
