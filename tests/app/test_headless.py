"""The program without a display, as a process with the real engine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnbuilder.app.headless import epoch_line
from nnbuilder.protocol.messages import EpochEnded
from tests.patience import PROGRAM_S

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def test_an_epoch_is_one_line() -> None:
    row = EpochEnded("r", 3, 24, 0.5, 0.75, None, None)
    line = epoch_line(row, 100, "accuracy")
    assert line == "epoch    3/100  loss 0.5000  accuracy 0.7500  validation loss –  accuracy –"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_it_trains_the_starter_and_leaves_pictures(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in HIDDEN}
    environment |= {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    script = "import sys; from nnbuilder.app import main; sys.exit(main())"
    line = [sys.executable, "-c", script]
    done = subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PROGRAM_S, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert sum(text.startswith("epoch") for text in lines) == 100
    [result] = [text for text in lines if text.startswith("validation accuracy")]
    assert float(result.split()[-1]) > 0.9
    folder = Path(lines[-1].partition(" pictures in ")[2])
    names = {file.name for file in folder.glob("*.png")}
    assert names == {
        f"{moment}-{mode}.png" for moment in ("training", "finished") for mode in ("light", "dark")
    }
    assert all(file.stat().st_size > 20_000 for file in folder.glob("*.png"))
