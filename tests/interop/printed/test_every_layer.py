"""Every layer of the catalogue, printed by PyTorch and read back."""

import itertools
import re
from collections.abc import Iterator, Mapping

import pytest
from torch import nn

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import AUTO, ArgSpec, LayerSpec
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.modules import construct
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.interop.printed.calls import ASKED, UNSHOWN
from nnbuilder.interop.read_text import read_text

MEANINGLESS = {"inplace", "padding_mode"}
"""What some layers do not print and what changes no number."""

Args = Mapping[str, ArgValue]


def starting_args(spec: LayerSpec) -> dict[str, ArgValue]:
    """Arguments that the layer can be made with, sizes among them."""
    args = resolve_args(spec, new_node(spec.name, NodeId("n1")), None)
    for arg in spec.args:
        if args[arg.name] == AUTO:
            args[arg.name] = (8,) if arg.kind == "ints" else 8
    return args


def made(spec: LayerSpec, args: Args) -> nn.Module | None:
    """The layer; None where PyTorch refuses the arguments."""
    try:
        return construct(spec, args, "cpu")
    except (ValueError, TypeError, AssertionError, RuntimeError, AttributeError, NotImplementedError):
        return None


def other_values(arg: ArgSpec, value: ArgValue) -> Iterator[ArgValue]:
    """Other values that an argument may have."""
    several = tuple(range(2, 2 + max(arg.lengths, default=2)))
    values: dict[str, tuple[ArgValue, ...]] = {
        "bool": (not value,),
        "int": (4, 2, 1, 0, *([several] if arg.lengths else [])),
        "float": (0.25, 0.75, 2.5),
        "ints": (several, (4,)),
        "floats": ((0.25, 0.75),),
    }
    for other in (*values.get(arg.kind, ()), *arg.choices, *([None] if arg.none else [])):
        if other != value and arg.fault(other) is None:
            yield other


def variants(spec: LayerSpec) -> Iterator[Args]:
    """Argument sets that differ from the first in one argument."""
    args = starting_args(spec)
    yield args
    for arg in spec.args:
        if arg.role != "output":
            for value in itertools.islice(other_values(arg, args[arg.name]), 4):
                yield {**args, arg.name: value}


@pytest.mark.parametrize("name", LAYERS)
def test_a_printed_layer_is_read_back(name: str) -> None:
    spec = LAYERS[name]
    answers = {f"0.{arg}": starting_args(spec)[arg] for arg in ASKED.get(name, ())}
    tried = 0
    for args in variants(spec):
        module = made(spec, args)
        if module is None or any(args[arg] != answers[f"0.{arg}"] for arg in ASKED.get(name, ())):
            continue
        reading = read_text(repr(nn.Sequential(module)), answers)
        assert not [str(each) for each in reading.problems if each.severity == "error"], repr(module)
        (layer,) = reading.layers
        assert layer.type == name
        again = made(spec, {**starting_args(spec), **defaults(spec), **layer.args})
        assert one_number(again) == one_number(module)
        tried += 1
    assert tried


def one_number(module: nn.Module | None) -> str:
    """A printed layer with 3 for (3, 3), which mean the same."""
    return re.sub(r"\((-?[\d.]+)(?:, \1)*,?\)", r"\1", repr(module))


def defaults(spec: LayerSpec) -> dict[str, ArgValue]:
    """What holds where a reading says nothing."""
    return {
        arg.name: arg.default
        for arg in spec.args
        if isinstance(arg.default, str | int | float | tuple | None)
    }


@pytest.mark.parametrize("name", LAYERS)
def test_what_pytorch_does_not_print_is_told(name: str) -> None:
    spec = LAYERS[name]
    args = starting_args(spec)
    printed = repr(made(spec, args))
    silent = set()
    for arg in spec.args:
        others = [made(spec, {**args, arg.name: value}) for value in other_values(arg, args[arg.name])]
        made_so = [repr(module) for module in others if module is not None]
        if arg.role != "output" and made_so and all(text == printed for text in made_so):
            silent.add(arg.name)
    told = {*UNSHOWN.get(name, ()), *ASKED.get(name, ())}
    assert silent - MEANINGLESS - {"size"} == told - ({"output_ratio"} - silent)
    reading = read_text(repr(nn.Sequential(made(spec, args) or nn.Identity())))
    warned = " ".join(each.message for each in reading.problems if each.severity == "warning")
    assert all(arg in warned for arg in UNSHOWN.get(name, ()))
    assert [asked.arg for asked in reading.asked] == list(ASKED.get(name, ()))
    assert reading.ok == (not reading.asked)
