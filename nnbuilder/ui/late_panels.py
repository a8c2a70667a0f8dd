"""The panels in tabs that a new window does not show: each is imported and made when it is needed.

It is for the first paint alone: soon after that all are made, one at a time. A panel that decides how much
room its dock needs is not among them: the window would jump.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from nnbuilder.session.session import Session
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.late import Late

if TYPE_CHECKING:
    from nnbuilder.ui.bench.panel import BenchPanel
    from nnbuilder.ui.code.panel import CodePanel
    from nnbuilder.ui.data.panel import DataPanel
    from nnbuilder.ui.parameters import ParametersPanel
    from nnbuilder.ui.report.panel import ReportPanel
    from nnbuilder.ui.runs.panel import RunsPanel
    from nnbuilder.ui.sweep.panel import SweepPanel
    from nnbuilder.ui.weights_editor import WeightsEditor


class LatePanels:
    """The panels of one window that are made late."""

    def __init__(self, session: Session, selection: Selection) -> None:
        self._session = session
        self._selection = selection
        self.runs = Late(self._make_runs)
        self.sweep = Late(self._make_sweep)
        self.weights_editor = Late(self._make_weights_editor)
        self.parameters = Late(self._make_parameters)
        self.code = Late(self._make_code)
        self.bench = Late(self._make_bench)
        self.data = Late(self._make_data)
        self.report = Late(self._make_report)
        session.run.state_changed.connect(self._complete)

    @property
    def every(self) -> tuple[Late[QWidget], ...]:
        """All of them, the small ones before those that they are parts of."""
        return (
            self.runs,
            self.sweep,
            self.weights_editor,
            self.parameters,
            self.code,
            self.bench,
            self.data,
            self.report,
        )

    def pieces(self) -> Iterator[object]:
        """With each step imports some modules or makes one panel, where that was not done yet."""
        yield from _imports()
        for late in self.every:
            if late.made is None:
                yield late.get()

    def complete(self) -> None:
        """Makes all that are missing."""
        for late in self.every:
            late.get()

    def _complete(self, _state: str) -> None:
        """A training is followed by all panels from its first state on."""
        self.complete()

    def _make_runs(self) -> "RunsPanel":
        from nnbuilder.ui.runs.panel import RunsPanel

        return RunsPanel(self._session)

    def _make_sweep(self) -> "SweepPanel":
        from nnbuilder.ui.sweep.panel import SweepPanel

        return SweepPanel(self._session.document, self._session.sweeps)

    def _make_weights_editor(self) -> "WeightsEditor":
        from nnbuilder.ui.weights_editor import WeightsEditor

        return WeightsEditor(self._session.parameters)

    def _make_parameters(self) -> "ParametersPanel":
        from nnbuilder.ui.parameters import ParametersPanel

        session, editor = self._session, self.weights_editor.get()
        return ParametersPanel(session.parameters, session.analysis, self._selection, editor)

    def _make_code(self) -> "CodePanel":
        from nnbuilder.ui.code.panel import CodePanel

        session = self._session
        return CodePanel(session.document, session.source, self._selection, session.settings)

    def _make_bench(self) -> "BenchPanel":
        from nnbuilder.ui.bench.panel import BenchPanel

        return BenchPanel(self._session.bench)

    def _make_data(self) -> "DataPanel":
        from nnbuilder.ui.data.panel import DataPanel

        return DataPanel(self._session.document, self._session.analysis)

    def _make_report(self) -> "ReportPanel":
        from nnbuilder.ui.report.panel import ReportPanel

        session = self._session
        return ReportPanel(session.document, session.analysis, self._selection, session.settings)


def _imports() -> Iterator[object]:
    """What the panels need, in pieces of which none keeps the window from answering."""
    from nnbuilder.ui.runs import panel as runs

    yield runs
    from nnbuilder.ui.sweep import panel as sweep

    yield sweep
    from nnbuilder.ui import weights_editor

    yield weights_editor
    from nnbuilder.ui import parameters

    yield parameters
    from nnbuilder.interop.reader import values as read_values

    yield read_values
    from nnbuilder.interop.reader import report as read_report

    yield read_report
    from nnbuilder.interop.texts import cleaning

    yield cleaning
    from nnbuilder.interop import read_text

    yield read_text
    from nnbuilder.session import source_text

    yield source_text
    from nnbuilder.ui.code import editor

    yield editor
    from nnbuilder.ui.code import panel as code

    yield code
    from nnbuilder.ui.bench.maker import dialog as maker

    yield maker
    from nnbuilder.ui.bench import panel as bench

    yield bench
    from nnbuilder.ui.data import panel as data

    yield data
    from nnbuilder.ui.report import panel as report

    yield report
