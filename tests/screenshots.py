"""Makes the pictures of the README from the real program: `python -m tests.screenshots [FOLDER]`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "screenshots"


def main(words: list[str]) -> int:
    """Starts the program with folders of its own, so that nobody's settings show; answers with its status."""
    folder = Path(words[0]) if words else FOLDER
    with tempfile.TemporaryDirectory() as home:
        folders = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        line = [sys.executable, "-m", "nnbuilder.app.pictures", str(folder.absolute())]
        return subprocess.run(line, cwd=ROOT, env=os.environ | folders, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
