"""Every tensor that the microscope shows, brought to the bench by a line: the same numbers."""

import msgspec
import numpy as np
import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.provided import provided_of
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.project.file import load_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.protocol.microscope import Look, Looked
from nnbuilder.ui.bench.from_microscope import wish_of

PROJECT = load_project(resources_folder() / "examples" / "iris.nnb").project
L1 = msgspec.structs.replace(PROJECT, training=msgspec.structs.replace(PROJECT.training, l1=0.01))


def seen(
    scope: Scope, look: Look
) -> tuple[Looked, tuple[np.ndarray[tuple[int, ...], np.dtype[np.generic]], ...]]:
    """The answer to a look."""
    return scope.look(look)


@pytest.mark.parametrize(
    "look",
    [
        Look(1, PROJECT),
        Look(1, PROJECT, rows="data:5:9", train=True),
        Look(1, PROJECT, rows="[[5.0, 3.0, 1.5, 0.25], [1, 2, 3, 4]]", targets="[0, 2]"),
        Look(1, L1, rows="batch:3"),
    ],
    ids=["first rows", "train mode", "typed", "batch and penalty"],
)
def test_the_same_numbers_at_every_stop(look: Look) -> None:
    scope, bench = Scope(), Bench(provided_of(look.project, None, None))
    walk = seen(scope, look)[0].walk
    without = []
    for place in walk:
        at = msgspec.structs.replace(look, place=place)
        looked, arrays = seen(scope, at)
        for tensor, array in zip(looked.tensors, arrays, strict=True):
            wish, expression = wish_of(at, looked, tensor)
            if not expression:
                without.append(tensor.title)
                continue
            value = bench.run(f"{wish} = {expression}").value
            assert isinstance(value, torch.Tensor)
            assert tuple(value.shape) == tensor.shape
            assert np.array_equal(value.detach().numpy(), array), (place, tensor.title, expression)
    assert without == ["weight.grad", "weight after"]


def test_names_and_words() -> None:
    scope = Scope()
    looked, _ = seen(scope, Look(1, PROJECT))
    first = next(place for place in looked.walk if place.stage == "forward")
    looked, _ = seen(scope, Look(2, PROJECT, place=first))
    told = [wish_of(Look(2, PROJECT), looked, tensor) for tensor in looked.tensors]
    assert told == [
        ("x", 'inputs["0"]'),
        ("out", 'activations["0"]'),
        ("weight", "model[0].weight"),
        ("bias", "model[0].bias"),
    ]
