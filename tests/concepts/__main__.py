"""Pictures of every concept from the real window, to be looked at: `python -m tests.concepts [FOLDER]`."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(words: list[str]) -> int:
    """Runs the tests of the concepts and keeps pictures of what they show; answers with their status."""
    folder = Path(words[0] if words else "concepts").absolute()
    line = [sys.executable, "-m", "pytest", "tests/concepts", "-q"]
    status = subprocess.run(line, cwd=ROOT, env=os.environ | {"NNB_PICTURES": str(folder)}, check=False)
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures lie in {folder}\n")
    return status.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
