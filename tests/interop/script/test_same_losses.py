"""Exported scripts, run where only torch, NumPy, scikit-learn and pandas are, train as the app does."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.catalog.schedulers import SCHEDULERS
from nnbuilder.cli.main import run
from nnbuilder.data.load import load
from nnbuilder.data.spec import ArraysData, BuiltinData, CsvData, DataSpec, Split, ToyData
from nnbuilder.engine.checkpoint import weights_sha256
from nnbuilder.engine.scores import BALANCED, MACRO_F1, TOP_SCORE
from nnbuilder.graph.edits import SetFrozen
from nnbuilder.project.file import load_project
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.project.resources import resources_folder
from nnbuilder.templates.design import layer
from nnbuilder.templates.registry import TEMPLATES, start
from tests.conftest import SOAK
from tests.engine.test_schedule import ARGS
from tests.interop.clean import run_clean, tidy
from tests.interop.script.projects import (
    ADAM,
    course_of,
    dense,
    network,
    printed_course,
    script_of,
    shorter,
)

EXAMPLES = sorted(path.stem for path in (resources_folder() / "examples").glob("*.nnb"))

EPOCHS = 10_000 if SOAK else 3

FLOWERS = """\
id ;width;name; height;kind
a;1,5;x;2;rose
b;;y;3;lily
c;2,25;x;?;rose
"d";3,0;z;4;"li;ly"
e;4,5;z;5;
"""

Exported = dict[str, str]


def example(name: str) -> Project:
    """A project that ships."""
    return load_project(resources_folder() / "examples" / f"{name}.nnb").project


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the exported scripts."""
    return tmp_path_factory.mktemp("scripts")


@pytest.fixture(scope="module")
def examples_printed(home: Path) -> Exported:
    """What the scripts of all examples print."""
    files = {name: home / f"{name}.py" for name in EXAMPLES}
    for name, file in files.items():
        file.write_text(script_of(example(name)), encoding="utf-8")
    tidy(*files.values())
    words = {
        name: [str(file), "--epochs", str(epochs_of(name)), "--weights", str(home / f"{name}.pth")]
        for name, file in files.items()
    }
    return run_clean(home, words, timeout=3600 if SOAK else 250)


def epochs_of(name: str) -> int:
    """How many epochs an example is trained for here."""
    return min(EPOCHS, example(name).training.epochs)


_SCORES = (BALANCED, MACRO_F1, TOP_SCORE)
"""What the program counts beside the metrics that a script prints."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_prints_what_train_prints(
    name: str, examples_printed: Exported, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = resources_folder() / "examples" / f"{name}.nnb"
    code = run(["train", str(file), "--epochs", str(epochs_of(name)), "--json", "--run-dir", str(home)])
    answer: Any = json.loads(capsys.readouterr().out)
    history = answer["history"]
    metric = "r2" if "r2" in answer["train"] else "accuracy"
    columns = ("train_loss", f"train_{metric}", "validation_loss", f"validation_{metric}")
    assert code == 0
    assert printed_course(examples_printed[name]) == [
        list(row) for row in zip(*(history[column] for column in columns), strict=True)
    ]
    assert len(history["epoch"]) == epochs_of(name)
    for part in ("train", "validation"):
        kept = {key: value for key, value in answer[part].items() if key not in _SCORES}
        told = "  ".join(f"{key} {value:.4f}" for key, value in kept.items())
        assert f"{part:<10}  {told}\n" in examples_printed[name]
    weights = torch.load(home / f"{name}.pth", weights_only=True)
    assert weights_sha256(weights) == answer["weights_sha256"]
    assert torch.load(home / f"best-{name}.pth", weights_only=True).keys() == weights.keys()


def table(folder: Path, name: str, text: str) -> None:
    """Writes a table."""
    (folder / name).write_text(text, encoding="utf-8")


def tables(folder: Path) -> dict[str, Project]:
    """Projects on tables of every kind."""
    rows = [f"r{i};{i % 7},5;w{i};{i * i % 11};{'rose' if i % 3 else 'lily'}" for i in range(60)]
    table(folder, "flowers.csv", FLOWERS + "\n".join(rows) + "\n")
    plain = [f"{i % 5},{i * 0.37:.4f},{i % 4},{(i * 7 % 13) / 10}" for i in range(50)]
    table(folder, "plain.csv", "a,b,c,goal\n" + "\n".join(plain) + "\n")
    table(folder, "bare.csv", "\n".join(plain) + "\n")
    rare = [f"{i % 7},{i * 5 % 11},{'rare' if i % 9 == 0 else 'often'}" for i in range(90)]
    table(folder, "skewed.csv", "a,b,kind\n" + "\n".join(rare) + "\n")
    huge = [f"{10**25 + i * 10**23},{'NA' if i == 3 else i},{i % 2}" for i in range(40)]
    table(folder, 'it\'s "huge".csv', '"a ""b""",c\\d,yes\n' + "\n".join(huge) + "\n")
    flowers = CsvData("flowers.csv", "kind")
    quoted = CsvData('it\'s "huge".csv', "yes")
    return {
        "table dropped": network(DataSpec(flowers), dense(5, 3), "CrossEntropyLoss"),
        "table filled": network(
            DataSpec(CsvData("flowers.csv", "kind", missing="mean")), dense(5, 3), "NLLLoss"
        ),
        "table numbers": network(DataSpec(CsvData("plain.csv", "goal")), dense(4, 1), "HuberLoss"),
        "table with columns left out": network(
            DataSpec(CsvData("plain.csv", "goal", left_out=("b", "gone"))), dense(4, 1), "MSELoss"
        ),
        "table as classes": network(
            DataSpec(CsvData("plain.csv", "goal", "classification"), Split(0.3, 0.1)),
            dense(4, 13),
            "CrossEntropyLoss",
        ),
        "table bare": network(DataSpec(CsvData("bare.csv", "column 2")), dense(4, 1), "L1Loss"),
        "table huge": network(DataSpec(quoted), dense(4, 1), "BCEWithLogitsLoss"),
        "table again": network(DataSpec(flowers, reconstruct=True), dense(2, 2), "MSELoss"),
        "table again, numbers": network(
            DataSpec(CsvData("plain.csv", "goal"), reconstruct=True), dense(2, 3), "MSELoss"
        ),
    }


def arrays(folder: Path) -> dict[str, Project]:
    """Projects on NumPy archives: pictures with named classes, columns with numbers."""
    rng = np.random.default_rng(0)
    pictures, names = rng.normal(size=(60, 2, 4, 3)).astype(np.float32), np.array(["b", "a", "c"] * 20)
    np.savez(folder / "pictures.npz", pictures=pictures, names=names)
    np.savez(folder / "columns.npz", x=rng.integers(0, 9, (50, 5)), y=rng.normal(size=(50, 1)))
    seen = (layer("Conv2d", out_channels=3, kernel_size=2), layer("Flatten"), layer("Linear", out_features=3))
    return {
        "arrays of pictures": network(
            DataSpec(ArraysData("pictures.npz", "pictures", "names")), seen, "CrossEntropyLoss"
        ),
        "arrays of columns": network(DataSpec(ArraysData("columns.npz")), dense(4, 1), "MSELoss"),
        "arrays as they are": network(
            DataSpec(ArraysData("columns.npz"), standardize=False), dense(4, 1), "MSELoss"
        ),
        "arrays again": network(
            DataSpec(ArraysData("columns.npz"), reconstruct=True), dense(2, 5), "MSELoss"
        ),
    }


def others() -> dict[str, Project]:
    """Projects on computed and built-in data, with every split and loss form."""
    found: dict[str, Project] = {}
    for name, outputs, loss in (
        ("moons", 2, "CrossEntropyLoss"),
        ("circles", 1, "BCEWithLogitsLoss"),
        ("blobs", 3, "CrossEntropyLoss"),
        ("spiral", 2, "CrossEntropyLoss"),
        ("blobs", 3, "MultiMarginLoss"),
        ("xor", 2, "CrossEntropyLoss"),
        ("line", 1, "MSELoss"),
        ("sine", 1, "SmoothL1Loss"),
    ):
        toy = msgspec.convert({"kind": "toy", "name": name, "points": 90, "seed": 5}, ToyData)
        found[f"{name} {loss}"] = network(DataSpec(toy, Split(0.25, 0.1)), dense(6, outputs), loss)
    iris, diabetes = BuiltinData("iris"), BuiltinData("diabetes")
    sgd = TrainingConfig("SGD", {"momentum": 0.9, "nesterov": True}, 7, 2, seed=11)
    found |= {
        "no validation": network(DataSpec(iris, Split(0.0)), dense(6, 3), "CrossEntropyLoss", sgd),
        "no parts, numbers": network(DataSpec(diabetes, Split(0.0)), dense(6, 1), "MSELoss"),
        "test part only": network(DataSpec(iris, Split(0.0, 0.2)), dense(6, 3), "CrossEntropyLoss"),
        "not stratified": network(
            DataSpec(iris, Split(0.2, stratify=False)), dense(6, 3), "CrossEntropyLoss"
        ),
        "not scaled": network(DataSpec(diabetes, standardize=False), dense(6, 1), "HuberLoss"),
        "again": network(DataSpec(iris, Split(0.2, 0.2), reconstruct=True), dense(2, 4), "MSELoss"),
        "again, not scaled": network(
            DataSpec(diabetes, Split(0.0), standardize=False, reconstruct=True), dense(2, 10), "MSELoss"
        ),
        "probability": network(
            DataSpec(BuiltinData("breast_cancer")), (*dense(4, 1), layer("Sigmoid")), "BCELoss"
        ),
        "in place": network(DataSpec(iris), (layer("ReLU", inplace=True), *dense(4, 3)), "CrossEntropyLoss"),
        "noise": network(
            DataSpec(BuiltinData("digits")),
            (
                layer("Unflatten", dim=1, unflattened_size=(1, 8, 8)),
                layer("Conv2d", out_channels=4, kernel_size=3),
                layer("BatchNorm2d"),
                layer("Dropout", p=0.3),
                layer("Flatten"),
                layer("Linear", out_features=10),
            ),
            "CrossEntropyLoss",
            ADAM,
        ),
    }
    return found


def trainings() -> dict[str, Project]:
    """Projects with every optimizer, clipped gradients and shorter numbers; and all templates."""
    found: dict[str, Project] = {}
    iris, diabetes = BuiltinData("iris"), BuiltinData("diabetes")
    for optimizer in OPTIMIZERS:
        training = TrainingConfig(optimizer, {}, 32, 2, threads=2)
        found[optimizer] = network(DataSpec(iris), dense(6, 3), "CrossEntropyLoss", training)
    clipped = TrainingConfig("SGD", {"lr": 0.3}, 32, 2, clip_value=0.05, clip_norm=0.1)
    short = TrainingConfig("Adam", {}, 16, 3, precision="bfloat16", deterministic=True)
    found["shorter numbers"] = network(DataSpec(iris), dense(6, 3), "CrossEntropyLoss", short)
    found["clipped"] = network(DataSpec(iris), dense(6, 3), "CrossEntropyLoss", clipped)
    found["clipped numbers"] = network(
        DataSpec(diabetes), dense(6, 1), "MSELoss", msgspec.structs.replace(clipped, clip_value=None)
    )
    for template in TEMPLATES:
        found[f"template {template.name}"] = shorter(start(template), 1)
    return found


def frozen(project: Project) -> Project:
    """The project with its first Linear frozen."""
    first = project.graph.of_type("Linear")[0].id
    return msgspec.structs.replace(project, graph=SetFrozen((first,), frozen=True).apply(project.graph))


def configured() -> dict[str, Project]:
    """Projects whose loss, gradients and end are set in the configuration."""
    iris, cancer, numbers = (DataSpec(BuiltinData(name)) for name in ("iris", "breast_cancer", "diabetes"))
    skewed = DataSpec(CsvData("skewed.csv", "kind"))
    plain = TrainingConfig("SGD", {"lr": 0.1}, 32, 4)
    set_to = partial(msgspec.structs.replace, plain)
    typed, two = set_to(class_weights=(1.0, 2.5, 0.5)), set_to(class_weights=(1.0, 3.0))
    balanced, cross = set_to(class_weights="balanced"), "CrossEntropyLoss"
    # What stops early: a rate at which the loss soon jumps about.
    soon = set_to(optimizer_args={"lr": 3.0}, patience=2, epochs=40)
    return {
        "weighed": network(iris, dense(6, 3), cross, typed),
        "weighed margins": network(iris, dense(6, 3), "MultiMarginLoss", typed),
        "weighed, two": network(cancer, dense(6, 1), "BCEWithLogitsLoss", two),
        "balanced": network(skewed, dense(6, 2), cross, balanced),
        "balanced, two": network(skewed, dense(6, 1), "BCEWithLogitsLoss", balanced),
        "balanced, log": network(skewed, (*dense(6, 2), layer("LogSoftmax", dim=1)), "NLLLoss", balanced),
        "small weights": network(numbers, dense(6, 1), "MSELoss", set_to(l1=0.01, clip_norm=0.5)),
        "early": network(iris, dense(6, 3), cross, soon),
        "early, last": network(
            iris, dense(6, 3), cross, msgspec.structs.replace(soon, restore_best=False, min_delta=0.01)
        ),
        "early, no validation": network(DataSpec(BuiltinData("iris"), Split(0.0)), dense(6, 3), cross, soon),
        "early, numbers": network(numbers, dense(6, 1), "L1Loss", set_to(patience=3, epochs=40)),
        "not early": network(iris, dense(6, 3), cross, set_to(patience=30)),
        "frozen": frozen(network(iris, dense(6, 3), cross, plain)),
        "frozen, small weights": frozen(
            network(numbers, dense(6, 1), "MSELoss", set_to(l1=0.01, clip_norm=0.5))
        ),
        "in time": network(numbers, dense(6, 1), "MSELoss", set_to(minutes=60.0, lr_scheduler="StepLR")),
    }


def scheduled() -> dict[str, Project]:
    """Projects with every schedule of the learning rate, by epochs and by steps."""
    found: dict[str, Project] = {}
    for name, args in ARGS.items():
        for every in (None, "epoch", "step"):
            if every == "step" and SCHEDULERS[name].watches:
                continue
            training = TrainingConfig(
                "SGD",
                {"lr": 0.1},
                32,
                5,
                lr_scheduler=name,
                lr_scheduler_args=args,
                lr_scheduler_every=every,
            )
            split = Split(0.0) if every == "epoch" else Split(0.2)
            found[f"{name} by {every}"] = network(
                DataSpec(BuiltinData("iris"), split), dense(6, 3), "CrossEntropyLoss", training
            )
    return found


@pytest.fixture(scope="module")
def projects(home: Path) -> dict[str, Project]:
    """All other projects that are compared."""
    return {**others(), **trainings(), **scheduled(), **configured(), **tables(home), **arrays(home)}


@pytest.fixture(scope="module")
def printed(home: Path, projects: dict[str, Project]) -> Exported:
    """What their scripts print."""
    files = {name: home / f"other-{number}.py" for number, name in enumerate(projects)}
    for name, project in projects.items():
        files[name].write_text(script_of(project, home), encoding="utf-8")
    tidy(*files.values())
    words = {name: [str(file), "--weights", str(file.with_suffix(".pth"))] for name, file in files.items()}
    return run_clean(home, words)


def test_every_kind_of_data_trains_the_same(
    home: Path, projects: dict[str, Project], printed: Exported
) -> None:
    different = {}
    for number, (name, project) in enumerate(projects.items()):
        course, digest = course_of(project, home)
        weights = torch.load(home / f"other-{number}.pth", weights_only=True)
        if printed_course(printed[name]) != course or weights_sha256(weights) != digest:
            different[name] = (printed_course(printed[name]), course)
    assert not different
    assert len(projects) == len(printed) > 30


def test_notes_of_the_tables_are_what_was_meant(home: Path, projects: dict[str, Project]) -> None:
    dropped, filled = (
        load(projects[f"table {word}"].data, 0, home).profile for word in ("dropped", "filled")
    )
    assert (dropped.rows, filled.rows) == (62, 64)
    assert dropped.unused == ("id", "name")
