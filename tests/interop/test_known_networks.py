"""Networks as their authors and tutorials write them: read, they have the published keys and counts."""

import pytest
import torch

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import INPUT, Graph
from nnbuilder.interop.follow import followed
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.project.project import Project
from tests.interop.test_nested import between_ends
from tests.interop.test_same_network import run, shapes

LENET = """
model = nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
    nn.Flatten(),
    nn.Linear(16 * 5 * 5, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
)
"""

IMPORTS = "from collections import OrderedDict\nfrom torch import nn\n"

_VGG = (64, 0, 128, 0, 256, 256, 0, 512, 512, 0, 512, 512, 0)


def _features() -> str:
    """The convolutions of VGG-11, with a pooling for each 0."""
    lines, channels = [], 3
    for width in _VGG:
        if width:
            lines += [f"nn.Conv2d({channels}, {width}, kernel_size=3, padding=1)", "nn.ReLU(True)"]
            channels = width
        else:
            lines.append("nn.MaxPool2d(kernel_size=2, stride=2)")
    return ", ".join(lines)


VGG = f"""
vgg11 = nn.Sequential(OrderedDict([
    ("features", nn.Sequential({_features()})),
    ("avgpool", nn.AdaptiveAvgPool2d((7, 7))),
    ("flatten", nn.Flatten(1)),
    ("classifier", nn.Sequential(
        nn.Linear(512 * 7 * 7, 4096), nn.ReLU(True), nn.Dropout(p=0.5),
        nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(p=0.5),
        nn.Linear(4096, 1000),
    )),
]))
"""

GENERATOR = """
nn.Sequential(
    # input is Z, going into a convolution
    nn.ConvTranspose2d(100, 64 * 8, 4, 1, 0, bias=False), nn.BatchNorm2d(64 * 8), nn.ReLU(True),
    nn.ConvTranspose2d(64 * 8, 64 * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(64 * 4), nn.ReLU(True),
    nn.ConvTranspose2d(64 * 4, 64 * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(64 * 2), nn.ReLU(True),
    nn.ConvTranspose2d(64 * 2, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(True),
    nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()
)
"""

DISCRIMINATOR = """
nn.Sequential(
    nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(64, 64 * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(64 * 2), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(64 * 2, 64 * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(64 * 4), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(64 * 4, 64 * 8, 4, 2, 1, bias=False), nn.BatchNorm2d(64 * 8), nn.LeakyReLU(0.2, inplace=True),
    nn.Conv2d(64 * 8, 1, 4, 1, 0, bias=False), nn.Sigmoid()
)
"""

known = pytest.mark.parametrize(
    ("text", "shape", "output", "count"),
    [
        (LENET, (1, 32, 32), (10,), 61_706),
        (VGG, (3, 224, 224), (1000,), 132_863_336),
        (GENERATOR, (100, 1, 1), (3, 64, 64), 3_576_704),
        (DISCRIMINATOR, (3, 64, 64), (1, 1, 1), 2_765_568),
    ],
    ids=["lenet-5", "vgg-11", "dcgan generator", "dcgan discriminator"],
)


def read(text: str, shape: tuple[int, ...]) -> tuple[Graph, Analysis]:
    """The drawing of a text with every size free that may be, and what torch says of it."""
    reading = read_source(text)
    assert reading.problems == ()
    graph = between_ends(followed(reading).fragment(Graph()))
    (start,) = graph.of_type(INPUT)
    nodes = {**graph.nodes, start.id: type(start)(start.id, INPUT, {"shape": shape})}
    graph = Graph(nodes, graph.edges)
    *_, last = Analyzer().analyze(Project(graph=graph), None)
    return graph, last.analysis


@known
def test_it_is_read_and_written_with_its_published_count(
    text: str, shape: tuple[int, ...], output: tuple[int, ...], count: int
) -> None:
    graph, analysis = read(text, shape)
    assert analysis.parameters == count
    assert analysis.output is not None
    assert analysis.output.shape == (None, *output)
    pinned = [
        node.type for node in graph.nodes.values() if {"in_channels", "num_features"} & node.args.keys()
    ]
    assert len(pinned) == 1, "the first size stands in the text, the others follow"
    body = text.partition("nn.Sequential")[2]
    again = run(module_source(graph, analysis), "meta")
    wanted = run(f"{IMPORTS}model = nn.Sequential{body}", "meta")
    assert shapes(again.state_dict()) == shapes(wanted.state_dict())
    assert list(again.state_dict()) == list(wanted.state_dict())
    assert again(torch.empty(2, *shape, device="meta")).shape == (2, *output)


def test_the_keys_of_vgg_11_are_torchvisions() -> None:
    keys = [
        key for key in run(module_source(*read(VGG, (3, 224, 224))), "meta").state_dict() if "weight" in key
    ]
    places = [f"features.{index}" for index in (0, 3, 6, 8, 11, 13, 16, 18)]
    places += [f"classifier.{index}" for index in (0, 3, 6)]
    assert keys == [f"{place}.weight" for place in places]
