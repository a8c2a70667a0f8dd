"""What people say of a run: its name, its tags, a note. It lies beside the record, which stays as it is."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.runs.files import RunFolderError, cannot_write

LABEL_FILE = "label.json"
NAME_MOST = 120
NOTE_MOST = 4000
TAG_MOST = 40
TAGS_MOST = 20
"""How long a name, a note and a tag may be, and how many tags a run may have."""

_FILE_MOST = 64 * 1024


class Label(msgspec.Struct, frozen=True, omit_defaults=True):
    """The words of people on a run; `repeats` names the run that this one was to reproduce."""

    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    repeats: str = ""


def read_label(folder: Path) -> Label:
    """The label of a run, an empty one where there is none; raises `RunFolderError` where it is damaged."""
    path = folder / LABEL_FILE
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_MOST + 1)
    except FileNotFoundError:
        return Label()
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFolderError(f"{path} cannot be read: {reason}.", path, reason) from error
    try:
        return tidy(msgspec.json.decode(data, type=Label))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RunFolderError(f"{path} is not the label of a run: {error}.", path) from error


def write_label(folder: Path, label: Label) -> Label:
    """Keeps a label, and the one before as a backup; answers what was kept. Raises `RunFolderError`."""
    kept = tidy(label)
    path = folder / LABEL_FILE
    if not folder.is_dir():
        raise cannot_write(path, "the run is not there any more")
    try:
        write_atomic(path, msgspec.json.format(msgspec.json.encode(kept), indent=1), backup=True)
    except SaveError as error:
        raise cannot_write(path, error.cause) from error
    return kept


def tidy(label: Label) -> Label:
    """The label within its limits: one line for the name, tags in one word each and once."""
    return Label(
        name=" ".join(_plain(label.name).split())[:NAME_MOST].strip(),
        tags=tidy_tags(label.tags),
        note="\n".join(map(_plain, label.note.strip().splitlines()))[:NOTE_MOST],
        repeats=_plain(label.repeats)[:NAME_MOST],
    )


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without `#` and blanks, each once, in the order in which they were given."""
    words = ("-".join(_plain(tag).replace(",", " ").split()).lstrip("#")[:TAG_MOST] for tag in tags)
    return tuple(dict.fromkeys(word for word in words if word))[:TAGS_MOST]


def split_tags(text: str) -> tuple[str, ...]:
    """The tags in a line that somebody typed, with commas or blanks between them."""
    return tidy_tags(text.replace(",", " ").split())


def _plain(text: str) -> str:
    """The text without characters that nobody sees."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
