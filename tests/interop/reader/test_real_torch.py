"""What is read is what PyTorch builds: each text is run here by Python and torch, and compared."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.graph import Graph
from nnbuilder.interop.python_reader import read_source
from tests.interop.test_nested import between_ends

IMPORTS = """
import collections
import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
from collections import OrderedDict
"""


def run(text: str) -> nn.Module:
    """The network that Python makes of a text."""
    names: dict[str, Any] = {}
    exec(compile(IMPORTS + text, "pasted.py", "exec"), names)  # noqa: S102
    model = names["model"]
    assert isinstance(model, nn.Module)
    return model


def build(text: str) -> nn.Sequential:
    """The network that the engine builds of its reading."""
    reading = read_source(text)
    assert reading.ok, (reading.problems, reading.asked)
    return build_sequential(between_ends(reading.fragment(Graph())), TensorType((None, 4)))


FOLDER = Path(__file__).parent


def texts(name: str) -> list[str]:
    """The texts of a file."""
    return (FOLDER / name).read_text("utf-8").split("\n=====\n")


def _lines(module: nn.Module) -> list[str]:
    """What torch prints, without the name of the outermost class and of repeated modules."""
    printed = str(module).splitlines()
    return [f"{len(printed)} lines", *printed[1:]]


@pytest.mark.parametrize("text", texts("sequentials.txt"))
@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_the_reading_prints_as_what_torch_builds(text: str) -> None:
    assert _lines(build(text)) == _lines(run(text))


@pytest.mark.parametrize("text", texts("classes.txt"))
def test_a_class_computes_what_its_reading_computes(text: str) -> None:
    wanted, built = run(text).eval(), build(text).eval()
    values = [*wanted.state_dict().values()]
    assert [value.shape for value in built.state_dict().values()] == [value.shape for value in values]
    built.load_state_dict(dict(zip(built.state_dict(), values, strict=True)))
    x = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    assert torch.equal(built(x), wanted(x))
