"""The project as Python: written, then run once in a process of its own before it goes out."""

import ast
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load
from nnbuilder.data.spec import DataProfile, FileData
from nnbuilder.data.table_layout import find_table
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.export.compare import Difference, difference
from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.made import Made, Say
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.graph.analysis import Analysis
from nnbuilder.interop.class_writer import class_source
from nnbuilder.interop.script.notebook import notebook
from nnbuilder.interop.script.program import training_script
from nnbuilder.project.project import Project

LIMIT_S = 240.0
"""How long the written network may take to be built and run once."""

_BUILT = ("start-code-1", "network-code-1")
"""Cells of a notebook that build the network."""

_TRIAL = """
import ctypes, hashlib, json, runpy, sys, warnings

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)  # whoever asked is gone: nobody waits for an answer
import torch

warnings.simplefilter("ignore")
job = json.load(sys.stdin)
torch.set_num_threads(1)
made = runpy.run_path(job["path"], run_name="exported")
torch.manual_seed(job["seed"])
network = (made.get("build_model") or made["Network"])().eval()
digest = hashlib.sha256()
for name, tensor in network.state_dict().items():
    digest.update(f"{name} {list(tensor.shape)}\\n".encode())
    digest.update(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
torch.manual_seed(job["seed"])
x = torch.rand(job["shape"]).mul(3).to(getattr(torch, job["dtype"]))
with torch.no_grad():
    output = network(x).flatten().double().tolist()
print(json.dumps([digest.hexdigest(), output]))
"""


def make_source(form: str, project: Project, base: Path | None, target: Path, say: Say) -> Made:
    """The bytes of a script, a notebook or a module whose network was run; raises `WriteError` too."""
    say("The data are looked at…")
    profile, notes = _profile(project, base)
    analysis = _analysis(project, profile)
    say("The source is written…")
    if form == "model":
        text = class_source(project.graph, analysis)
        source = text
    else:
        write = notebook if form == "notebook" else training_script
        text = write(project, analysis, profile, base, _table(project, base, target))
        source = _cells(text) if form == "notebook" else text
    say("A process of its own runs its network…")
    return Made(text.encode(), (_tried(project, profile, source),), notes=notes)


def _profile(project: Project, base: Path | None) -> tuple[DataProfile | None, tuple[str, ...]]:
    try:
        return load(project.data, project.training.seed, base).profile, ()
    except DataError as error:
        return None, (f"The data cannot be loaded, so random samples stand in their place: {error}",)


def _analysis(project: Project, profile: DataProfile | None) -> Analysis:
    *_, last = Analyzer().analyze(project, profile)
    return last.analysis


def _table(project: Project, base: Path | None, target: Path) -> str:
    """How the written file names the project's table: by the way from its own folder to it."""
    source = project.data.source
    if not isinstance(source, FileData):
        return ""
    try:
        table = find_table(source.path, base).resolve()
        return Path(os.path.relpath(table, target.resolve().parent)).as_posix()
    except (DataError, OSError, ValueError):  # not there, or on another drive
        return ""


def _cells(text: str) -> str:
    """The cells of a notebook that build its network; all of its code must be Python."""
    cells = json.loads(text)["cells"]
    code = {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}
    for source in code.values():
        ast.parse(source)
    return "\n\n".join(code[name] for name in _BUILT)


def _tried(project: Project, profile: DataProfile | None, source: str) -> str:
    """The sentence on a run of the written network beside ours; raises where they differ."""
    network, kind, _ = fresh_network(project, profile)
    sha256 = weights_sha256(network.state_dict())
    seed = project.training.seed
    shape = [3, *(size or 1 for size in kind.shape[1:])]
    with tempfile.TemporaryDirectory(prefix="nnbuilder-") as folder:
        path = Path(folder) / "exported.py"
        path.write_text(source, encoding="utf-8")
        job = {"path": str(path), "seed": seed, "shape": shape, "dtype": kind.dtype}
        said_sha256, said = _run(job)
    torch.manual_seed(seed)
    x = torch.rand(shape).mul(3).to(getattr(torch, kind.dtype))
    with torch.no_grad():
        ours = network(x).flatten().double()
    theirs = torch.tensor(said, dtype=torch.float64)
    found = difference(ours.numpy(), theirs.numpy()) if ours.shape == theirs.shape else Difference(torch.inf)
    if said_sha256 != sha256 or not found.ratio <= 1e-6:
        raise ExportError("The written network is not the drawn one, so nothing was written.")
    same = "no difference" if not found.largest else f"largest difference {found.largest:.1e}"
    return f"A fresh Python ran its network: the same initial weights bit for bit, and outputs with {same}."


def _run(job: object) -> tuple[str, list[float]]:
    """Builds and runs a written network; its hash and its output."""
    line = [sys.executable, "-I", "-c", _TRIAL]
    try:
        done = subprocess.run(  # noqa: S603  (our own Python runs what we have just written)
            line,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=LIMIT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise ExportError(f"The written network did not run within {LIMIT_S:.0f} seconds.") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        raise ExportError(f"The written network does not run: {last}")
    sha256, output = json.loads(done.stdout.splitlines()[-1])
    return sha256, output
