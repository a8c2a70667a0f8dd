"""What all curves of the panel have in common: the unit of the axis, smoothing, and the runs laid over."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import read_label
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import list_runs
from nnbuilder.ui.plots.course import Course, stored_course
from nnbuilder.ui.plots.ruler import Unit

SMOOTHINGS = (0.0, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Epochs over which the mean may be taken; 0 draws every step as it is."""

ONE_EPOCH = SMOOTHINGS.index(1.0)
COLORS = ("#1f9e89", "#b6539b", "#7f8c2b", "#8264d0", "#c0622d", "#3f8fb8")
"""Colours of runs laid over, in turn: legible on light and on dark."""

_LONGEST = 32
"""Characters of a name that are shown."""

MOST = len(COLORS)
"""Runs that can be laid over at once."""


class CurveSettings(QObject):
    """Emits `changed` when the curves are to be drawn in another way, `refused` with a sentence."""

    changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        runs_folder: Callable[[], Path],
        own: Callable[[], Path | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runs_folder = runs_folder
        self._own = own
        self.unit: Unit = "step"
        self.smoothing = ONE_EPOCH
        self.overlays: tuple[Course, ...] = ()

    @property
    def epochs(self) -> float:
        """Epochs over which the mean is taken."""
        return SMOOTHINGS[self.smoothing]

    def set_unit(self, unit: Unit) -> None:
        """Lets the axis count something else."""
        if unit != self.unit:
            self.unit = unit
            self.changed.emit()

    def set_smoothing(self, place: int) -> None:
        """Takes means over other stretches."""
        if place != self.smoothing:
            self.smoothing = place
            self.changed.emit()

    def stored_runs(self) -> list[tuple[Path, str]]:
        """Folders and names of the project's runs but for the one that is drawn anyway, the newest first."""
        listing = list_runs(self._runs_folder())
        pairs = zip(listing.folders, listing.runs, strict=True)
        own = self._own()
        return [(folder, run_title(folder, record)) for folder, record in pairs if folder != own][::-1]

    def is_over(self, folder: Path) -> bool:
        """Whether a run is laid over."""
        return any(course.key == str(folder) for course in self.overlays)

    def lay_over(self, folder: Path, title: str) -> None:
        """Draws a stored run beside the window's; says why where it cannot."""
        if self.is_over(folder):
            return
        if len(self.overlays) == MOST:
            self.refused.emit(f"No more than {MOST} runs can be told apart: take one away first.")
            return
        taken = {course.token for course in self.overlays}
        token = next(color for color in COLORS if color not in taken)
        try:
            course = stored_course(folder, title, token)
        except (RunFolderError, OSError) as error:
            self.refused.emit(str(error))
            return
        self.overlays = (*self.overlays, course)
        self.changed.emit()

    def take_away(self, folder: Path | None = None) -> None:
        """Draws a stored run no more, or none of them."""
        kept = tuple(one for one in self.overlays if folder is not None and one.key != str(folder))
        if kept != self.overlays:
            self.overlays = kept
            self.changed.emit()


def run_title(folder: Path, record: RunRecord) -> str:
    """A run by the name that somebody gave it, else by the time at which it began and the end of its id."""
    try:
        name = read_label(folder).name
    except RunFolderError:
        name = ""
    if name:
        return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    try:
        began = datetime.fromisoformat(record.created).astimezone()
    except ValueError:
        return record.id
    return f"{began:%d %b %H:%M} · {record.id.rpartition('-')[2]}"
