"""`nnbuilder runs`."""

import csv
import io
from pathlib import Path

import pytest

from nnbuilder.runs.overview import when_text
from nnbuilder.runs.store import RECORD_FILE
from tests.cli.conftest import Call


def test_runs_are_listed_newest_first(call: Call, iris: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(("2026-01-01T00-00-00-aaaa", "2026-01-02T00-00-00-bbbb"))
    monkeypatch.setattr("nnbuilder.cli.training.new_run_id", lambda: next(names))
    first = call("train", iris, "--epochs", "2", "--json").json
    call("train", iris, "--epochs", "3", "--seed", "7", "--lr", "0.02")

    done = call("runs", iris)
    title, *lines = done.out.splitlines()

    assert (done.code, done.err) == (0, "")
    assert title.split()[:7] == ["run", "when", "status", "epochs", "steps", "seed", "optimizer"]
    assert [line.split()[0][-4:] for line in lines] == ["bbbb", "aaaa"]
    assert "finished     3/3     24     7  Adam(lr=0.02)" in lines[0]
    loss, accuracy = (f"{first['validation'][name]:.4f}" for name in ("loss", "accuracy"))
    assert lines[1].split()[-2:] == [loss, accuracy]


def test_json(call: Call, iris: Path) -> None:
    trained = call("train", iris, "--epochs", "2", "--json").json
    answer = call("runs", iris, "--json").json

    (run,) = answer["runs"]
    assert (answer["ok"], answer["unreadable"]) == (True, [])
    assert (run["run"], run["status"], run["epochs"], run["steps"]) == (trained["run"], "finished", 2, 16)
    assert (run["seed"], run["optimizer"]["name"]) == (0, "Adam")
    history = trained["history"]["validation_loss"]
    assert run["best"]["validation_loss"] == min(history)
    assert run["last"]["validation_loss"] == history[-1]
    assert run["last"]["validation_metric"] == trained["history"]["validation_accuracy"][-1]
    assert run["weights_sha256"] == trained["weights_sha256"]


def test_a_damaged_folder_is_a_sentence(call: Call, iris: Path, tmp_path: Path) -> None:
    kept = call("train", iris, "--epochs", "1", "--json", "--run-dir", tmp_path / "kept").json
    damaged = call("train", iris, "--epochs", "1", "--json", "--run-dir", tmp_path / "kept").json
    (Path(damaged["run"]) / RECORD_FILE).write_text("{")

    done = call("runs", tmp_path / "kept")
    assert (done.code, len(done.out.splitlines())) == (0, 2)
    assert done.err.startswith(f"note: {damaged['run']}")
    answer = call("runs", tmp_path / "kept", "--json").json
    assert [run["run"] for run in answer["runs"]] == [kept["run"]]
    assert len(answer["unreadable"]) == 1


def test_a_project_without_runs_says_so(call: Call, iris: Path) -> None:
    done = call("runs", iris)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"There is no run in {iris.with_name('iris.runs')} yet.\n"
    assert call("runs", iris, "--json").json == {"ok": True, "runs": [], "unreadable": []}


def test_a_project_that_is_missing_is_3(call: Call, tmp_path: Path) -> None:
    done = call("runs", tmp_path / "none.nnb", "--json")
    assert (done.code, done.json["ok"]) == (3, False)


def test_a_moment_that_is_none_stands_as_it_was_written() -> None:
    assert when_text("yesterday") == "yesterday"


def test_names_tags_and_notes_are_kept_beside_the_record(call: Call, iris: Path) -> None:
    first = Path(call("train", iris, "--epochs", "1", "--json").json["run"])
    call("train", iris, "--epochs", "1")
    record = (first / RECORD_FILE).read_bytes()

    marked = call(
        *("runs", iris, "--mark", first.name, "--name", "Base", "--tags", "good, small", "--note", "Why."),
        "--json",
    ).json["runs"][0]

    assert (marked["name"], marked["tags"], marked["note"]) == ("Base", ["good", "small"], "Why.")
    assert (first / RECORD_FILE).read_bytes() == record
    title, *lines = call("runs", iris).out.splitlines()
    assert title.split()[-2:] == ["name", "tags"]
    said = {line.split()[0]: line for line in lines}
    assert said.pop(first.name).endswith("Base  #good #small")
    assert [line.split()[-2:] for line in said.values()] == [["-", "-"]]
    assert len(call("runs", iris, "--tag", "good", "--tag", "small").out.splitlines()) == 2
    assert call("runs", iris, "--tag", "bad").out.endswith("with #bad.\n")
    call("runs", iris, "--mark", first.name, "--tags", "")
    assert "#good" not in call("runs", iris).out
    assert "Base" in call("compare", first, first).out


def test_csv(call: Call, iris: Path) -> None:
    trained = call("train", iris, "--epochs", "1", "--json").json
    (row,) = csv.DictReader(io.StringIO(call("runs", iris, "--csv").out))
    assert row["weights_sha256"] == trained["weights_sha256"]
    assert float(row["best.validation_loss"]) == trained["history"]["validation_loss"][0]


def test_what_cannot_be_marked_is_a_sentence(call: Call, iris: Path) -> None:
    call("train", iris, "--epochs", "1")
    assert call("runs", iris, "--name", "x").code == 2
    done = call("runs", iris, "--mark", "none", "--name", "x", "--json")
    assert (done.code, done.json["ok"]) == (2, False)
