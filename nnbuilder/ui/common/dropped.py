"""What a file that is dropped or pasted is good for, by its name, and the sentences about it."""

from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QMimeData

from nnbuilder.data.arrays_layout import SUFFIX as ARRAYS_SUFFIX
from nnbuilder.project.file import SUFFIX
from nnbuilder.runs.weights import SUFFIXES

TEXTS = (".py", ".ipynb", ".txt", ".md")
"""How files are named that may hold a network as text."""

Use = Literal["project", "text", "data", "weights"]

_USES: dict[str, Use] = {
    SUFFIX: "project",
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys((".csv", ".tsv", ARRAYS_SUFFIX), "data"),
    **dict.fromkeys(SUFFIXES, "weights"),
}

_ARRAY = ".npy"

_PROMISES: dict[Use, str] = {
    "project": "Let go to open {name}.",
    "text": "Let go to read the network in {name}.",
    "data": "Let go to take {name} as the data.",
    "weights": "Let go to hold the weights in {name} against the network.",
}

_ELSEWHERE: dict[Use, str] = {
    "text": "It may hold a network as text: drop it on the window to read it, or choose File > Import….",
    "data": "It may hold data: drop it on the window to train on them, or choose it in the Data panel.",
    "weights": "It may hold weights: drop it on the window to take them, or choose File > Import weights….",
}

_KINDS = f"projects ({SUFFIX}), code (.py, .ipynb), tables (.csv), arrays (.npz) and weights (.safetensors)"


class Dropped(msgspec.Struct, frozen=True):
    """A file and what it is good for."""

    path: Path
    use: Use

    def promise(self) -> str:
        """What happens when it is let go."""
        return _PROMISES[self.use].format(name=self.path.name)


def dropped_file(mime: QMimeData) -> Dropped | None:
    """The one file in dragged or copied data; None where it is good for nothing, or there are several."""
    paths = local_files(mime)
    if len(paths) != 1 or len(mime.urls()) != 1:
        return None
    path = paths[0]
    use = _USES.get(path.suffix.lower())
    return None if use is None or path.is_dir() else Dropped(path, use)


def use_elsewhere(path: Path) -> str:
    """What a file that is no project is good for, by its name; empty where nobody knows."""
    use = _USES.get(path.suffix.lower())
    return _ELSEWHERE.get(use, "") if use is not None else ""


def local_files(mime: QMimeData) -> tuple[Path, ...]:
    """The files in dragged or copied data that lie on this computer."""
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())


def why_not(mime: QMimeData) -> str:
    """Why files can be put to no use here; only for data that hold some."""
    urls = mime.urls()
    if len(urls) > 1:
        return "Drop or paste one file at a time."
    if not urls[0].isLocalFile():
        return f"{urls[0].fileName() or 'This'} is not on this computer: save it as a file first."
    path = Path(urls[0].toLocalFile())
    name = path.name or "This"
    if path.is_dir():
        return f"{name} is a folder: choose a file in it."
    if path.suffix.lower() == _ARRAY:
        return f"{name} holds one array: save samples and targets together with np.savez(path, x=x, y=y)."
    return f"{name} has no use here: there is one for {_KINDS}."
