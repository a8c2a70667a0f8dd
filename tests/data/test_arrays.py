"""NumPy archives as data, held against NumPy itself."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.data.arrays_layout import propose, read_heads
from nnbuilder.data.errors import DataError
from nnbuilder.data.load import load, load_raw
from nnbuilder.data.spec import ArraysData, DataSpec, Split

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3))


def saved(folder: Path, **arrays: Any) -> ArraysData:
    """A file with these arrays."""
    np.savez(folder / "a.npz", **arrays)
    return ArraysData("a.npz")


def refusal(spec: ArraysData, folder: Path) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(DataError) as caught:
        load_raw(spec, folder)
    return str(caught.value)


def test_numbers_are_values_and_repeated_whole_numbers_classes(tmp_path: Path) -> None:
    raw = load_raw(saved(tmp_path, x=X, y=np.arange(20) * 0.5), tmp_path)
    assert raw.x.tolist() == X.tolist()
    assert raw.task == "regression"
    assert raw.y.tolist() == (np.arange(20) * 0.5).tolist()
    assert raw.features == ("x 0", "x 1", "x 2")
    again = load_raw(saved(tmp_path, x=X, y=np.arange(20) % 3 * 5), tmp_path)
    assert again.classes == ("0", "5", "10")
    assert again.y.tolist() == (np.arange(20) % 3).tolist()


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.array(["b", "a"] * 10), ("a", "b")),
        (np.array([b"b", b"a"] * 10), ("a", "b")),
        (np.array([True, False] * 10), ("False", "True")),
        (np.array([1.0, 2.0] * 10), ("1", "2")),
        (np.array([[1], [2]] * 10, np.uint8), ("1", "2")),
        (np.arange(20) * 0.5, ()),
        (np.arange(20), ()),
    ],
)
def test_what_targets_are(tmp_path: Path, y: NDArray[np.generic], classes: tuple[str, ...]) -> None:
    assert load_raw(saved(tmp_path, x=X, y=y), tmp_path).classes == classes


def test_the_task_can_be_said(tmp_path: Path) -> None:
    saved(tmp_path, x=X, y=np.arange(20) % 2)
    raw = load_raw(ArraysData("a.npz", task="regression"), tmp_path)
    assert raw.classes == ()
    assert raw.y.tolist() == [0.0, 1.0] * 10


def test_pictures_are_scaled_by_training_rows_in_place(tmp_path: Path) -> None:
    pictures = RNG.normal(3.0, 2.0, (40, 2, 4, 5)).astype(np.float32)
    spec = DataSpec(saved(tmp_path, x=pictures, y=np.arange(40) % 2), Split(0.25))
    prepared = load(spec, 0, tmp_path)
    assert prepared.profile.shape == (2, 4, 5)
    assert prepared.profile.features == ()
    assert prepared.train.x.shape == (30, 2, 4, 5)
    assert prepared.train.x.mean(0) == pytest.approx(np.zeros((2, 4, 5)), abs=1e-5)
    assert prepared.train.x.std(0) == pytest.approx(np.ones((2, 4, 5)), abs=1e-5)
    both = np.concatenate([prepared.train.x, prepared.validation.x])
    back = both * prepared.scaling.x_scale + prepared.scaling.x_mean
    assert sorted(back.reshape(40, -1).sum(1)) == pytest.approx(
        sorted(pictures.reshape(40, -1).sum(1)), rel=1e-4
    )


def test_a_single_column_of_numbers(tmp_path: Path) -> None:
    raw = load_raw(saved(tmp_path, x=X[:, 0], y=X[:, 1]), tmp_path)
    assert raw.x.shape == (20, 1)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    spec = DataSpec(saved(tmp_path, x=X, y=X[:, 0]))
    before = load(spec, 0, tmp_path).profile.sha256
    saved(tmp_path, x=X + 1, y=X[:, 0], more=X)
    assert load(spec, 0, tmp_path).profile.sha256 != before


@pytest.mark.parametrize(
    ("arrays", "spec", "why"),
    [
        ({"a": X, "b": X[:, 0]}, ArraysData("a.npz"), "There is no array 'x'; the file has a, b."),
        (
            {"x": X, "b": X[:, 0]},
            ArraysData("a.npz", "x", ""),
            "Choose the array of targets; the file has x, b.",
        ),
        ({"x": X, "y": X[:7, 0]}, ArraysData("a.npz"), "not one target for each of the 20 samples in x."),
        ({"x": X, "y": X}, ArraysData("a.npz"), "one-hot rows become class numbers with y.argmax(axis=1)."),
        ({"x": np.array(["a"] * 4), "y": X[:4, 0]}, ArraysData("a.npz"), "x of a.npz holds text"),
        ({"x": X[:1], "y": X[:1, 0]}, ArraysData("a.npz"), "a.npz has 1 samples in x; training needs two."),
        ({"x": X, "y": np.zeros(20, int)}, ArraysData("a.npz"), "y has only one value"),
        (
            {"x": np.where(X[4, 1] == X, np.nan, X), "y": X[:, 0]},
            ArraysData("a.npz"),
            "x[4, 1] is nan; 1 values",
        ),
        ({"x": X, "y": X[:, 0] * np.inf}, ArraysData("a.npz"), "y[0] is "),
        (
            {"x": X, "y": np.array(["a", "b"] * 10)},
            ArraysData("a.npz", task="regression"),
            "holds text, so its",
        ),
    ],
)
def test_what_does_not_fit_is_told(
    tmp_path: Path, arrays: dict[str, NDArray[np.generic]], spec: ArraysData, why: str
) -> None:
    saved(tmp_path, **arrays)
    assert why in refusal(spec, tmp_path)


def test_python_objects_are_never_read(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("ran",)

    np.savez(tmp_path / "a.npz", x=np.array([Trap()], dtype=object))
    assert "no array of numbers" in refusal(ArraysData("a.npz"), tmp_path)
    np.savez(tmp_path / "a.npz", x=X, y=np.array([Trap()] * 20, dtype=object))
    assert "There is no array 'y'" in refusal(ArraysData("a.npz"), tmp_path)


def test_what_claims_to_be_huge_is_refused_unread(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 4), }"
    head = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    goal = head.replace(b"(1000000000000, 4)", b"(1000000000000,)  ")
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", head)
        archive.writestr("y.npy", goal)
    assert "GiB; 2 can be loaded" in refusal(ArraysData("a.npz"), tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"a,b\n1,2\n", b"PK\x03\x04" + b"\0" * 40, b"\x93NUMPY\x01\x00"]
)
def test_other_files_are_no_archives(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    assert "a.npz is not a NumPy archive (.npz)" in refusal(ArraysData("a.npz"), tmp_path)


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", x=X, y=X[:, 0])
    whole = bytearray((tmp_path / "a.npz").read_bytes())
    for place in range(150, 200):
        whole[place] ^= 0x5A
    (tmp_path / "a.npz").write_bytes(bytes(whole))
    assert "a.npz" in refusal(ArraysData("a.npz"), tmp_path)


@pytest.mark.parametrize(
    ("arrays", "names"),
    [
        ({"x": X, "y": X[:, 0]}, ("x", "y")),
        ({"labels": X[:, 0], "images": X}, ("images", "labels")),
        ({"ids": np.arange(20), "what": X, "label": np.arange(20)}, ("what", "label")),
        ({"x_train": X, "y_train": X[:, 0], "x_test": X[:4], "y_test": X[:4, 0]}, ("x_train", "y_train")),
        ({"only": X}, ("only", "")),
    ],
)
def test_what_is_meant_is_proposed(
    tmp_path: Path, arrays: dict[str, NDArray[np.generic]], names: tuple[str, str]
) -> None:
    saved(tmp_path, **arrays)
    assert propose(read_heads(tmp_path / "a.npz")) == names
