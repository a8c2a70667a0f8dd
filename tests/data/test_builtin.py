"""The data sets that scikit-learn ships."""

from typing import get_args

import numpy as np
import pytest

from nnbuilder.data.builtin import load_builtin
from nnbuilder.data.spec import BUILTIN, BuiltinName


@pytest.mark.parametrize(
    ("name", "rows", "features", "classes"),
    [
        ("iris", 150, 4, ("setosa", "versicolor", "virginica")),
        ("wine", 178, 13, ("class_0", "class_1", "class_2")),
        ("breast_cancer", 569, 30, ("malignant", "benign")),
        ("digits", 1797, 64, tuple("0123456789")),
        ("diabetes", 442, 10, ()),
    ],
)
def test_each_has_its_rows_features_and_classes(
    name: BuiltinName, rows: int, features: int, classes: tuple[str, ...]
) -> None:
    raw = load_builtin(name)

    assert raw.x.shape == (rows, features)
    assert raw.x.dtype == np.float64
    assert len(raw.y) == rows
    assert len(raw.features) == features
    assert raw.classes == classes


def test_all_declared_names_load_under_different_hashes() -> None:
    hashes = {load_builtin(name).sha256() for name in get_args(BuiltinName)}

    assert len(hashes) == len(BUILTIN) == len(get_args(BuiltinName))
