"""Whether a repeated run came out as before."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nnbuilder.runs.record import RateChange
from nnbuilder.runs.reproduction import no_repeat, verdict
from nnbuilder.runs.store import StoredRun
from tests.runs.samples import sample_record


def _run(*losses: float, **changes: Any) -> StoredRun:
    changes = {"status": "finished", "weights_sha256": "w"} | changes
    record = msgspec.structs.replace(sample_record(), **changes)
    column = np.array(losses, np.float32)
    return StoredRun(Path("run"), record, column, column, ())


def test_equal_to_the_bit() -> None:
    found = verdict(_run(1.0, float("nan")), _run(1.0, float("nan")))
    assert found.reproduced
    assert found.sentence == "Reproduced: all 2 losses and the weights are equal, bit by bit."


def test_the_first_step_that_differs_and_what_else_does() -> None:
    near = float(np.nextafter(np.float32(2.0), np.float32(3.0)))
    after = _run(1.0, near, 3.0, weights_sha256="v", versions={"torch": "2.14.0"}, threads=2)
    found = verdict(_run(1.0, 2.0, 3.0), after)
    assert (found.same_weights, found.same_steps, found.reproduced) == (False, 1, False)
    assert found.sentence.startswith("Not reproduced. The loss of step 2 is another one.")
    assert "torch was 2.13.0, now it is 2.14.0." in found.sentence
    assert "It had 1 threads, now 2." in found.sentence


def test_equal_losses_with_other_weights_are_no_reproduction() -> None:
    found = verdict(_run(1.0), _run(1.0, weights_sha256="v"))
    assert not found.reproduced
    assert "The losses are equal, the weights are not." in found.sentence


def test_a_run_that_was_stopped_is_compared_as_far_as_it_came() -> None:
    found = verdict(_run(1.0, 2.0, status="stopped"), _run(1.0, 2.0, 3.0))
    assert (found.same_weights, found.same_steps, found.reproduced) == (None, 2, True)
    assert found.sentence == "The same so far: 2 losses are equal, bit by bit."
    assert verdict(_run(), _run(1.0)).sentence == "There is no step to compare yet."


def test_a_run_that_was_changed_on_the_way_cannot_be_repeated() -> None:
    assert no_repeat(sample_record()) == ""
    assert no_repeat(msgspec.structs.replace(sample_record(), branched=3))
    assert no_repeat(msgspec.structs.replace(sample_record(), rate_changes=(RateChange(3, 0.1),)))
