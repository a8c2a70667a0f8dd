"""Numbers from files of every kind, and what is said of those that cannot be taken."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nnbuilder.engine.foreign import ForeignError
from nnbuilder.engine.parameters.files import read_tensors
from nnbuilder.engine.parameters.schemes import ChangeError
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.parameters import LoadNumbers
from tests.engine.parameters.test_desk import KEYS, changed, kept

NUMBERS = np.arange(10, dtype=np.float64).reshape(5, 2) / 8


def loaded(path: Path, runs: Path, **more: Any) -> tuple[torch.Tensor, tuple[str, ...]]:
    """The weight of the first layer, (5, 2), after a file was loaded into it; and what was told."""
    answer = changed(KEYS[:1], LoadNumbers(str(path), **more), runs)
    return kept(runs, answer)["0.weight"], answer.notes


def wanted() -> torch.Tensor:
    """What is to come out of all files."""
    return torch.from_numpy(NUMBERS).float()


def test_an_array_of_numpy(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", NUMBERS)
    found, notes = loaded(tmp_path / "w.npy", tmp_path)
    assert torch.equal(found, wanted())
    assert notes == ("float64 becomes float32.",)


def test_big_endian_and_columns_first(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.asfortranarray(NUMBERS).astype(">f4"))
    assert torch.equal(loaded(tmp_path / "w.npy", tmp_path)[0], wanted())


def test_an_archive_takes_what_is_named_alike_or_fits(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"2.weight": NUMBERS * 2, "0.weight": NUMBERS, "bias": np.zeros(5)}
    np.savez(tmp_path / "w.npz", **arrays)
    assert torch.equal(loaded(tmp_path / "w.npz", tmp_path)[0], wanted())
    assert torch.equal(loaded(tmp_path / "w.npz", tmp_path, name="2.weight")[0], 2 * wanted())
    np.savez(tmp_path / "v.npz", first=np.zeros(3), second=NUMBERS)
    assert torch.equal(loaded(tmp_path / "v.npz", tmp_path)[0], wanted())


@pytest.mark.parametrize("head", ["", "a,b\n"])
@pytest.mark.parametrize("sign", [",", ";", "\t", " "])
def test_a_text(tmp_path: Path, head: str, sign: str) -> None:
    lines = "\n".join(sign.join(map(str, row)) for row in NUMBERS)
    (tmp_path / "w.csv").write_text(head.replace(",", sign) + lines + "\n\n")
    assert torch.equal(loaded(tmp_path / "w.csv", tmp_path)[0], wanted())


def test_flat_numbers_take_the_shape(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(",".join(map(str, NUMBERS.ravel())))
    found, notes = loaded(tmp_path / "w.csv", tmp_path)
    assert torch.equal(found, wanted())
    assert notes[0] == "The 10 numbers take the shape (5, 2), row by row."


def test_rows_and_columns_can_be_exchanged(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", NUMBERS.T)
    with pytest.raises(ChangeError, match="exchanged it would fit"):
        loaded(tmp_path / "w.npy", tmp_path)
    assert torch.equal(loaded(tmp_path / "w.npy", tmp_path, transposed=True)[0], wanted())


def test_files_of_weights(tmp_path: Path) -> None:
    tensors = {"a": torch.zeros(3), "fc.weight": wanted()}
    save_file(tensors, tmp_path / "w.safetensors")
    torch.save(tensors, tmp_path / "w.pt")
    assert torch.equal(loaded(tmp_path / "w.safetensors", tmp_path)[0], wanted())
    assert torch.equal(loaded(tmp_path / "w.pt", tmp_path, unpickle=True)[0], wanted())
    with pytest.raises(ForeignError, match="only after a yes"):
        loaded(tmp_path / "w.pt", tmp_path)


def test_the_tensors_of_a_file_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", one=NUMBERS, two=np.zeros(3))
    answer = changed(KEYS[:1], LoadNumbers(str(tmp_path / "w.npz")))
    assert answer.names == (("one", "(5, 2)"), ("two", "(3,)"))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("w.csv", b"1,2\n3\n", "line 2 has 1 numbers, the first 2"),
        ("w.csv", b"1,2\n3,x\n", "line 2, column 2: 'x' is no number"),
        ("w.csv", b"", "There are no numbers in w.csv"),
        ("w.csv", b"a,b\n", "There are no numbers in w.csv"),
        ("w.csv", b"\xff\xfe\x00", "w.csv is no text"),
        ("w.npy", b"rubbish", "w.npy cannot be read as an array"),
        ("w.npy", b"", "w.npy cannot be read as an array"),
        ("w.npz", b"PK\x03\x04 rubbish", "w.npz cannot be read as an array"),
        ("w.safetensors", b"rubbish", "no safetensors file"),
        ("w.xlsx", b"", "no file of numbers that can be read here"),
        ("w.csv", b"1,2,3\n", r"It is (3,), but 0.weight is (5, 2)."),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(NNBuilderError) as caught:
        loaded(tmp_path / name, tmp_path)
    assert told in str(caught.value)


def test_numbers_that_are_none_are_taken_from_a_file_and_told_of(tmp_path: Path) -> None:
    numbers = NUMBERS.copy()
    numbers[0, 0], numbers[1, 1], numbers[2, 0] = np.nan, -np.inf, 1e300
    np.save(tmp_path / "w.npy", numbers)
    found, notes = loaded(tmp_path / "w.npy", tmp_path)
    torch.testing.assert_close(found, torch.from_numpy(numbers).float(), rtol=0, atol=0, equal_nan=True)
    assert notes[-1].startswith("3 of the 10 numbers are NaN or infinite: they are taken as they are")


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.array([{}, []], dtype=object), allow_pickle=True)
    with pytest.raises(ChangeError, match="allow_pickle=False"):
        read_tensors(tmp_path / "w.npy", unpickle=True)
    np.save(tmp_path / "t.npy", np.array(["a", "b"]))
    with pytest.raises(ChangeError, match="no numbers"):
        read_tensors(tmp_path / "t.npy", unpickle=False)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ChangeError, match="No such file"):
        read_tensors(tmp_path / "w.npy", unpickle=False)
