"""Schemes draw what a program would draw, and the numbers that explain them are true."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.initializers import INITIALIZERS, InitializerSpec
from nnbuilder.engine.parameters.schemes import ChangeError, initialize, program, python_path, worked
from nnbuilder.protocol.parameters import Initialize
from tests.engine.parameters.test_desk import KEYS, by_hand, changed, kept

specs = pytest.mark.parametrize("spec", INITIALIZERS.values(), ids=INITIALIZERS)


def values(spec: InitializerSpec) -> dict[str, object]:
    """The arguments that hold where none is set."""
    return {arg.name: arg.start for arg in spec.args}


@specs
def test_a_scheme_draws_what_a_program_draws(spec: InitializerSpec) -> None:
    names = ["a", "b", "c", "d"]
    shapes = [(6, 4), (6,), (6, 3, 3), (6, 3, 2, 2)]
    own = [(name, torch.full(shape, 9.0)) for name, shape in zip(names, shapes, strict=True)]
    notes = initialize(own, spec, values(spec), 11)
    theirs = [torch.full(shape, 9.0) for shape in shapes]
    torch.manual_seed(11)
    left = []
    for name, tensor in zip(names, theirs, strict=True):
        try:
            getattr(nn.init, spec.name)(tensor, **values(spec))
        except ValueError:
            left.append(name)
    assert all(torch.equal(one, two) for (_, one), two in zip(own, theirs, strict=True))
    assert bool(notes) == bool(left)
    assert not left or notes[0].startswith(left[0])


@pytest.mark.parametrize("seed", [7, 8])
def test_layers_begin_as_the_seed_says(tmp_path: Path, seed: int) -> None:
    after = kept(tmp_path, changed(KEYS, Initialize("", seed), tmp_path))
    for name, one in by_hand(seed).named_parameters():
        assert torch.equal(after[name], one)


def test_a_part_begins_anew_and_the_rest_stays(tmp_path: Path) -> None:
    after = kept(tmp_path, changed(KEYS[2:3], Initialize("", 8), tmp_path))
    assert torch.equal(after["2.weight"], by_hand(8).get_parameter("2.weight"))
    assert torch.equal(after["0.weight"], by_hand(7).get_parameter("0.weight"))
    assert torch.equal(after["2.bias"], by_hand(7).get_parameter("2.bias"))


def test_a_look_tells_both_histograms_and_figures(tmp_path: Path) -> None:
    told = changed(KEYS[:1], Initialize("normal_", 3, {"mean": 1.0, "std": 0.5}))
    torch.manual_seed(3)
    drawn = nn.init.normal_(torch.empty(5, 2), 1.0, 0.5).double()
    assert told.after.mean == drawn.mean()
    assert told.after.spread == drawn.std()
    assert told.before.mean == by_hand().get_parameter("0.weight").detach().double().mean()
    assert (told.low, told.high) == (told.before.minimum, told.after.maximum)
    assert told.sha256 == ""
    assert told.code == "torch.manual_seed(3)\nnn.init.normal_(model[0].weight, mean=1.0, std=0.5)"
    assert not list(tmp_path.iterdir())


@given(
    shape=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    gain=st.floats(0.1, 4),
    mode=st.sampled_from(["fan_in", "fan_out"]),
    after=st.sampled_from(INITIALIZERS["kaiming_normal_"].args[2].choices),
)
def test_the_numbers_of_a_formula_are_torchs(shape: list[int], gain: float, mode: str, after: Any) -> None:
    one = torch.empty(shape)
    wide, high = nn.init._calculate_fan_in_and_fan_out(one)
    fan = wide if mode == "fan_in" else high
    kaiming = {"a": 0.2, "mode": mode, "nonlinearity": after}
    factor = nn.init.calculate_gain(after, 0.2)
    expected: dict[str, tuple[dict[str, Any], float]] = {
        "kaiming_uniform_": (kaiming, factor * math.sqrt(3 / fan)),
        "kaiming_normal_": (kaiming, factor / math.sqrt(fan)),
        "xavier_uniform_": ({"gain": gain}, gain * math.sqrt(6 / (wide + high))),
        "xavier_normal_": ({"gain": gain}, gain * math.sqrt(2 / (wide + high))),
    }
    for name, (args, number) in expected.items():
        lines = worked(one, INITIALIZERS[name], args)
        assert f"= {wide}" in lines[0]
        assert lines[0].endswith(f"= {high}")
        assert lines[1].endswith(f"= {number:.4g}")
        if name.endswith("uniform_"):
            getattr(nn.init, name)(one, **args)
            assert float(one.abs().max()) <= number * (1 + 1e-6)


def test_other_schemes_have_no_numbers_to_show() -> None:
    assert worked(torch.empty(3, 2), INITIALIZERS["normal_"], {"mean": 0.0, "std": 1.0}) == ()


def test_what_a_program_writes() -> None:
    parameters = [
        (name, torch.empty(2, 2)) for name in ("0.weight", "fc.1.weight_ih_l0", "2.w", "3.w", "4.w")
    ]
    text = program(parameters, INITIALIZERS["eye_"], {}, 7)
    assert text.splitlines() == [
        "torch.manual_seed(7)",
        "nn.init.eye_(model[0].weight)",
        "nn.init.eye_(model.fc[1].weight_ih_l0)",
        "nn.init.eye_(model[2].w)",
        "… and 2 more",
    ]
    assert python_path("0.1.bias") == "model[0][1].bias"


def test_nothing_that_fits_is_refused_aloud() -> None:
    with pytest.raises(ChangeError, match=r"eye_ needs a tensor of 2 dimensions, and 0\.bias has 1"):
        initialize([("0.bias", torch.empty(4))], INITIALIZERS["eye_"], {}, 0)
