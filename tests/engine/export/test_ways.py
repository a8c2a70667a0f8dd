"""Exports from request to file: whole or not at all, with what is missing or in the way told."""

import errno
import os
from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np
import pytest

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.engine.export.errors import ExportError, ExtraMissingError
from nnbuilder.engine.export.ways import SCALING, export
from nnbuilder.project.atomic import SaveError
from nnbuilder.protocol import export_format
from nnbuilder.protocol.export_format import EXPORTS
from nnbuilder.protocol.tasks import Export
from nnbuilder.runs.metrics_csv import numbers_of
from nnbuilder.runs.store import load_run
from tests.engine.export.requests import IRIS, exported, trained

WITH_ENGINE = [name for name, form in EXPORTS.items() if form.source in {"weights", "code"}]


@pytest.mark.parametrize("form", WITH_ENGINE)
def test_a_full_disk_leaves_what_was_there(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"net{EXPORTS[form].suffix}"
    path.write_text("before")

    def full(*_words: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("nnbuilder.project.atomic.os.fsync", full)
    with pytest.raises(SaveError, match="No space left"):
        exported(IRIS, form, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "before"


def test_a_file_that_was_there_is_said_to_be_replaced(tmp_path: Path) -> None:
    assert not exported(IRIS, "safetensors", tmp_path / "net.safetensors").replaced
    assert exported(IRIS, "safetensors", tmp_path / "net.safetensors").replaced


@pytest.mark.parametrize(("form", "package"), [("onnx", "onnxruntime"), ("tensorboard", "tensorboardX")])
def test_a_package_that_is_not_there_is_told_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, package: str
) -> None:
    monkeypatch.setattr(export_format, "find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(
        ExtraMissingError, match=f"needs {package}, which is not installed: pip install {package}$"
    ):
        exported(IRIS, form, tmp_path / "net")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["svg", "no such format"])
def test_other_formats_are_refused(tmp_path: Path, form: str) -> None:
    with pytest.raises(ExportError):
        exported(IRIS, form, tmp_path / "net")


def test_a_program_of_scaled_data_says_so(tmp_path: Path) -> None:
    assert exported(IRIS, "pt2", tmp_path / "net.pt2").notes == (SCALING,)
    assert exported(IRIS, "safetensors", tmp_path / "net.safetensors").notes == ()
    plain = msgspec.structs.replace(IRIS, data=msgspec.structs.replace(IRIS.data, standardize=False))
    assert exported(plain, "pt2", tmp_path / "plain.pt2").notes == ()


@pytest.mark.parametrize("form", ["metrics", "tensorboard"])
def test_a_training_must_be_named(tmp_path: Path, form: str) -> None:
    with pytest.raises(ExportError, match="choose a run"):
        exported(IRIS, form, tmp_path / "net")


def test_metrics_come_back_digit_for_digit(tmp_path: Path) -> None:
    folder = trained(IRIS, tmp_path / "run")
    exported(IRIS, "metrics", tmp_path / "net.csv", run=str(folder))
    text = (tmp_path / "net.csv").read_text()
    run = load_run(folder)
    losses, metrics = numbers_of(text)
    assert np.array_equal(np.array(losses, np.float32), run.losses)
    assert np.array_equal(np.array(metrics, np.float32), run.metrics)
    head, *rows = [line.split(",") for line in text.splitlines()]
    assert head[:4] == ["step", "epoch", "loss", "accuracy"]
    ended = [row for row in rows if row[4]]
    assert [(int(row[0]), float(row[6])) for row in ended] == [
        (row.step, row.validation_loss) for row in run.history
    ]


@pytest.mark.parametrize("form", ["python", "notebook", "model"])
def test_source_is_run_before_it_is_written(tmp_path: Path, form: str) -> None:
    done = exported(IRIS, form, tmp_path / f"net{EXPORTS[form].suffix}")
    assert "same initial weights bit for bit, and outputs with no difference" in done.verified[0]
    assert "nn.Linear(4, 5)" in (tmp_path / f"net{EXPORTS[form].suffix}").read_text()


def test_a_script_that_would_not_run_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "from torch import nn\ndef build_model():\n    return nn.Sequential(nn.Linear(4, 5))\n"
    for text, words in ((wrong, "not the drawn one"), ("1 / 0\n", "ZeroDivisionError")):
        monkeypatch.setattr(
            "nnbuilder.engine.export.sources.training_script", lambda *_words, text=text: text
        )
        with pytest.raises(ExportError, match=words):
            exported(IRIS, "python", tmp_path / "net.py")
    assert not list(tmp_path.iterdir())


def test_data_that_are_gone_are_noted(tmp_path: Path) -> None:
    graph = msgspec.structs.replace(
        IRIS.graph,
        nodes={
            key: msgspec.structs.replace(node, args={"shape": (4,)}) if node.type == "Input" else node
            for key, node in IRIS.graph.nodes.items()
        },
    )
    project = msgspec.structs.replace(IRIS, graph=graph, data=DataSpec(CsvData("gone.csv", "y")))
    request = Export(project, "python", str(tmp_path / "net.py"), str(tmp_path))
    done = export(request, lambda _doing: None)
    assert "random samples stand in their place" in done.notes[0]


def test_a_script_finds_its_table_from_where_it_lies(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,b,c,d,y\n" + "".join(f"{n},{n + 1},{n * 2},1.5,{n % 3}\n" for n in range(60)))
    project = msgspec.structs.replace(IRIS, data=DataSpec(CsvData("table.csv", "y", "classification")))
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "net.py"
    export(Export(project, "python", str(target), str(tmp_path)), lambda _doing: None)
    assert '"../table.csv"' in target.read_text()
