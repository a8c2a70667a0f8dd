"""The data of a project as values: source, split and scaling; and the profile that the engine makes of it."""

from typing import Literal

import msgspec

BUILTIN = ("iris", "wine", "breast_cancer", "digits", "diabetes")
"""Data sets that scikit-learn ships."""

TOYS = ("moons", "circles", "blobs", "spiral", "xor", "line", "sine")
"""Data sets that are computed from a seed."""

BuiltinName = Literal["iris", "wine", "breast_cancer", "digits", "diabetes"]
ToyName = Literal["moons", "circles", "blobs", "spiral", "xor", "line", "sine"]
Task = Literal["classification", "regression"]


class BuiltinData(msgspec.Struct, frozen=True, tag="builtin", tag_field="kind"):
    """A data set that scikit-learn ships."""

    name: BuiltinName = "iris"


class ToyData(msgspec.Struct, frozen=True, tag="toy", tag_field="kind"):
    """Points computed from a seed: `noise` is the standard deviation added, `seed` the data's own."""

    name: ToyName = "moons"
    points: int = 400
    noise: float = 0.2
    seed: int = 0


class CsvData(msgspec.Struct, frozen=True, tag="csv", tag_field="kind"):
    """A CSV file: `path` relative to the project file, `target` the column to predict.

    `task` None: decided by the target column (text or few whole numbers: classification).
    `missing` says what happens to rows with empty cells: "drop" them or fill the column's "mean".
    `left_out` are columns that the network does not get, and whose cells are not even looked at.
    """

    path: str
    target: str
    task: Task | None = None
    missing: Literal["drop", "mean"] = "drop"
    left_out: tuple[str, ...] = ()


class ArraysData(msgspec.Struct, frozen=True, tag="arrays", tag_field="kind"):
    """A NumPy archive (.npz): `path` relative to the project file.

    `x` names the array of samples, `y` that of targets, one for each sample. `task` None: decided by the
    targets (text, True/False or repeated whole numbers: classification).
    """

    path: str
    x: str = "x"
    y: str = "y"
    task: Task | None = None


FileData = CsvData | ArraysData
"""Data that lie in a file of the user's."""

Source = BuiltinData | ToyData | CsvData | ArraysData


class Split(msgspec.Struct, frozen=True):
    """Shares of the rows; what validation and test leave is for training."""

    validation: float = 0.2
    test: float = 0.0
    stratify: bool = True


class DataSpec(msgspec.Struct, frozen=True):
    """All that is chosen about the data; `standardize` is fitted on the training part only.

    With `reconstruct` the target of each sample is the sample itself, as an autoencoder learns it.
    """

    source: Source = BuiltinData()
    split: Split = Split()
    standardize: bool = True
    reconstruct: bool = False


class DataProfile(msgspec.Struct, frozen=True):
    """What the engine found in the data: enough for Input, Loss, checks and the panels.

    `shape` is one sample's shape without the batch dimension; `classes` are the class names (empty for
    regression); `rows` counts all usable rows, the next three the parts. `sha256` is over the raw values.
    `notes` are sentences worth telling (dropped rows with line numbers). `constant` are features that hold
    one value only in the training part, `unused` columns that are left out, by choice or because they hold
    no numbers. `values` counts the numbers of a regression's target. `stratified` says that each part got
    the same share of every class.
    """

    title: str
    task: Task
    shape: tuple[int, ...]
    rows: int
    training: int
    validation: int
    test: int
    sha256: str
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    target: str = ""
    dtype: str = "float32"
    notes: tuple[str, ...] = ()
    constant: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    values: int = 1
    stratified: bool = False

    def without(self, names: tuple[str, ...]) -> "DataProfile":
        """What is found once these columns are left out, as far as that can be told without the data."""
        features = tuple(name for name in self.features if name not in names)
        gone = tuple(name for name in self.features if name in names)
        return msgspec.structs.replace(
            self,
            shape=(len(features),) if gone else self.shape,
            features=features,
            constant=tuple(name for name in self.constant if name not in names),
            unused=(*self.unused, *gone),
            values=len(features) if self.values > 1 else self.values,
        )
