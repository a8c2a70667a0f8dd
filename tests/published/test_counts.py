"""Networks from papers have their published numbers of parameters, whoever counts them."""

import json
from pathlib import Path

import pytest

from nnbuilder.cli.main import run as command_line
from nnbuilder.data.spec import BuiltinData, DataProfile, DataSpec
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import INPUT
from nnbuilder.interop.python_writer import module_source
from nnbuilder.project.file import dump_project, load_project
from nnbuilder.project.project import Project
from nnbuilder.templates.registry import BY_NAME, start
from tests.interop.test_same_network import run

FOLDER = Path(__file__).parent

COUNTS = {
    "lenet_5": 61_706,
    "mlp_784_512_512_10": 669_706,
    "vgg_11": 132_863_336,
    "dcgan_generator": 3_576_704,
    "dcgan_discriminator": 2_765_568,
}
"""LeCun 1998, a usual MLP for MNIST, torchvision's vgg11, PyTorch's DCGAN example for 64 pixels."""

OUTPUTS = {
    "lenet_5": (10,),
    "mlp_784_512_512_10": (10,),
    "vgg_11": (1000,),
    "dcgan_generator": (3, 64, 64),
    "dcgan_discriminator": (1, 1, 1),
}

published = pytest.mark.parametrize("name", COUNTS)


def project(name: str) -> Project:
    """A network of a paper; it opens without a fault and is written as the program writes it."""
    path = FOLDER / f"{name}.nnb"
    loaded = load_project(path)
    assert loaded.problems == ()
    assert dump_project(loaded.project) == path.read_text(encoding="utf-8")
    return loaded.project


@published
def test_the_analyzer_counts_what_was_published(name: str) -> None:
    *_, last = Analyzer().analyze(project(name), None)
    assert last.problems == ()
    assert (last.analysis.parameters, last.analysis.trainable) == (COUNTS[name], COUNTS[name])
    assert last.analysis.output == TensorType((None, *OUTPUTS[name]))


@published
def test_the_check_finds_nothing_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["check", str(FOLDER / f"{name}.nnb")]) == 0
    said = capsys.readouterr().out
    assert "training waits for such data." in said
    assert "1 note:" in said


@published
def test_the_summary_says_so_too(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(FOLDER / f"{name}.nnb")
    command_line(["summary", file, "--json"])
    counts = json.loads(capsys.readouterr().out)["parameters"]
    assert counts == {"total": COUNTS[name], "trainable": COUNTS[name]}
    command_line(["summary", file])
    assert f"{COUNTS[name]:,}" in capsys.readouterr().out


@published
def test_plain_torch_counts_the_same_in_the_written_source(name: str) -> None:
    drawn = project(name)
    *_, last = Analyzer().analyze(drawn, None)
    network = run(module_source(drawn.graph, last.analysis), "meta")
    assert sum(weight.numel() for weight in network.parameters()) == COUNTS[name]
    assert last.analysis.input is not None
    if COUNTS[name] < 10**7:
        ours = build_sequential(drawn.graph, last.analysis.input)
        assert list(ours.state_dict()) == list(network.state_dict())


def test_vgg_has_the_names_of_torchvision() -> None:
    drawn = project("vgg_11")
    *_, last = Analyzer().analyze(drawn, None)
    names = list(run(module_source(drawn.graph, last.analysis), "meta").state_dict())
    places = [f"features.{place}" for place in (0, 3, 6, 8, 11, 13, 16, 18)]
    places += [f"classifier.{place}" for place in (0, 3, 6)]
    assert names == [f"{place}.{kind}" for place in places for kind in ("weight", "bias")]


@pytest.mark.parametrize("shape", [(1, 32, 32), (1, 28, 28), (64,), (784,)])
def test_the_template_is_lenet_5_on_every_image(shape: tuple[int, ...]) -> None:
    digits = tuple("0123456789")
    profile = DataProfile("Digits", "classification", shape, 99, 99, 0, 0, "", classes=digits)
    data = Project(data=DataSpec(BuiltinData("digits")))
    started = start(BY_NAME["lenet_5"], data, profile)
    *_, last = Analyzer().analyze(started, profile)
    assert last.analysis.parameters == COUNTS["lenet_5"]
    assert started.graph.of_type(INPUT)
