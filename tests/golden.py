"""Compares text that the program writes with golden files; NNB_GOLDEN=1 writes them anew."""

import os
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Holds a text against a golden file."""
    if os.environ.get("NNB_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; NNB_GOLDEN=1 writes it anew"
