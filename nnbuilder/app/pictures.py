"""Makes the pictures of the README: `python -m nnbuilder.app.pictures FOLDER`."""

import shutil
import sys
import tempfile
from pathlib import Path

from nnbuilder.app.headless import run_headless
from nnbuilder.project.resources import resources_folder


def main(words: list[str]) -> int:
    """Trains the starter out of sight and keeps two pictures of the window; answers with the exit status."""
    folder = Path(words[0]) if words else resources_folder() / "screenshots"
    with tempfile.TemporaryDirectory() as scratch:
        status = run_headless((), Path(scratch))
        if status == 0:
            folder.mkdir(parents=True, exist_ok=True)
            for mode in ("light", "dark"):
                shutil.copyfile(Path(scratch) / f"training-{mode}.png", folder / f"window-{mode}.png")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
