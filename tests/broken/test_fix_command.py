"""`nnbuilder fix` mends every broken network."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nnbuilder.cli.main import run
from nnbuilder.cli.mending import mend
from tests.broken.cases import EXPECTED, NAMES, asker, broken, path_of
from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT


@pytest.mark.parametrize("name", NAMES)
def test_the_loop_ends_with_a_check_that_passes(name: str) -> None:
    done = mend(broken(name), asker())
    assert done.answer.code == 0
    assert 1 <= len(done.steps) <= 2
    again = mend(done.project, asker())
    assert (again.project, again.steps) == (done.project, ())


@pytest.mark.parametrize("name", ["flatten-first", "channels-last-sequence", "chain-two-gaps", "in-a-group"])
def test_the_command_writes_what_it_mended(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shutil.copy(path_of(name), tmp_path)
    assert run(["fix", str(file), "--json"]) == 0
    fixed, *_ = json.loads(capsys.readouterr().out)["fixed"]  # advice may follow
    assert (fixed["code"], fixed["node"], fixed["fix"]["title"]) == (
        EXPECTED[name].code,
        EXPECTED[name].node,
        EXPECTED[name].fix,
    )
    assert run(["check", str(file)]) == 0


@pytest.mark.parametrize("name", ["kernel-conv", "dtype-embedding-late"])
def test_as_a_process(name: str, tmp_path: Path) -> None:
    file = shutil.copy(path_of(name), tmp_path)
    for words, code in (("check", 3), ("fix", 0), ("check", 0)):
        line = [sys.executable, "-m", "nnbuilder", words, str(file)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PROGRAM_S)
        assert done.returncode == code, done.stderr
