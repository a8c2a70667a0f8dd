"""The plot of the chosen runs: what is drawn over what, with a legend that reads the crosshair."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.runs.overview import RunOverview
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.runs.chart import Line, RunChart
from nnbuilder.ui.runs.columns import brief
from nnbuilder.ui.runs.course import (
    AXES,
    CAPACITY,
    QUANTITIES,
    Axis,
    Course,
    Quantity,
    capacity_line,
    course_csv,
    read_course,
)
from nnbuilder.ui.runs.tints import Tints

if TYPE_CHECKING:
    from pathlib import Path

_EMPTY = "Choose a run to see its course, two or more to lay their lines over each other."
_SENTENCE = (
    "One line for each chosen run, over its epochs, steps or seconds: where they part, they learn unlike. "
    "Over parameters each run is a point: more of them fit the training data better, not always the others."
)
_LEGEND = 8
"""How many runs the legend names."""


class RunPlot(PlotFrame):
    """Lays the lines of the chosen runs over each other."""

    def __init__(self, tints: Tints, parent: QWidget | None = None) -> None:
        body, chart = QWidget(), RunChart()
        super().__init__(
            "runs_plot",
            "Runs",
            _SENTENCE,
            body,
            table=lambda: course_csv([course for _, course in self._courses.values()]),
            paint=chart.paint,
            parent=parent,
        )
        self._tints = tints
        self.chart = chart
        self._courses: dict[Path, tuple[object, Course]] = {}
        self._runs: tuple[RunOverview, ...] = ()
        self.chart.empty = _EMPTY
        self.quantity = ChoiceBox("runs_quantity", "What is drawn")
        self.quantity.fill((text, name) for name, text in QUANTITIES.items())
        self.axis = ChoiceBox("runs_axis", "Over what it is drawn")
        self.axis.fill([*((text, name) for name, text in AXES.items()), (CAPACITY, CAPACITY)])
        self.log = switch("runs_log", "log y", "Logarithmic scale, for losses that fall far (L)", self)
        self._legend: list[ElidedLabel] = []
        self._legend_row = QHBoxLayout()
        self._lay_out_plot(body)
        self.quantity.activated.connect(self._draw)
        self.axis.activated.connect(self._draw)
        self.log.toggled.connect(self._draw)
        self.chart.pointed.connect(self._name_lines)
        colors.changed.connect(self._draw)

    def show_runs(self, runs: Iterable[RunOverview]) -> None:
        """Draws these runs; a run is read again only where it went on."""
        self._runs = tuple(runs)
        kept, self._courses = self._courses, {}
        for run in self._runs:
            stamp = (run.last, run.title, run.steps)
            known = kept.get(run.folder)
            self._courses[run.folder] = known if known and known[0] == stamp else (stamp, read_course(run))
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_L:
            self.log.toggle()
        elif not self.chart.press(event):
            super().keyPressEvent(event)

    def legend(self) -> list[str]:
        """What the legend says."""
        return [label.text() for label in self._legend if not label.isHidden()]

    def _draw(self) -> None:
        quantity: Quantity = self.quantity.currentData()
        if self.axis.currentData() == CAPACITY:
            self._draw_capacity(quantity)
            return
        axis: Axis = self.axis.currentData()
        courses = [(folder, course) for folder, (_, course) in self._courses.items()]
        if courses and not any(len(course.line(quantity, axis)[0]) for _, course in courses):
            quantity = "train_metric" if quantity.endswith("metric") else "train_loss"
        lines = [
            Line(course.title, *course.line(quantity, axis), self._tints.color(folder) or QColor())
            for folder, course in courses
        ]
        self.chart.empty = "These runs have no step yet." if courses else _EMPTY
        self.chart.show_lines(lines, AXES[axis], log=self.log.isChecked())
        self.set_title(_title(quantity, [course for _, course in courses]))
        self._name_lines()

    def _draw_capacity(self, quantity: Quantity) -> None:
        """Training and validation against the size of the networks: where they part, they over-fit."""
        kind = quantity.partition("_")[2]
        pairs: dict[str, tuple[Quantity, Quantity]] = {
            "loss": ("train_loss", "validation_loss"),
            "metric": ("train_metric", "validation_metric"),
        }
        courses = [course for _, course in self._courses.values()]
        palette = colors.current()
        lines = [
            Line(QUANTITIES[name], *capacity_line(courses, name), palette.color(token), dots=True)
            for name, token in zip(pairs[kind], ("accent", "warning"), strict=True)
        ]
        self.chart.empty = (
            "Of these runs it is not known how many parameters they have." if courses else _EMPTY
        )
        self.chart.show_lines(lines, CAPACITY, log=self.log.isChecked())
        self.set_title(f"Training and validation {kind} over parameters")
        self._name_lines()

    def _name_lines(self) -> None:
        """Names the lines: the last values, or those at the crosshair."""
        lines = self.chart.lines
        while len(self._legend) < min(len(lines), _LEGEND):
            label = ElidedLabel("", "text")
            label.setObjectName(f"runs_legend_{len(self._legend)}")
            label.setFont(self.sentence.font())
            self._legend.append(label)
            self._legend_row.addWidget(label)
        for place, label in enumerate(self._legend):
            label.setVisible(place < len(lines))
            if place < len(lines):
                line, cross = lines[place], self.chart.cross
                value = float(line.y[-1]) if cross is None else line.at(cross)
                label.setText(f"{brief(line.title)} {short(value)}")
                label.setToolTip(f"{line.title}: {short(value)}")
                label.set_token(line.color.name())
        self.captions = tuple((line.title, line.color.name()) for line in lines)

    def _lay_out_plot(self, body: QWidget) -> None:
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        self._legend_row.setContentsMargins(10, 0, 10, 0)
        self._legend_row.setSpacing(12)
        column.addLayout(self._legend_row)
        column.addWidget(self.chart, 1)
        self.title.hide()  # the box beside it says the same, and can be changed
        self.quantity.setMinimumContentsLength(14)
        self.tools.addWidget(self.quantity)
        self.tools.addWidget(self.axis)
        self.tools.addWidget(self.log)
        self.tools.addStretch()


def _title(quantity: Quantity, courses: Sequence[Course]) -> str:
    """What is drawn, with the metric's own name where the runs share one."""
    title = QUANTITIES[quantity]
    names = {course.metric for course in courses}
    if quantity.endswith("metric") and len(names) == 1:
        name = next(iter(names))
        return title.replace("metric", {"r2": "R²"}.get(name, name))
    return title
