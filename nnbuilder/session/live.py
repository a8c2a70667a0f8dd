"""The live reports of a run: watched while somebody looks at them, the latest of each kept."""

from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.live import LiveReport
from nnbuilder.session.run import Run

Kind = TypeVar("Kind", bound=LiveReport)


class Live(QObject):
    """Who looks at which reports; `arrived` carries the class of the report that came.

    A view calls `look` when it is shown and `look_away` when it is hidden: what nobody looks at is not
    computed. Reports are forgotten when another run starts. While a past moment is looked at, its reports are
    the latest ones, and those of the present wait; `watching_changed` says that others are looked at.
    """

    arrived = Signal(object)
    watching_changed = Signal()

    def __init__(self, run: Run, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._run_id = ""
        self._viewers: dict[type[LiveReport], set[object]] = {}
        self._latest: dict[type[LiveReport], tuple[LiveReport, Arrays]] = {}
        self._past: dict[type[LiveReport], tuple[LiveReport, Arrays]] | None = None
        run.reported.connect(self._take)
        run.state_changed.connect(self._follow)

    def look(self, kind: type[LiveReport], viewer: object) -> None:
        """Notes that `viewer` shows reports of this kind now."""
        self._viewers.setdefault(kind, set()).add(viewer)
        self._tell()

    def look_away(self, kind: type[LiveReport], viewer: object) -> None:
        """Notes that `viewer` shows none of them any more."""
        self._viewers.get(kind, set()).discard(viewer)
        self._tell()

    def latest(self, kind: type[Kind]) -> tuple[Kind, Arrays] | None:
        """The newest report of a kind with its arrays; None before the first."""
        found = (self._latest if self._past is None else self._past).get(kind)
        return (found[0], found[1]) if found is not None and isinstance(found[0], kind) else None

    @property
    def watched(self) -> tuple[str, ...]:
        """The names of the reports that somebody looks at."""
        return tuple(sorted(kind.__name__ for kind, viewers in self._viewers.items() if viewers))

    def show_past(self, report: LiveReport, arrays: Arrays) -> None:
        """Shows a report of a past moment until `show_present`."""
        if self._past is None:
            self._past = dict(self._latest)
        self._past[type(report)] = (report, arrays)
        self.arrived.emit(type(report))

    def show_present(self) -> None:
        """Shows the newest reports again."""
        if self._past is not None:
            past, self._past = self._past, None
            for kind in past.keys() & self._latest.keys():
                self.arrived.emit(kind)

    def _tell(self) -> None:
        self._run.watch(self.watched)
        self.watching_changed.emit()

    def _take(self, report: LiveReport, arrays: Arrays) -> None:
        self._latest[type(report)] = (report, arrays)
        if self._past is None:
            self.arrived.emit(type(report))

    def _follow(self, _state: str) -> None:
        if self._run.run_id != self._run_id:
            self._run_id = self._run.run_id
            self._latest.clear()
