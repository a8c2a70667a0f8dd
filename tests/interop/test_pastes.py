"""The corpus of pastes, read: each gives the network or the report that its file expects."""

import pytest

from nnbuilder.interop.read_text import read_text
from nnbuilder.interop.reading import Reading, SourceProblem
from tests.corpus import (
    Paste,
    Sentence,
    expected_layers,
    expected_offer,
    pastes,
    read_layers,
    read_offer,
)

PASTES = pastes()


def test_the_corpus_is_large_enough() -> None:
    assert len(PASTES) >= 150
    assert len({paste.title for paste in PASTES}) == len(PASTES)


@pytest.mark.parametrize("paste", PASTES, ids=str)
def test_a_paste_is_read_as_expected(paste: Paste) -> None:
    first = read_text(paste.text)
    _check_report(paste, first)
    if paste.choose:
        assert paste.choose in {network.name for network in first.networks}
    reading = read_text(paste.text, paste.answers, paste.choose) if paste.answers or paste.choose else first
    if paste.layers is not None and not (paste.refusable and not reading.ok):
        layers = read_layers(reading.layers, named=paste.named)
        assert layers == expected_layers(paste.layers, named=paste.named)
        assert reading.ok or paste.errors, [str(problem) for problem in reading.problems]


@pytest.mark.parametrize("paste", PASTES, ids=str)
def test_no_success_is_empty(paste: Paste) -> None:
    reading = read_text(paste.text)
    assert reading.layers or reading.asked or _errors(reading)
    assert not reading.ok or reading.layers


def _check_report(paste: Paste, reading: Reading) -> None:
    errors = _errors(reading)
    if not paste.refusable:
        assert bool(errors) == bool(paste.errors), [str(problem) for problem in errors]
        for sentence in paste.errors:
            assert any(_says(problem, sentence) for problem in errors), [*map(str, errors), sentence]
        lines = {sentence.line for sentence in paste.errors}
        assert 0 in lines or {problem.line for problem in errors} <= lines, [*map(str, errors)]
        assert tuple(asked.name for asked in reading.asked) == paste.asked
    warnings = [problem for problem in reading.problems if problem.severity == "warning"]
    for sentence in paste.warnings:
        assert any(_says(problem, sentence) for problem in warnings), [*map(str, warnings)]
    for sentence in paste.skipped:
        told = [(skipped.line, skipped.text) for skipped in reading.skipped]
        assert any(line == sentence.line and sentence.words in text for line, text in told), told
    if paste.networks:
        assert tuple(network.name for network in reading.networks) == paste.networks
    if paste.offer is not None:
        assert read_offer(reading) == expected_offer(paste.offer)


def _errors(reading: Reading) -> list[SourceProblem]:
    return [problem for problem in reading.problems if problem.severity == "error"]


def _says(problem: SourceProblem, sentence: Sentence) -> bool:
    placed = sentence.line in {0, problem.line}
    return placed and sentence.words.casefold() in problem.message.casefold()
