"""Presets: ways to train that have a name, kept for the user's projects and shared as files.

A preset says how to train, not where and with which chance: the seed and what the machine is told stay
the project's.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.plain import Fault, Faults, read_mapping
from nnbuilder.project import bounds
from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.project.fields import read_struct
from nnbuilder.project.folders import config_folder
from nnbuilder.project.project import TrainingConfig
from nnbuilder.project.rules import training_faults
from nnbuilder.project.strict_json import decode_text, parse_json

SUFFIX = ".nnpreset"
"""How the name of a preset's file ends."""

FORMAT = 1
"""Version of the file; a newer one is refused."""

LONGEST = 60
"""Letters of a preset's name at most."""

_KEY = "nnbuilder-preset"
_MOST_BYTES = 1 << 20
_OWN = frozenset({"seed", "device", *(spec.name for spec in bounds.MACHINE)})
"""What depends on chance and on the machine."""


class PresetError(NNBuilderError):
    """A preset cannot be read, saved or found; the message says why in one sentence."""


class Preset(msgspec.Struct, frozen=True):
    """A way to train, under its name."""

    name: str
    training: TrainingConfig


BUILT_IN = (
    Preset("As a new project has it", TrainingConfig()),
    Preset(
        "SGD with momentum, falling along a cosine",
        TrainingConfig(
            "SGD",
            {"lr": 0.1, "momentum": 0.9, "weight_decay": 5e-4},
            32,
            lr_scheduler="CosineAnnealingLR",
            lr_scheduler_args={"T_max": 100},
        ),
    ),
    Preset(
        "AdamW in one cycle",
        TrainingConfig(
            "AdamW", {}, 32, 50, clip_norm=1.0, lr_scheduler="OneCycleLR", lr_scheduler_args={"max_lr": 0.01}
        ),
    ),
    Preset(
        "Until it gets no better",
        TrainingConfig("Adam", {}, 16, 1000, patience=20, lr_scheduler="ReduceLROnPlateau"),
    ),
)
"""Presets that everybody has."""


def chosen(training: TrainingConfig, preset: Preset) -> TrainingConfig:
    """The configuration with what a preset says, and with the project's own seed and machine."""
    own = {name: getattr(training, name) for name in _OWN}
    return msgspec.structs.replace(preset.training, **own)


def dump_preset(preset: Preset) -> str:
    """The text of a preset's file."""
    plain: dict[str, Any] = msgspec.to_builtins(preset.training)
    fields = {name: value for name, value in plain.items() if name not in _OWN}
    whole = {_KEY: FORMAT, "name": preset.name, "training": fields}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def parse_preset(data: bytes) -> Preset:
    """The preset in a file's bytes; raises `PresetError` with a sentence on the first thing that is wrong."""
    faults = Faults()
    text = decode_text(data)
    if isinstance(text, Fault):
        raise PresetError(f"The file is no preset: {text.message}")
    plain = read_mapping(faults, parse_json(faults, text), "The file")
    version, name = plain.get(_KEY), plain.get("name")
    if not isinstance(version, int) or isinstance(version, bool):
        raise PresetError(f'The file is no preset of NNBuilder: it has no key "{_KEY}".')
    if version > FORMAT:
        raise PresetError(f"The preset is from a newer NNBuilder: its format is {version}.")
    if not isinstance(name, str):
        raise PresetError("The preset has no name.")
    check_name(name)
    training, unknown = read_struct(faults, TrainingConfig, plain.get("training"), "training")
    for key in unknown:
        faults.add(Fault(f"training.{key}", f"training.{key} is not known to this version."))
    for fault in training_faults(training) if training is not None else ():
        faults.add(fault)
    if training is None or faults.all():
        raise PresetError(f"The preset {name} cannot be used: {faults.all()[0].message}")
    return Preset(name, training)


def read_preset(path: Path) -> Preset:
    """The preset in a file; raises `PresetError`."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise PresetError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > _MOST_BYTES:
        raise PresetError(f"{path.name} is too large to be a preset.")
    return parse_preset(data)


def write_preset(preset: Preset, path: Path) -> None:
    """Saves a preset to a file of the user's; raises `PresetError`."""
    try:
        write_atomic(path, dump_preset(preset).encode())
    except (SaveError, OSError) as error:
        raise PresetError(str(error)) from error


def check_name(name: str) -> None:
    """Raises `PresetError` where nobody could choose a preset of this name from a list."""
    if not name.strip() or len(name) > LONGEST or not name.isprintable():
        raise PresetError(f"A preset's name has 1 to {LONGEST} letters, all of them on one line.")


class Presets:
    """The user's own presets, a file for each in the program's folder."""

    def all(self) -> tuple[Preset, ...]:
        """Those that can be read, by name."""
        found = []
        for path in self._folder().glob(f"*{SUFFIX}"):
            with contextlib.suppress(PresetError):
                found.append(read_preset(path))
        return tuple(sorted(found, key=lambda preset: preset.name.casefold()))

    def save(self, preset: Preset) -> None:
        """Keeps a preset, in place of one of the same name; raises `PresetError`."""
        check_name(preset.name)
        with contextlib.suppress(OSError):
            self._folder().mkdir(parents=True, exist_ok=True)
        write_preset(preset, self._file(preset.name))

    def remove(self, name: str) -> None:
        """Forgets a preset; raises `PresetError` where the system does not let it."""
        try:
            self._file(name).unlink(missing_ok=True)
        except OSError as error:
            raise PresetError(f"{name} was not removed: {error.strerror or error}.") from error

    def _file(self, name: str) -> Path:
        return self._folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}{SUFFIX}"

    def _folder(self) -> Path:
        return config_folder() / "presets"
