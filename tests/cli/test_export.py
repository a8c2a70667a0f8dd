"""`nnbuilder export`: every format through the command, what it says, and what it never does."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nnbuilder.cli.export_picture import RENDERER
from nnbuilder.protocol import export_format
from nnbuilder.protocol.export_format import EXPORTS
from tests.cli.conftest import Call
from tests.cli.test_imports import QT

KEYS = {
    "ok",
    "file",
    "format",
    "bytes",
    "replaced",
    "run",
    "weights",
    "weights_sha256",
    "verified",
    "batch_sizes",
    "difference",
    "notes",
    "problems",
}
OF_THE_PROJECT = [name for name, form in EXPORTS.items() if form.source != "run"]


@pytest.mark.parametrize("form", OF_THE_PROJECT)
def test_every_format_is_written_and_verified(call: Call, iris: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"out{EXPORTS[form].suffix}"
    done = call("export", iris, "--to", form, "-o", path, "--json")
    answer = done.json
    assert (done.code, set(answer), answer["ok"]) == (0, KEYS, True)
    assert answer["bytes"] == path.stat().st_size > 0
    assert answer["verified"]
    assert answer["file"] == str(path)
    assert not answer["replaced"]
    assert (answer["weights"] is not None) == (EXPORTS[form].source == "weights")


def test_prose_says_what_was_verified(call: Call, iris: Path, tmp_path: Path) -> None:
    done = call("export", iris, "--to", "onnx", "-o", tmp_path / "net")
    assert done.code == 0
    first, weights, verified, checked = done.out.splitlines()
    assert first.startswith(f"{tmp_path / 'net.onnx'} was written: ONNX, ")
    assert weights == "Weights: initial, from seed 0."
    assert "3 batch sizes (1, 2, 7) of random inputs, largest difference" in verified
    assert "opset" in checked


def test_only_a_named_file_is_replaced(call: Call, iris: Path) -> None:
    assert call("export", iris, "--to", "safetensors").code == 0
    again = call("export", iris, "--to", "safetensors")
    assert (again.code, "is there already" in again.err) == (2, True)
    named = call("export", iris, "--to", "safetensors", "-o", iris.with_suffix(".safetensors"))
    assert (named.code, "was replaced" in named.out) == (0, True)


def test_the_project_is_never_written_over(call: Call, iris: Path) -> None:
    before = iris.read_bytes()
    done = call("export", iris, "--to", "model", "-o", iris)
    assert (done.code, "the project itself" in done.err) == (2, True)
    assert iris.read_bytes() == before


def test_a_folder_gets_a_file_of_the_project_s_name(call: Call, iris: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert call("export", iris, "--to", "svg", "-o", tmp_path / "out").code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["iris.svg"]


def test_text_can_go_to_standard_output(call: Call, iris: Path) -> None:
    done = call("export", iris, "--to", "model", "-o", "-")
    assert done.code == 0
    assert done.out.startswith("from torch import nn")
    assert call("export", iris, "--to", "onnx", "-o", "-").code == 2
    assert call("export", iris, "--to", "model", "-o", "-", "--json").code == 2


def test_a_run_gives_its_weights_and_its_course(call: Call, iris: Path, tmp_path: Path) -> None:
    missing = call("export", iris, "--to", "metrics")
    assert (missing.code, "there is none yet" in missing.err) == (2, True)
    run = Path(call("train", iris, "--epochs", "3", "--json").json["run"]).name
    named = call("export", iris, "--to", "metrics")
    assert (named.code, f"the last one is {run}" in named.err) == (2, True)
    answer = call("export", iris, "--to", "safetensors", "--run", run, "--checkpoint", "last", "--json").json
    assert answer["weights"] == f"the last checkpoint of run {run}, after step 24"
    assert Path(answer["run"]).name == run
    metrics = call("export", iris, "--to", "metrics", "--run", run, "-o", tmp_path / "m.csv", "--json")
    assert metrics.code == 0
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 25
    events = call("export", iris, "--to", "tensorboard", "--run", run, "-o", tmp_path / "logs", "--json").json
    assert Path(events["file"]).parent == tmp_path / "logs"
    assert call("export", iris, "--to", "onnx", "--run", "none").code == 2


def test_a_run_is_exported_as_it_was(call: Call, iris: Path, edited: Callable[..., Path]) -> None:
    run = Path(call("train", iris, "--epochs", "1", "--json").json["run"]).name
    edited('"out_features": 16', '"out_features": 20')
    done = call("export", iris, "--to", "model", "--run", run, "-o", "-")
    assert "nn.Linear(4, 16)" in done.out
    assert "has changed since the run" in done.err
    assert "nn.Linear(4, 20)" in call("export", iris, "--to", "model", "-o", "-").out


def test_what_is_not_installed_is_one_sentence(
    call: Call, iris: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(export_format, "find_spec", lambda _name: None)
    done = call("export", iris, "--to", "onnx", "-o", tmp_path / "net.onnx", "--json")
    (problem,) = done.json["problems"]
    assert (done.code, problem["code"]) == (1, "missing-package")
    assert problem["message"].endswith("pip install onnx onnxscript onnxruntime")
    assert not (tmp_path / "net.onnx").exists()


def test_a_network_that_cannot_be_built_is_the_project_s_fault(
    call: Call, iris: Path, edited: Callable[..., Path], tmp_path: Path
) -> None:
    edited('"out_features": 16', '"out_features": 16, "in_features": 5')
    done = call("export", iris, "--to", "onnx", "-o", tmp_path / "net.onnx", "--json")
    assert done.code == 3
    assert done.json["problems"][0]["node"]
    assert not (tmp_path / "net.onnx").exists()


def test_where_nothing_can_be_written_nothing_is_said_to_be(
    call: Call, iris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("nnbuilder.project.atomic.os.fsync", full)
    for target in (tmp_path / "net.svg", tmp_path / "missing" / "net.svg"):
        done = call("export", iris, "--to", "svg", "-o", target)
        assert (done.code, done.out) == (1, "")
        assert "was not saved" in done.err
        assert "Traceback" not in done.err
        assert not target.exists()


def test_pictures_have_the_chosen_look(call: Call, iris: Path, tmp_path: Path) -> None:
    sizes = []
    for scale in ("1", "3"):
        path = tmp_path / f"{scale}.png"
        assert call("export", iris, "--to", "png", "--scale", scale, "-o", path).code == 0
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        sizes.append(int.from_bytes(data[16:20]))
    assert abs(sizes[1] - 3 * sizes[0]) <= 3
    light, dark = (
        call("export", iris, "--to", "svg", "--theme", theme, "-o", "-").out for theme in ("light", "dark")
    )
    assert light != dark
    assert 'class="canvas"' not in call("export", iris, "--to", "svg", "--transparent", "-o", "-").out


def test_a_picture_that_cannot_be_rendered_is_told(
    call: Call, iris: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnbuilder.cli.export_picture.RENDERER", f"{RENDERER}.gone")
    done = call("export", iris, "--to", "png", "-o", tmp_path / "net.png")
    assert (done.code, "--to svg" in done.err) == (1, True)
    assert not list(tmp_path.glob("*.png"))


def test_no_way_out_imports_qt(program: Call, iris: Path, tmp_path: Path) -> None:
    script = (
        "import json, sys\n"
        "from nnbuilder.cli.main import run\n"
        "codes = [run(['export', sys.argv[1], '--to', form, '-o', f'{sys.argv[2]}/x{number}'])"
        " for number, form in enumerate(['svg', 'png', 'safetensors', 'markdown'])]\n"
        "print(json.dumps([codes, sorted({name.partition('.')[0] for name in sys.modules})]))\n"
    )
    done = program(iris, tmp_path, python=("-c", script))
    codes, loaded = json.loads(done.out.splitlines()[-1])
    assert codes == [0, 0, 0, 0]
    assert not QT.intersection(loaded)


def test_help_lists_the_formats_without_torch(program: Call) -> None:
    script = (
        "import sys; from nnbuilder.cli.main import run; run(sys.argv[1:]); print('torch' in sys.modules)"
    )
    done = program("export", "--help", python=("-c", script))
    assert done.out.splitlines()[-1] == "False"
    assert all(name in done.out for name in EXPORTS)
