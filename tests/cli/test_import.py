"""`nnbuilder import`: texts of every kind, through the command as people and programs call it."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from nnbuilder.interop.read_text import read_text
from nnbuilder.project.file import load_project
from tests.cli.conftest import Call
from tests.corpus import Paste, pastes
from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT

NETWORK = "model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A file with a small network."""
    path = tmp_path / "net.py"
    path.write_text(NETWORK)
    return path


def test_a_text_becomes_a_project_that_checks(call: Call, text: Path, tmp_path: Path) -> None:
    done = call("import", text, "-o", tmp_path / "net.nnb")
    assert done.code == 0
    assert "3 layers, 67 parameters, (N, 4) -> (N, 3)" in done.out
    assert call("check", tmp_path / "net.nnb").code == 0


def test_what_stands_beside_the_network_is_taken(call: Call, text: Path, tmp_path: Path) -> None:
    text.write_text(
        NETWORK
        + "loss = nn.CrossEntropyLoss(label_smoothing=0.1)\n"
        + "opt = torch.optim.SGD(model.parameters(), lr=0.5)\nepochs = 7\nbatch_size = 4\n"
    )
    done = call("import", text, "-o", tmp_path / "net.nnb", "--json")
    training = load_project(tmp_path / "net.nnb").project.training
    assert (training.optimizer, training.optimizer_args) == ("SGD", {"lr": 0.5})
    assert (training.epochs, training.batch_size) == (7, 4)
    assert done.json["report"]["training"]["loss_args"] == {"label_smoothing": 0.1}
    graph = load_project(tmp_path / "net.nnb").project.graph
    assert graph.of_type("Loss")[0].args["label_smoothing"] == 0.1


def test_open_names_are_asked_for_and_set(call: Call, text: Path, tmp_path: Path) -> None:
    text.write_text("nn.Sequential(nn.Linear(X.shape[1], h), nn.Dropout(p), nn.Linear(h, 2))\n")
    done = call("import", text, "-o", tmp_path / "net.nnb", "--json")
    assert done.code == 3
    assert done.json["report"]["asked"] == ["X.shape[1]", "h", "p"]
    assert not (tmp_path / "net.nnb").exists()
    sets = ("--set", "X.shape[1]=3", "--set", "h=2*8", "--set", "p=0.5")
    done = call("import", text, "-o", tmp_path / "net.nnb", *sets, "--json")
    assert done.code == 0
    assert [layer["args"].get("out_features") for layer in done.json["layers"]] == [16, None, 2]
    done = call("import", text, "-o", tmp_path / "b.nnb", "--set", "p=7")
    assert (done.code, "p" in done.err) == (2, True)
    assert call("import", text, "-o", tmp_path / "b.nnb", "--set", "q=7").code == 2


def test_one_of_several_networks_is_chosen(call: Call, text: Path, tmp_path: Path) -> None:
    text.write_text("a = nn.Sequential(nn.Linear(4, 2))\nb = nn.Sequential(nn.Linear(9, 1))\n")
    done = call("import", text, "-o", tmp_path / "a.nnb", "--network", "a", "--json")
    assert done.json["report"]["networks"] == ["a", "b"]
    assert done.json["input"]["shape"] == [None, 4]
    done = call("import", text, "-o", tmp_path / "c.nnb", "--network", "c")
    assert (done.code, "a, b" in done.err) == (2, True)


def test_the_input_is_told(call: Call, text: Path, tmp_path: Path) -> None:
    text.write_text("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))\n")
    done = call("import", text, "-o", tmp_path / "a.nnb", "--input-shape", "3,32,32", "--json")
    assert done.json["output"]["shape"] == [None, 10]
    done = call("import", text, "-o", tmp_path / "b.nnb", "--json")
    assert done.code == 0
    assert not done.json["ok"]
    assert any("how large an input is" in note for note in done.json["notes"])
    assert call("import", text, "-o", tmp_path / "c.nnb", "--input-shape", "three").code == 2


def test_a_file_that_is_there_is_kept(call: Call, text: Path, tmp_path: Path) -> None:
    (tmp_path / "net.nnb").write_text("mine")
    assert call("import", text, "-o", tmp_path / "net.nnb").code == 2
    assert (tmp_path / "net.nnb").read_text() == "mine"
    assert call("import", text, "-o", tmp_path / "net.nnb", "--force").code == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe", "line 1"), (b"", "no layer"), (b"x = 1\n\x80", "line 2"), (b"\0" * 9, "U+0000")],
)
def test_what_is_no_text_gets_a_sentence(
    call: Call, text: Path, tmp_path: Path, data: bytes, words: str
) -> None:
    text.write_bytes(data)
    done = call("import", text, "-o", tmp_path / "net.nnb")
    assert done.code == 3
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_file_that_is_not_there(call: Call, tmp_path: Path) -> None:
    done = call("import", tmp_path / "none.py", "-o", tmp_path / "net.nnb", "--json")
    assert done.code == 3
    assert "none.py cannot be read" in done.json["problems"][0]["message"]


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_weights_tell_of_their_network(call: Call, tmp_path: Path, suffix: str) -> None:
    from safetensors.torch import save_file

    state = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3)).state_dict()
    path = tmp_path / f"w{suffix}"
    if suffix == ".pth":
        torch.save(state, path)
        assert call("import", path, "-o", tmp_path / "net.nnb").code == 2
    else:
        save_file(state, path)
    done = call("import", path, "-o", tmp_path / "net.nnb", "--unpickle", "--json")
    assert done.code == 0
    assert [layer["layer"] for layer in done.json["layers"]] == ["Linear", "Identity", "Linear"]
    assert any("no weights" in problem["message"] for problem in done.json["report"]["problems"])


def test_standard_input_and_no_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from nnbuilder.cli.main import run; "
        f"code = run(['import', '-', '-o', {str(tmp_path / 'net.nnb')!r}]); "
        "print(any(name.startswith('PySide6') for name in sys.modules)); sys.exit(code)"
    )
    line = [sys.executable, "-c", code]
    done = subprocess.run(
        line, input=NETWORK, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PROGRAM_S
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("paste", pastes(), ids=str)
def test_the_corpus_through_the_command(call: Call, tmp_path: Path, paste: Paste) -> None:
    path = tmp_path / "paste.txt"
    path.write_text(paste.text, encoding="utf-8", newline="")
    sets = [word for name, value in paste.answers.items() for word in ("--set", f"{name}={value}")]
    chosen = ["--network", paste.choose] if paste.choose else []
    done = call("import", path, "-o", tmp_path / "net.nnb", *sets, *chosen, "--json")
    reading = read_text(paste.text, paste.answers, paste.choose)
    assert done.code == (0 if reading.ok else 3), done.err
    assert (tmp_path / "net.nnb").exists() == reading.ok
    report = done.json["report"]
    assert report["networks"] == [network.name for network in reading.networks]
    assert report["asked"] == [asked.name for asked in reading.asked]
    assert "Traceback" not in done.err
    if reading.ok:
        graph = load_project(tmp_path / "net.nnb").project.graph
        drawn = [node.type for node in graph.nodes.values() if node.parent is None]
        assert drawn == ["Input", *(layer.type for layer in reading.layers), "Loss"]
