"""The panel that shows a training: pages of plots, and a row to choose between them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.plots.curves import CurvesPage
from nnbuilder.ui.plots.optimizer_page import OptimizerPage
from nnbuilder.ui.plots.run_curves import RunCurves
from nnbuilder.ui.plots.settings import CurveSettings

_CURVES_TIP = "Loss and metrics over the course of the training"
_OPTIMIZER_TIP = "Learning rate and gradients over the course of the training"


class PlotsPanel(QWidget):
    """Shows one page at a time; the others are hidden, and hidden plots cost nothing.

    Pages are added with a title, and with tools of their own that stand in the row of titles while the page
    is shown.
    """

    def __init__(
        self,
        run: Run,
        selection: Selection,
        document: Document,
        runs_folder: Callable[[], Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plots")
        self.setAccessibleName("Plots")
        self._group = QButtonGroup(self)
        self._titles = QHBoxLayout()
        self._tools = QStackedWidget()
        self._stack = QStackedWidget()
        self._pages: list[tuple[str, QWidget]] = []
        self._lay_out()
        self.settings = CurveSettings(runs_folder, lambda: run.folder, self)
        curves = RunCurves(run, self.settings, self)
        self.curves = CurvesPage(curves, run, selection)
        self.optimizer = OptimizerPage(curves)
        self.add_page("Curves", self.curves, _CURVES_TIP, self.curves.tools)
        self.add_page("Optimizer", self.optimizer, _OPTIMIZER_TIP, self.optimizer.tools)
        for plot in (self.curves.loss_plot, self.optimizer.rate_plot):
            self.settings.refused.connect(plot.say)
        document.replaced.connect(self.settings.take_away)
        document.replaced.connect(curves.refresh)
        self._group.idToggled.connect(self._toggled)

    @property
    def pages(self) -> tuple[tuple[str, QWidget], ...]:
        """Titles and pages, in the order of their buttons."""
        return tuple(self._pages)

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages[self._stack.currentIndex()][1]

    def add_page(self, title: str, page: QWidget, tip: str, tools: QWidget | None = None) -> QToolButton:
        """Adds a page behind the others; answers the button that shows it."""
        place = self._stack.addWidget(page)
        self._pages.append((title, page))
        self._tools.addWidget(tools if tools is not None else QWidget())
        button = switch(f"plots_page_{title.lower()}", title, tip, self)
        button.setChecked(place == 0)
        self._group.addButton(button, place)
        self._titles.addWidget(button)
        return button

    def add_foot(self, foot: QWidget) -> None:
        """Puts a widget below all pages."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(foot)

    def show_page(self, page: QWidget) -> None:
        """Brings a page to the front."""
        button = self._group.button(self._stack.indexOf(page))
        if button is not None:
            button.setChecked(True)

    def prepare(self) -> None:
        """Makes what the first curve will need, while nobody waits for it."""
        self.curves.prepare()

    def _toggled(self, place: int, checked: bool) -> None:
        if checked:
            self._stack.setCurrentIndex(place)
            self._tools.setCurrentIndex(place)

    def _lay_out(self) -> None:
        self._titles.setSpacing(2)
        row = QHBoxLayout()
        row.setContentsMargins(8, 3, 12, 0)
        row.setSpacing(8)
        row.addLayout(self._titles)
        row.addStretch()
        row.addWidget(self._tools)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._stack, 1)
