"""The page of the time machine: metrics and weights of the moment that is looked at, against now."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.session.document import Document
from nnbuilder.session.history import HistogramRow
from nnbuilder.session.run import Run
from nnbuilder.session.time_machine import Past, TimeMachine
from nnbuilder.ui.common.histogram import of_layer
from nnbuilder.ui.common.labels import heading, quiet, value
from nnbuilder.ui.common.page import ScrollPage, wrapping
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.moments import words
from nnbuilder.ui.moments.layer_row import LayerRow

_EMPTY = "Moments of the run are kept while it trains. Press Train, then drag the slider below."
_PRESENT = "Drag the slider below to an earlier moment, or press Ctrl+Alt+Left: all pages show it."
_SOON = "The moment is being read."
_LEGEND = "Weights: filled as they were then, the line as they are now."


class MomentPage(QWidget):
    """Follows the time machine while it is shown."""

    def __init__(
        self, machine: TimeMachine, run: Run, document: Document, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("moment")
        self.setAccessibleName("Moment")
        self._machine = machine
        self._run = run
        self._document = document
        self._shown: Past | None = None
        self.headline = heading("")
        self.told = wrapping(quiet(""))
        self.told.setObjectName("moment_told")
        self._left = ScrollPage("moment_metrics")
        self._right = ScrollPage("moment_layers")
        self._metrics = QWidget()
        self._rows = QWidget()
        self._lay_out()
        machine.changed.connect(self._changed)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _lay_out(self) -> None:
        for part in (self.headline, self.told, self._metrics):
            self._left.add(part)
        self._right.add(self._rows)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for page, stretch in ((self._left, 4), (self._right, 7)):
            page.column.addStretch()
            row.addWidget(page, stretch)

    def _changed(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        machine = self._machine
        past = machine.past if machine.moment is not None else None
        self.headline.setText("" if machine.moment is None else words.when(self._run, machine.moment.step))
        self.headline.setVisible(machine.moment is not None)
        self.told.setText(self._sentence(past))
        self._metrics.setVisible(past is not None)
        self._right.setVisible(past is not None)
        if past is not None and past is not self._shown:
            self._metrics = _swap(self._left, self._metrics, _metrics_table(past))
            self._rows = _swap(self._right, self._rows, self._layer_rows(past))
        self._shown = past

    def _sentence(self, past: Past | None) -> str:
        machine = self._machine
        if machine.trouble:
            return machine.trouble
        if machine.moment is None:
            return _PRESENT if machine.steps else _EMPTY
        return _LEGEND if past is not None else _SOON

    def _layer_rows(self, past: Past) -> QWidget:
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        now = self._run.histograms.latest()
        then = HistogramRow(past.message.step, past.counts, past.edges, (0,) * len(past.layers))
        project = self._run.project or self._document.project
        for place, node in enumerate(past.layers):
            shape = of_layer(then, place)
            if shape is None or not np.isfinite(past.figures[place]).all():
                continue
            latest = of_layer(now, place) if now is not None and self._run.layers == past.layers else None
            title = layer_title(project.graph, node) or str(node)
            column.addWidget(LayerRow(f"moment_{node}", title, shape, latest, past.figures[place]))
        return rows


def _swap(page: ScrollPage, old: QWidget, new: QWidget) -> QWidget:
    """Puts a widget where another one was."""
    page.column.replaceWidget(old, new)
    old.hide()
    old.setParent(None)
    old.deleteLater()
    new.show()
    return new


def _metrics_table(past: Past) -> QWidget:
    """A line for each metric with its value on both parts."""
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(18)
    parts = {"training": past.message.train, "validation": past.message.validation}
    for column, title in enumerate(parts, start=1):
        grid.addWidget(quiet(title), 0, column, Qt.AlignmentFlag.AlignRight)
    for row, name in enumerate(past.message.train, start=1):
        grid.addWidget(quiet(words.metric_name(name)), row, 0)
        for column, (title, values) in enumerate(parts.items(), start=1):
            label = value(short(values.get(name)))
            label.setAccessibleName(f"{words.metric_name(name)}, {title}")
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(len(parts) + 1, 1)
    return table
