"""Presets: the same text again, a sentence for every file that is none, names of any kind."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from nnbuilder.project.folders import config_folder
from nnbuilder.project.presets import (
    BUILT_IN,
    LONGEST,
    Preset,
    PresetError,
    Presets,
    chosen,
    dump_preset,
    parse_preset,
    read_preset,
    write_preset,
)
from nnbuilder.project.project import TrainingConfig
from nnbuilder.project.rules import training_faults
from tests.strategies import trainings

CYCLE = Preset(
    "Cycles & co",
    TrainingConfig("SGD", {"lr": 0.1}, lr_scheduler="OneCycleLR", lr_scheduler_args={"max_lr": 0.5}),
)


@pytest.fixture
def presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Presets:
    """A user's presets, none yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return Presets()


@given(trainings())
def test_what_is_written_is_read_again(training: TrainingConfig) -> None:
    read = parse_preset(dump_preset(Preset("One", training)).encode())

    assert chosen(training, read) == training
    assert (read.training.seed, read.training.device) == (0, "cpu")


def test_seed_and_device_stay_those_of_the_project() -> None:
    own = TrainingConfig("Adam", {"lr": 0.5}, 3, 4, seed=77, threads=2, device="cuda")
    now = chosen(own, CYCLE)

    assert (now.seed, now.threads, now.device) == (77, 2, "cuda")
    assert (now.optimizer, now.lr_scheduler, now.batch_size) == ("SGD", "OneCycleLR", 16)


@pytest.mark.parametrize("preset", BUILT_IN, ids=lambda preset: preset.name)
def test_a_preset_that_everybody_has_is_sound(preset: Preset) -> None:
    assert not list(training_faults(preset.training))
    assert parse_preset(dump_preset(preset).encode()) == preset


def changed(**fields: Any) -> bytes:
    """The file of a preset with other values."""
    return json.dumps({**json.loads(dump_preset(CYCLE)), **fields}).encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no preset"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "no preset of NNBuilder"),
        (b'{"nnbuilder": 1}', "no preset of NNBuilder"),
        (changed(**{"nnbuilder-preset": 2}), "from a newer NNBuilder"),
        (changed(**{"nnbuilder-preset": True}), "no preset of NNBuilder"),
        (changed(name=3), "no name"),
        (changed(name=""), "1 to 60 letters"),
        (changed(name="two\nlines"), "1 to 60 letters"),
        (changed(name="x" * (LONGEST + 1)), "1 to 60 letters"),
        (changed(training=None), "training takes an object"),
        (changed(training={"epochs": 0}), "epochs takes a whole number at least 1"),
        (changed(training={"epochs": "many"}), "training.epochs takes a whole number"),
        (changed(training={"optimizer": "SGD", "optimizer_args": {"lr": -1}}), "lr takes"),
        (changed(training={"of_another_version": 1}), "of_another_version is not known"),
    ],
)
def test_what_is_no_preset_is_told_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(PresetError, match=words) as caught:
        parse_preset(data)
    assert "\n" not in str(caught.value)


def test_a_user_keeps_presets_under_any_name(presets: Presets) -> None:
    names = ["../../etc", "Ärger 50 %", "ärger 50 %", "a/b\\c:d", "字" * LONGEST, "CON"]
    for name in names:
        presets.save(Preset(name, CYCLE.training))
    assert {preset.name for preset in presets.all()} == set(names)
    kept = list((config_folder() / "presets").iterdir())
    assert len(kept) == len(names)
    presets.remove("CON")
    assert "CON" not in {preset.name for preset in presets.all()}


def test_the_same_name_again_replaces(presets: Presets) -> None:
    presets.save(CYCLE)
    presets.save(Preset(CYCLE.name, TrainingConfig(epochs=3)))

    assert [preset.training.epochs for preset in presets.all()] == [3]


def test_a_broken_file_among_them_hides_no_other(presets: Presets) -> None:
    presets.save(CYCLE)
    (config_folder() / "presets" / "broken.nnpreset").write_text("{", encoding="utf-8")

    assert presets.all() == (CYCLE,)


def test_a_file_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "mine.nnpreset"
    write_preset(CYCLE, path)

    assert read_preset(path) == CYCLE
    with pytest.raises(PresetError, match="cannot be read"):
        read_preset(tmp_path / "none.nnpreset")
    with pytest.raises(PresetError, match="not saved"):
        write_preset(CYCLE, tmp_path / "no folder" / "mine.nnpreset")
    path.write_bytes(b" " * (2 << 20))
    with pytest.raises(PresetError, match="too large"):
        read_preset(path)
