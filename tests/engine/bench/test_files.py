"""Files on the bench: the numbers that NumPy wrote come back, and nothing else is opened."""

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nnbuilder.engine.bench import files
from nnbuilder.engine.bench.bench import Bench
from nnbuilder.engine.bench.errors import BenchError

NUMBERS = np.array([[1.5, -2.0], [0.25, 4.0]])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench beside a few files."""
    np.save(tmp_path / "wide.npy", NUMBERS)
    np.save(tmp_path / "narrow.npy", NUMBERS.astype(np.float32))
    np.savez(tmp_path / "two.npz", x=NUMBERS, y=np.array([0, 1]))
    (tmp_path / "table.csv").write_text("a;b;kind\n1.5;-2;cat\n0.25;4;dog\n", encoding="utf-8-sig")
    (tmp_path / "plain.txt").write_text("1.5 -2\n0.25 4\n")
    made = Bench()
    made.provide({}, tmp_path)
    return made


@pytest.mark.parametrize(
    "line",
    [
        'torch.from_numpy(np.load("wide.npy"))',
        'torch.from_numpy(np.load("two.npz")["x"])',
        'torch.from_numpy(np.loadtxt("table.csv", delimiter=";", skiprows=1, usecols=(0, 1)))',
        'torch.from_numpy(np.genfromtxt("table.csv", delimiter=";", skip_header=1)[:, :2])',
        'torch.from_numpy(np.loadtxt("plain.txt"))',
        'torch.tensor(np.load("wide.npy"))',
    ],
)
def test_the_numbers_of_a_file(bench: Bench, line: str) -> None:
    value = bench.run(line).value
    assert value.dtype == torch.float64
    assert np.array_equal(value.numpy(), NUMBERS)


def test_the_dtype_is_told_with_its_reason(bench: Bench) -> None:
    wide = bench.run('torch.from_numpy(np.load("wide.npy"))').notes[0]
    assert wide == "float64: the file holds them so, and from_numpy keeps it; layers want .float()."
    assert "float32: the file" in bench.run('torch.from_numpy(np.load("narrow.npy"))').notes[0]
    assert "int64" in bench.run('torch.from_numpy(np.load("two.npz")["y"])').notes[0]
    text = bench.run('torch.from_numpy(np.loadtxt("plain.txt"))').notes[0]
    assert "NumPy reads text as its own wide numbers" in text
    assert "torch.from_numpy(...) makes a tensor of it" in bench.run('np.load("wide.npy")').notes[0]


def test_an_archive_says_what_is_in_it(bench: Bench) -> None:
    assert str(bench.run('z = np.load("two.npz")').value) == "x  (2, 2) float64\ny  (2,) int64"
    assert bench.run("z.files").value == ["x", "y"]
    with pytest.raises(BenchError, match=r"There is no 'q' in two.npz; it has x, y"):
        bench.run('z["q"]')


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('np.load("none.npy")', "There is no file"),
        ('np.load("table.csv")', "does not end in .npy or .npz"),
        ('np.load("/etc/passwd")', "nothing else is opened"),
        ('np.loadtxt("/etc/hostname")', "nothing else is opened"),
        ('np.load("//server/share/x.npy")', "not on this computer"),
        ('np.loadtxt("http://localhost/x.csv")', "not on this computer"),
        ('np.load("")', "named in quotes"),
        ("np.load(3)", "named in quotes"),
        ('np.load("wide.npy", allow_pickle=True)', "no argument allow_pickle"),
        ('np.load("wide.npy", mmap_mode="w+")', "no argument mmap_mode"),
        ('np.loadtxt("table.csv", converters=nn.ReLU())', "no argument converters"),
        ('np.loadtxt("table.csv", dtype="O")', "dtype is one of"),
        ('np.loadtxt("table.csv", delimiter=";", skiprows=1)', "skiprows=1"),
        ('np.load("broken.npy")', "cannot be read as numbers"),
        ('np.load("broken.npz")', "not a NumPy archive"),
        ('np.load("objects.npy")', "could run code"),
        ('np.load("folder.npy")', "There is no file"),
    ],
)
def test_refused(bench: Bench, tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "broken.npy").write_bytes(b"\x93NUMPY\x01\x00 no")
    (tmp_path / "broken.npz").write_bytes(b"no archive")
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    (tmp_path / "folder.npy").mkdir()
    with pytest.raises(BenchError, match=said):
        bench.run(line)


def test_a_pickle_is_never_read(bench: Bench, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return sys.exit, (3,)

    (tmp_path / "bomb.npy").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(BenchError, match="could run code"):
        bench.run('np.load("bomb.npy")')


def test_a_file_too_large_is_refused_before_it_is_read(bench: Bench, tmp_path: Path) -> None:
    """Headers that promise more than the bench holds; the numbers themselves are holes in the file."""
    np.lib.format.open_memmap(tmp_path / "huge.npy", mode="w+", dtype=np.int8, shape=(30_000, 1000))
    with pytest.raises(BenchError, match="holds 30,000,000 numbers"):
        bench.run('np.load("huge.npy")')


def test_long_texts_are_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_TEXT_BYTES", 8)
    with pytest.raises(BenchError, match="save it as"):
        bench.run('np.loadtxt("plain.txt")')
