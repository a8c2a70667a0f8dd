"""Damaged files are opened or refused, quickly and with places; nothing else happens."""

import random
import resource
import time

import pytest

from nnbuilder.project.check import check_drawing
from nnbuilder.project.text import Loaded, ProjectFileError, dump_project, parse_project
from tests.project.mutations import mutate
from tests.project.samples import everything, long_chain, starter

SEED = 20240607


HANG = 10
"""Seconds that no text may take: ten times what the slowest one takes."""


def outcome(text: str) -> Loaded | ProjectFileError:
    """What opening a text ends in."""
    start = time.process_time()
    try:
        return parse_project(text)
    except ProjectFileError as error:
        return error
    finally:
        assert time.process_time() - start < HANG


def is_well_told(error: ProjectFileError) -> bool:
    """Whether every fault of a file is a sentence with a place, unless the whole file is at fault."""
    whole = {"file-not-json", "file-no-project", "file-too-large"}
    return bool(error.problems) and all(
        problem.message.endswith(".")
        and (problem.path or problem.code in whole or "more faults" in problem.message)
        for problem in error.problems
    )


def test_damaged_files_are_opened_or_refused(soaking: bool) -> None:
    texts = [dump_project(project) for project in (starter(), everything(), long_chain(20))]
    chance = random.Random(SEED)  # noqa: S311  (a repeatable choice, no secret)
    count = 100_000 if soaking else 2_000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    parsed = opened = 0
    for number in range(count):
        found = outcome(mutate(texts[number % len(texts)], chance))
        if isinstance(found, Loaded):
            opened += 1
            check_drawing(found.project)
            assert parse_project(dump_project(found.project)).project == found.project, (SEED, number)
        else:
            assert is_well_told(found), (SEED, number)
        parsed += isinstance(found, Loaded) or found.problems[0].code != "file-not-json"
    assert parsed >= 0.6 * count
    assert opened >= 0.01 * count
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 200_000  # KiB


BOMBS = {
    "nested": "[" * 8_000_000,
    "wide": "[" + "1," * 4_000_000 + "1]",
    "nodes": '{"nnbuilder": 1, "graph": {"nodes": {'
    + ",".join(f'"n{n}": {{}}' for n in range(100_000))
    + "}}}",
    "edges": '{"nnbuilder": 1, "graph": {"nodes": {}, "edges": [' + "0," * 400_000 + "0]}}",
    "text": '{"nnbuilder": 1, "weights": "' + "x" * 8_000_000 + '"}',
    "number": '{"nnbuilder": ' + "9" * 8_000_000 + "}",
    "doubled": "{" + '"a": NaN, ' * 400_000 + '"b": 1}',
    "keys": "{" + ",".join(f'"{n}":NaN' for n in range(240_000)) + "}",
    "escapes": '"' + "\\u0000" * 1_300_000 + '"',
    "empty": " " * (8 * 2**20),
}


@pytest.mark.parametrize("name", BOMBS)
def test_huge_files_are_refused_quickly(name: str) -> None:
    assert isinstance(outcome(BOMBS[name]), ProjectFileError)
