"""Files opened by lines: what the lines give is what NumPy and pandas read of the file."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from nnbuilder.engine.bench.bench import Bench
from nnbuilder.ui.bench.file_lines import FileRefused, lines_of


def opened(path: Path, taken: set[str] | None = None) -> dict[str, torch.Tensor]:
    """What is named after the lines of a file."""
    bench = Bench()
    bench.provide({}, path.parent)
    for line in lines_of(path, path.parent, taken or set()).lines:
        bench.run(line)
    return bench.names


def test_arrays(tmp_path: Path) -> None:
    array = np.arange(6, dtype=np.int64).reshape(2, 3)
    np.save(tmp_path / "my array.npy", array)
    assert opened(tmp_path / "my array.npy")["my_array"].tolist() == array.tolist()
    np.savez(tmp_path / "two.npz", x=array, label=np.array([True, False]), words=np.array(["a", "b"]))
    found = opened(tmp_path / "two.npz", {"x"})
    assert found["x_2"].tolist() == array.tolist()
    assert found["label"].dtype == torch.bool
    assert lines_of(tmp_path / "two.npz", None, ()).note == "Left out: words."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "x,y,kind\n1,2.5,cat\n3,-4,dog\n"),
        ("b.tsv", "x\ty\n1\t2.5\n3\t-4\n"),
        ("c.csv", "1;2.5\n3;-4\n"),
        ("d.csv", "kind,x,y\ncat,1,2.5\ndog,3,-4\n"),
    ],
)
def test_tables(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    header = None if name.startswith("c") else "infer"
    frame = pd.read_csv(path, sep=None, engine="python", header=header, encoding="utf-8-sig").select_dtypes(
        "number"
    )
    found = opened(path)[path.stem]
    assert found.dtype == torch.float64
    assert np.array_equal(found.numpy(), frame.to_numpy(np.float64))


def test_numbers_with_spaces_between(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("1.5  2\n3 -4\n")
    assert opened(tmp_path / "n.txt")["n"].tolist() == [[1.5, 2.0], [3.0, -4.0]]


def test_columns_of_words_are_left_out_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,kind\n1,cat\n")
    found = lines_of(tmp_path / "a.csv", tmp_path, ())
    assert found.note == "Left out, because a tensor holds numbers only: kind."
    expected = 'a = torch.from_numpy(np.loadtxt("a.csv", delimiter=",", skiprows=1, usecols=(0,)))'
    assert found.lines == (expected,)


def test_a_file_elsewhere_is_named_whole(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(2))
    line = lines_of(tmp_path / "a.npy", tmp_path / "other", ()).lines[0]
    assert (tmp_path / "a.npy").as_posix() in line


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.png", "", "holds no numbers"),
        ("a.csv", "x,y\na,b\n", "no column of numbers"),
        ("b.csv", "x;y\n1,5;2,5\n", "NumPy reads 1.5 only"),
        ("c.npz", "none", "not a NumPy archive"),
        ("d.csv", "", "is empty"),
    ],
)
def test_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(FileRefused, match=said):
        lines_of(tmp_path / name, tmp_path, ())
