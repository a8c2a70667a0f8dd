"""Loading by spec, and what is kept in memory."""

import os
from pathlib import Path

import numpy as np
import pytest

from nnbuilder.data.errors import DataError
from nnbuilder.data.load import Recent, load, load_raw, raw_of
from nnbuilder.data.spec import BuiltinData, CsvData, DataSpec, ToyData

TABLE = "a,b,kind\n1,2,x\n2,1,y\n3,5,x\n4,4,y\n5,1,x\n6,2,y\n"


def test_each_kind_of_source_loads(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)

    assert load_raw(BuiltinData("wine"), None).title == "Wines"
    assert load_raw(ToyData("xor"), None).title == "Xor, 400 points"
    assert load_raw(CsvData("t.csv", "kind"), tmp_path).title == "t.csv"


def test_what_was_loaded_is_kept() -> None:
    spec = DataSpec(ToyData("moons", points=50))

    assert load(spec, 3, None) is load(spec, 3, None)
    assert load(spec, 3, None) is not load(spec, 4, None)


def test_raw_data_are_kept_until_their_file_changes(tmp_path: Path) -> None:
    file, source = tmp_path / "t.csv", CsvData("t.csv", "kind")
    file.write_text(TABLE)
    first = raw_of(source, tmp_path)
    assert raw_of(source, tmp_path) is first
    file.write_text(TABLE + "7,8,x\n")
    os.utime(file, ns=(1, 1))

    assert len(raw_of(source, tmp_path).x) == len(first.x) + 1


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TABLE)
    spec = DataSpec(CsvData("t.csv", "kind"))
    first = load(spec, 0, tmp_path)
    file.write_text(TABLE + "7,8,x\n")
    os.utime(file, ns=(1, 1))

    assert load(spec, 0, tmp_path).profile.rows == first.profile.rows + 1


def test_a_file_that_is_gone_is_a_fault_although_it_was_loaded(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    spec = DataSpec(CsvData("t.csv", "kind"))
    load(spec, 0, tmp_path)
    (tmp_path / "t.csv").unlink()

    with pytest.raises(DataError, match="no file"):
        load(spec, 0, tmp_path)


def test_what_one_project_may_read_another_may_not(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "other").mkdir()
    spec = DataSpec(CsvData(str(tmp_path / "t.csv"), "kind"))
    load(spec, 0, None)

    with pytest.raises(DataError, match="outside"):
        load(spec, 0, tmp_path / "other")


def test_the_parts_are_what_torch_takes() -> None:
    prepared = load(DataSpec(ToyData("line", points=50)), 0, None)

    assert prepared.train.x.dtype == prepared.train.y.dtype == np.float32
    assert prepared.train.x.flags.c_contiguous


def test_only_the_last_few_are_kept() -> None:
    recent: Recent[str] = Recent(2)
    recent.put("a", "A")
    recent.put("b", "B")
    recent.get("a")
    recent.put("c", "C")

    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("A", None, "C")
