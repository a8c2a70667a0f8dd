"""The table of measurements: verdicts and words."""

import importlib

import pytest

from tests.bench.figures import Figure, render, timed
from tests.bench.one import GROUPS, main


@pytest.mark.parametrize(
    ("figure", "met", "target"),
    [
        (Figure(group="g", name="n", ours=3.0, limit=4), True, "<= 4 ms"),
        (Figure(group="g", name="n", ours=5.0, limit=4), False, "<= 4 ms"),
        (Figure(group="g", name="n", unit="MB", ours=5.0), None, ""),
        (
            Figure(group="g", name="n", ours=5.0, other=1.0, ratio=0.9, limit=0.95, least=True),
            False,
            ">= 0.95 x",
        ),
        (Figure(group="g", name="n", ours=5.0, other=1.0, ratio=1.0, limit=1.5), True, "<= 1.5 x"),
        (Figure(group="g", name="n", than="peer", limit=5, least=True, skipped="no"), None, ">= 5 x"),
    ],
)
def test_verdict(figure: Figure, met: bool | None, target: str) -> None:
    assert (figure.met, figure.target) == (met, target)


def test_table() -> None:
    figures = [
        Figure(group="g", name="Open", ours=88.8, other=30.4, than="floor", limit=300),
        Figure(group="g", name="Train", than="peer", limit=5, least=True, skipped="peer is not installed"),
        Figure(
            group="g",
            name="Rate",
            unit="steps/s",
            ours=5000.0,
            other=1.0,
            than="x",
            ratio=0.5,
            limit=2,
            least=True,
        ),
    ]
    lines = [line.split("  ") for line in render(figures).splitlines()]
    words = [[word.strip() for word in line if word.strip()] for line in lines]
    assert words == [
        ["Figure", "Ours", "Other", "Ratio", "Target"],
        ["Open", "88.8 ms", "30.4 ms (floor)", "<= 300 ms", "met"],
        ["Train", "-", "peer is not installed", ">= 5 x", "skipped"],
        ["Rate", "5,000 steps/s", "1 steps/s (x)", "0.50", ">= 2 x", "MISSED"],
    ]


def test_time_is_measured_without_the_first_call() -> None:
    calls = []
    assert timed(lambda: calls.append(1), 3, warm=2) >= 0
    assert len(calls) == 5


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_can_be_measured(group: str) -> None:
    assert callable(importlib.import_module(f"tests.bench.{group}").figures)


def test_unknown_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("nothing") == 2
    assert "There is no group nothing" in capsys.readouterr().err
