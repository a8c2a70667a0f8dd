"""Data as it was found."""

import numpy as np

from nnbuilder.data.raw import RawData


def raw(x: list[list[float]], y: list[int]) -> RawData:
    """A small table."""
    return RawData("Some", np.array(x), np.array(y), ("a", "b"), ("no", "yes"))


def test_the_hash_is_of_the_values() -> None:
    first = raw([[1, 2], [3, 4]], [0, 1])

    assert first.sha256() == raw([[1, 2], [3, 4]], [0, 1]).sha256()
    assert first.sha256() != raw([[1, 2], [3, 5]], [0, 1]).sha256()
    assert first.sha256() != raw([[1, 2], [3, 4]], [1, 1]).sha256()


def test_the_hash_does_not_depend_on_the_order_in_memory() -> None:
    first = raw([[1, 2], [3, 4]], [0, 1])
    turned = RawData("Some", np.asfortranarray(first.x), first.y, first.features, first.classes)

    assert turned.sha256() == first.sha256()


def test_classes_make_the_task() -> None:
    values = RawData("Some", np.zeros((2, 1)), np.zeros(2), ("x",))

    assert raw([[1, 2]], [0]).task == "classification"
    assert values.task == "regression"
