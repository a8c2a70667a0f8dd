"""Runs written Python in a process of its own in which nothing of the project can be imported."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.structure.sources import ROOT

_RUNNER = '''
import contextlib, io, json, os, runpy, sys


class Closed:
    """Refuses what a reader of the exported file may not have."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"nnbuilder", "msgspec", "safetensors", "PySide6", "matplotlib"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Closed())
answers = {}
with open(sys.argv[1], encoding="utf-8") as file:
    jobs = json.load(file)
for name, words in jobs.items():
    said = io.StringIO()
    os.chdir(os.path.dirname(words[0]))
    sys.argv = list(words)
    with contextlib.redirect_stdout(said):
        runpy.run_path(words[0], run_name="__main__")
    answers[name] = said.getvalue()
assert not any(module.partition(".")[0] == "nnbuilder" for module in sys.modules)
json.dump(answers, sys.stdout)
'''


def run_clean(folder: Path, jobs: Mapping[str, Sequence[str]], timeout: float = 250) -> dict[str, str]:
    """Runs scripts, each a path and its arguments, one after the other; answers with what each printed."""
    plan = folder / "jobs.json"
    plan.write_text(json.dumps({name: list(words) for name, words in jobs.items()}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUNNER, str(plan)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=timeout,
        cwd=folder,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def tidy(*files: Path) -> None:
    """Holds that ruff has nothing to say of written files, nor to lay out anew.

    By its own rules, and by the project's but for those on types, docstrings, printing and a user's letters.
    """
    ruff = Path(sys.executable).with_name("ruff")
    ours = ["--config", str(ROOT / "pyproject.toml"), "--ignore", "ANN,T201,INP001,D,B018,RUF001,RUF003"]
    for words in (["check", "--isolated"], ["check", *ours], ["format", "--diff", "--isolated"]):
        done = subprocess.run(
            [ruff, *words, "--no-cache", *files], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
