"""`make run` without any display: the same main job, with pictures of the window."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.patience import PROGRAM_S
from tests.structure.sources import ROOT

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere there is always a display"
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the program prints; it has no display and fresh folders."""
    home = tmp_path_factory.mktemp("home")
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {f"XDG_{kind}_HOME": str(home) for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_prints_the_layer_table(printed: list[str]) -> None:
    text = "\n".join(printed)
    assert re.search(r"^0\s+Linear\s+\(N, features=16\)\s+80", text, re.MULTILINE)
    assert re.search(r"^4\s+Linear\s+\(N, features=3\)\s+27", text, re.MULTILINE)
    assert "243" in text


def test_prints_a_line_for_each_epoch(printed: list[str]) -> None:
    epochs = [int(found[1]) for line in printed if (found := re.match(r"epoch +(\d+)/100 ", line))]
    assert epochs == list(range(1, 101))


def test_prints_the_validation_accuracy(printed: list[str]) -> None:
    (accuracy,) = [
        float(found[1]) for line in printed if (found := re.match(r"validation accuracy (\S+)", line))
    ]
    assert accuracy >= 0.93


def test_writes_pictures_into_the_folder_that_it_names(printed: list[str]) -> None:
    (folder,) = [Path(found[1]) for line in printed if (found := re.match(r"\d+ pictures in (.+)", line))]
    pictures = sorted(path.name for path in folder.glob("*.png"))
    assert {name.partition("-")[0] for name in pictures} == {"training", "finished"}
    for name in pictures:
        image = QImage(str(folder / name))
        assert image.width() >= 1200
        colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
        assert len(colours) > 50, name
