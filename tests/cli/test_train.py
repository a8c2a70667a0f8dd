"""`nnbuilder train`: results, the same seed twice, resuming, and what keeps it from training."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nnbuilder.cli.overrides import override, read_setting
from nnbuilder.cli.runs import unwritable
from nnbuilder.project.file import load_project, save_project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.files import cannot_write
from nnbuilder.runs.store import load_run
from tests.cli.conftest import Call

KEYS = {
    "ok",
    "run",
    "seed",
    "epochs",
    "steps",
    "seconds",
    "train",
    "validation",
    "weights_sha256",
    "notes",
    "history",
    "confusion",
}


def test_json(call: Call, iris: Path) -> None:
    done = call("train", iris, "--epochs", "3", "--seed", "7", "--json")
    answer = done.json
    assert (done.code, set(answer)) == (0, KEYS)
    assert (answer["seed"], answer["epochs"], answer["steps"]) == (7, 3, 24)
    scores = {"loss", "accuracy", "balanced_accuracy", "macro_f1"}
    assert set(answer["train"]) == set(answer["validation"]) == scores
    assert answer["confusion"]["classes"] == ["setosa", "versicolor", "virginica"]
    counts = answer["confusion"]["validation"]
    assert sum(map(sum, counts)) == 30
    assert sum(counts[place][place] for place in range(3)) / 30 == answer["validation"]["accuracy"]
    assert answer["history"]["epoch"] == [1, 2, 3]
    assert set(answer["history"]) == {
        "epoch",
        "train_loss",
        "validation_loss",
        "train_accuracy",
        "validation_accuracy",
        "validation_balanced_accuracy",
        "validation_macro_f1",
    }
    for score in ("balanced_accuracy", "macro_f1"):
        assert answer["history"][f"validation_{score}"][-1] == answer["validation"][score]
    assert answer["history"]["validation_loss"][-1] == pytest.approx(answer["validation"]["loss"])
    assert len(answer["weights_sha256"]) == 64


def test_run_is_kept_beside_the_project(call: Call, iris: Path) -> None:
    answer = call("train", iris, "--epochs", "2", "--lr", "0.02", "--json").json
    folder = Path(answer["run"])
    assert folder.parent == iris.with_name("iris.runs")
    stored = load_run(folder)
    assert stored.record.status == "finished"
    assert stored.record.weights_sha256 == answer["weights_sha256"]
    assert stored.record.project.training.optimizer_args["lr"] == 0.02
    assert len(stored.losses) == 16


def test_prose(call: Call, iris: Path) -> None:
    done = call("train", iris, "--epochs", "2")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("2 epochs, 16 steps, ")
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == [
        "train",
        "validation",
        "scores",
        "run",
        "weights",
        "samples",
        "setosa",
        "setosa",
        "versicolor",
        "virginica",
    ]
    assert [line.split()[1] for line in done.err.splitlines()] == ["1/2", "2/2"]


def test_same_seed_same_weights(call: Call, program: Call, iris: Path, tmp_path: Path) -> None:
    line = ("train", iris, "--epochs", "4", "--json", "--run-dir", tmp_path / "kept")
    one, other = call(*line).json, program(*line).json
    assert one["weights_sha256"] == other["weights_sha256"]
    assert one["history"] == other["history"]
    assert Path(one["run"]).parent == Path(other["run"]).parent == tmp_path / "kept"
    assert call(*line, "--seed", "1").json["weights_sha256"] != one["weights_sha256"]


@pytest.mark.parametrize("name", ["iris", "diabetes"])
def test_resume_goes_on_as_if_nothing_had_been(call: Call, tmp_path: Path, name: str) -> None:
    file = shutil.copy(resources_folder() / "examples" / f"{name}.nnb", tmp_path)
    whole = call("train", file, "--epochs", "6", "--json").json
    half = call("train", file, "--epochs", "3", "--json").json
    rest = call("train", file, "--epochs", "6", "--resume", half["run"], "--json").json
    assert rest["weights_sha256"] == whole["weights_sha256"]
    assert rest["history"] == whole["history"]
    assert rest["run"] not in {half["run"], whole["run"]}
    by_name = call("train", file, "--epochs", "6", "--resume", Path(half["run"]).name, "--json").json
    assert by_name["weights_sha256"] == whole["weights_sha256"]


def test_resume_keeps_the_project_of_the_run(call: Call, iris: Path, edited: Callable[..., Path]) -> None:
    half = call("train", iris, "--epochs", "2", "--json").json
    whole = call("train", iris, "--epochs", "4", "--json").json
    edited('"out_features": 8', '"out_features": 9')
    done = call("train", iris, "--epochs", "4", "--resume", half["run"], "--json")
    assert done.json["weights_sha256"] == whole["weights_sha256"]
    assert "has changed since the run" in done.err


@pytest.mark.parametrize("change", [("--seed", "1"), ("--lr", "0.1"), ("--set", "training.batch_size=4")])
def test_resume_allows_no_other_settings(call: Call, iris: Path, change: tuple[str, str]) -> None:
    half = call("train", iris, "--epochs", "1", "--json").json
    done = call("train", iris, "--resume", half["run"], *change)
    assert done.code == 2
    assert change[0] in done.err


@pytest.mark.parametrize("more", [(), ("--epochs", "1"), ("--epochs", "2")])
def test_resume_with_nothing_left_to_train(call: Call, iris: Path, more: tuple[str, ...]) -> None:
    whole = call("train", iris, "--epochs", "2", "--json").json
    done = call("train", iris, "--resume", whole["run"], *more, "--json")
    assert done.code == 2
    assert "trained for 2 epochs" in done.json["problems"][0]["message"]
    assert "for example 12." in done.json["problems"][0]["message"]
    assert len(list(iris.with_name("iris.runs").glob("*/run.json"))) == 1


def test_resume_of_no_run(call: Call, iris: Path) -> None:
    done = call("train", iris, "--resume", "yesterday")
    assert done.code == 2
    assert "There is no run yesterday" in done.err


def test_resume_without_a_good_checkpoint(call: Call, iris: Path) -> None:
    half = call("train", iris, "--epochs", "1", "--json").json
    for file in (Path(half["run"]) / "checkpoints").iterdir():
        file.write_bytes(b"damaged")
    done = call("train", iris, "--epochs", "2", "--resume", half["run"], "--json")
    assert (done.code, done.json["ok"]) == (5, False)
    assert done.json["problems"][0]["code"] == "checkpoint"


def test_mismatch_is_not_trained(call: Call, iris: Path) -> None:
    done = call("train", iris, "--set", "graph.nodes.n4.args.in_features=10", "--json")
    assert (done.code, done.json["ok"]) == (3, False)
    assert done.json["problems"][0]["fixes"][0]["title"] == "Set in_features to 16"
    assert not iris.with_name("iris.runs").exists()


def test_loss_that_explodes(call: Call, iris: Path) -> None:
    change = ("--set", "training.optimizer=SGD", "--lr", "1e6")
    relu = ("--set", "graph.nodes.n5.type=ReLU", "--set", "data.standardize=false")
    done = call("train", iris, *change, *relu, "--json")
    assert (done.code, done.json["ok"]) == (5, False)
    (problem,) = done.json["problems"]
    assert problem["code"] == "loss-not-finite"
    assert problem["fixes"][0]["title"].startswith("Set lr to")
    assert load_run(Path(done.json["run"])).record.status == "failed"


def test_device_that_is_not_there(call: Call, iris: Path) -> None:
    done = call("train", iris, "--device", "cuda:63")
    assert done.code == 3
    assert "There is no device cuda:63 here." in done.err
    assert "Fix: Train on cpu" in done.err


def test_folder_that_cannot_be_written(call: Call, iris: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("train", iris, "--run-dir", tmp_path / "file" / "below")
    assert done.code == 1
    assert "cannot be written" in done.err
    assert "--run-dir" in done.err


def test_a_run_that_can_be_written_no_more_says_how_to_go_on(call: Call, iris: Path, tmp_path: Path) -> None:
    folder = Path(call("train", iris, "--epochs", "1", "--json").json["run"])
    failure = unwritable(cannot_write(folder / "checkpoints" / "best", "No space left on device"))
    assert failure.code == 1
    assert str(failure).endswith(f"from its last checkpoint with --resume {folder.name}.")
    assert "--resume" not in str(unwritable(cannot_write(tmp_path / "x.runs" / "2026", "No space left")))


def test_warnings_are_told(call: Call, edited: Callable[..., Path]) -> None:
    done = call("train", edited('"type": "Tanh"', '"type": "Tanh", "args": {"speed": 3}'), "--epochs", "1")
    assert done.code == 0
    assert "warning: " in done.err


def test_a_table_from_elsewhere_is_read_only_where_it_is_named(
    call: Call, iris: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = tmp_path_factory.mktemp("elsewhere") / "t.csv"
    table.write_text("a,b,kind\n" + "".join(f"{n},{n % 3},{'xyz'[n % 3]}\n" for n in range(30)))
    csv = ("data.source.kind=csv", f"data.source.path={table.as_posix()}", "data.source.target=kind")
    named = [word for text in csv for word in ("--set", text)]
    answer = call("train", iris, "--epochs", "2", *named, "--json").json
    assert answer["ok"]
    stored = override(load_project(iris).project, map(read_setting, csv))
    save_project(stored, iris)
    done = call("train", iris, "--json")
    assert done.code == 4
    assert done.json["problems"][0]["code"] == "data-outside"
    assert f"copy it to {iris.parent}" in done.json["problems"][0]["message"]
    assert call("train", iris, "--resume", answer["run"], "--epochs", "3").code == 4
    assert call("train", iris, "--resume", answer["run"], "--epochs", "3", *named[2:4]).code == 0
    table.write_text(table.read_text() + "1,1,x\n")
    done = call("train", iris, "--resume", answer["run"], "--epochs", "3", *named[2:4])
    assert done.code == 5
    assert "The data have changed" in done.err


def test_stored_weights_that_are_missing_stop_the_training(call: Call, iris: Path) -> None:
    done = call("train", iris, "--epochs", "1", "--set", f"weights={'ab' * 32}", "--json")
    assert done.code == 3
    assert done.json["problems"][0]["path"] == "weights"
    assert "abab.safetensors are missing" in done.json["problems"][0]["message"]


def test_early_stopping_is_told_and_kept(call: Call, iris: Path) -> None:
    settings = ["--set", "training.patience=2", "--lr", "0.5", "--set", "training.lr_scheduler=StepLR"]
    answer = call("train", iris, "--epochs", "60", *settings, "--json").json
    epochs = len(answer["history"]["epoch"])
    losses = answer["history"]["validation_loss"]
    assert epochs < 60
    assert losses.index(min(losses)) == epochs - 3
    told = (
        f"Stopped early after epoch {epochs}: for 2 epochs the loss has not become smaller. "
        f"The weights are those of epoch {epochs - 2}, the best."
    )
    assert told in answer["notes"]
    record = load_run(Path(answer["run"])).record
    assert (record.status, record.epoch) == ("finished", epochs)
    assert told in record.notes
    assert record.validation["loss"] == pytest.approx(min(losses))
    done = call("train", iris, "--epochs", "60", *settings)
    assert done.out.startswith(f"{epochs} epochs, {answer['steps']} steps, ")
    assert answer["weights_sha256"] in done.out
