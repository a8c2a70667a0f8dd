"""Event files of a run, read by tensorboardX's own description of an event."""

import struct
from pathlib import Path

import msgspec
import pytest
from tensorboardX.proto import event_pb2

from nnbuilder.engine.export.errors import ExportError
from nnbuilder.engine.export.tensorboard import make_events
from nnbuilder.project.atomic import SaveError
from nnbuilder.runs.store import CHECKPOINTS, load_run
from tests.engine.export.requests import IRIS, exported, trained


def values(path: Path) -> dict[str, list[tuple[int, object]]]:
    """Every value of a file under its tag, with its step."""
    data, place, found = path.read_bytes(), 0, dict[str, list[tuple[int, object]]]()
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        event = event_pb2.Event()
        event.ParseFromString(data[place + 12 : place + 12 + length])
        place += 16 + length
        for value in event.summary.value:
            kind = value.WhichOneof("value")
            found.setdefault(value.tag, []).append((event.step, getattr(value, kind)))
    return found


def test_curves_weights_and_settings_are_there(tmp_path: Path) -> None:
    folder = trained(IRIS, tmp_path / "run")
    done = exported(IRIS, "tensorboard", tmp_path / "logs", run=str(folder))
    run = load_run(folder)
    found = values(Path(done.path))
    steps = found["loss/step"]
    assert [value for _, value in steps] == run.losses.tolist()
    assert [step for step, _ in steps] == list(range(1, len(run.losses) + 1))
    assert [step for step, _ in found["accuracy/validation"]] == [row.step for row in run.history]
    assert {"weights/0.weight", "weights/2.bias"} <= found.keys()
    drawn = {step for step, _ in found["weights/0.weight"]}
    assert drawn == {entry.step for entry in run.record.checkpoints}
    (text,) = found["configuration/text_summary"]
    assert "Adam" in str(text[1])


def test_a_second_export_takes_the_place_of_the_first(tmp_path: Path) -> None:
    folder = trained(IRIS, tmp_path / "run")
    assert not exported(IRIS, "tensorboard", tmp_path / "logs", run=str(folder)).replaced
    assert exported(IRIS, "tensorboard", tmp_path / "logs", run=str(folder)).replaced
    assert len(list((tmp_path / "logs").iterdir())) == 1


def test_a_folder_that_cannot_be_filled_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = trained(IRIS, tmp_path / "run")

    def full(path: Path, _data: bytes) -> None:
        raise SaveError(path, "No space left on device")

    monkeypatch.setattr("nnbuilder.engine.export.ways.write_atomic", full)
    with pytest.raises(SaveError, match="No space left"):
        exported(IRIS, "tensorboard", tmp_path / "logs", run=str(folder))
    assert not (tmp_path / "logs").exists()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ExportError, match="cannot be a folder"):
        exported(IRIS, "tensorboard", tmp_path / "file", run=str(folder))


def test_a_damaged_checkpoint_is_left_out_and_said(tmp_path: Path) -> None:
    folder = trained(IRIS, tmp_path / "run")
    entries = load_run(folder).record.checkpoints
    (folder / CHECKPOINTS / entries[0].file).write_bytes(b"rubbish")
    done = exported(IRIS, "tensorboard", tmp_path / "logs", run=str(folder))
    assert "is damaged" in done.notes[0]


def test_a_run_without_a_step_is_told(tmp_path: Path) -> None:
    run = load_run(trained(IRIS, tmp_path / "run"))
    empty = msgspec.structs.replace(run, losses=run.losses[:0], metrics=run.metrics[:0])
    with pytest.raises(ExportError, match="no step yet"):
        make_events(empty, lambda _doing: None)
