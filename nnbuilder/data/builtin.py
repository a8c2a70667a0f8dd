"""The data sets that scikit-learn ships."""

from typing import Any

import numpy as np

from nnbuilder.data.raw import RawData
from nnbuilder.data.spec import BuiltinName

TITLES: dict[BuiltinName, str] = {
    "iris": "Iris flowers",
    "wine": "Wines",
    "breast_cancer": "Breast cancer",
    "digits": "Handwritten digits",
    "diabetes": "Diabetes progression",
}


def load_builtin(name: BuiltinName) -> RawData:
    """One of scikit-learn's data sets as it ships it: digits flat with 64 features, diabetes unscaled."""
    bunch = _bunch(name)
    features = tuple(str(feature) for feature in bunch.feature_names)
    x = np.ascontiguousarray(bunch.data, dtype=np.float64)
    if name == "diabetes":
        y = np.asarray(bunch.target, dtype=np.float64)
        return RawData(TITLES[name], x, y, features, target="disease progression")
    classes = tuple(str(word) for word in bunch.target_names)
    labels = np.asarray(bunch.target, dtype=np.int64)
    return RawData(TITLES[name], x, labels, features, classes, target="class")


def _bunch(name: BuiltinName) -> Any:
    from sklearn import datasets

    if name == "iris":
        return datasets.load_iris()
    if name == "wine":
        return datasets.load_wine()
    if name == "breast_cancer":
        return datasets.load_breast_cancer()
    if name == "digits":
        return datasets.load_digits()
    return datasets.load_diabetes(scaled=False)
