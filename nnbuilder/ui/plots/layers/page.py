"""The page of layers: histograms, changes of weights and dead units of each layer over time."""

from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QHideEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.alarms import alarms
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.plots.layers import content
from nnbuilder.ui.plots.layers.content import HISTOGRAMS, SHOWN, Show
from nnbuilder.ui.plots.layers.lines import LinesView
from nnbuilder.ui.plots.layers.timeline import Timeline
from nnbuilder.ui.plots.redraw import Redraw
from nnbuilder.ui.plots.ridge_view import Mode, RidgeView

_DRAW_MS = 200
_MOST_LAYERS = 64

_MODES: dict[Mode, tuple[str, str]] = {
    "time": ("Ridges", "One ridge for each moment, the newest in front"),
    "heat": ("Heat map", "Time to the right, values upwards; the more values, the stronger the colour"),
    "pair": ("vs start", "The step that is shown, filled, against the start of the run, as a line"),
}
_LOG_TIP = "Heights and colours by the logarithm of the counts, so that rare values are seen"
_ALL_TIP = "Show every layer, not only the selected ones"


class LayersPage(QWidget):
    """Follows the course of the run's layers while it is visible; `tools` chooses what is shown."""

    def __init__(self, course: LayerCourse, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers_page")
        self.setAccessibleName("Layers over time")
        self._course = course
        self._selection = selection
        self._show: Show = "weights"
        self._mode: Mode = "time"
        self._elsewhere: int | None = None
        self.ridges = RidgeView()
        self.lines = LinesView()
        self.empty = quiet()
        self._scroll = QScrollArea()
        self._body = QStackedWidget()
        self.frame = PlotFrame("layers", "Weights", "", self._body, table=self._table, paint=self._paint)
        self.timeline = Timeline()
        self.alarm = ElidedLabel("", "warning")
        self.tools = QWidget(self)
        self.log = switch("layers_log", "log", _LOG_TIP, self)
        self.all = switch("layers_all", "all layers", _ALL_TIP, self)
        self.shows = QButtonGroup(self)
        self.modes = QButtonGroup(self)
        self._make_tools()
        self._lay_out()
        self.redraw = Redraw(self, self.draw, _DRAW_MS)
        self._connect()

    @property
    def shown(self) -> Show:
        """What is shown."""
        return self._show

    def show_kind(self, show: Show) -> None:
        """Shows something else."""
        self._show = show
        self.redraw.now()

    def show_mode(self, mode: Mode) -> None:
        """Shows histograms in another way."""
        self._mode = mode
        self.redraw.now()

    def look_at(self, step: int | None) -> None:
        """Goes to a past step that is looked at elsewhere too, or back to the newest."""
        if step != self._elsewhere:
            self._elsewhere = step
            self.timeline.go_to(step)

    def draw(self) -> None:
        """Shows everything as it is now; `redraw` says when."""
        words, nodes = SHOWN[self._show], self._nodes()
        histograms = self._show in HISTOGRAMS
        for button in (*self.modes.buttons(), self.log):
            button.setVisible(histograms)
        self.timeline.set_steps(content.steps_of(self._show, self._course))
        self.frame.set_title(self._title())
        self.frame.set_sentence(words.sentence)
        filled = self._draw_histograms(nodes) if histograms else self._draw_lines(nodes)
        self._body.setCurrentWidget(filled if filled is not None else self.empty)
        self.empty.setText("" if filled is not None else self._why_empty())
        self._draw_alarms()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._course.look(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._course.look_away(self)

    def _draw_histograms(self, nodes: list[NodeId]) -> QWidget | None:
        shown = content.histories(self._show, self._course, nodes)
        if not shown:
            return None
        self.ridges.show_layers(
            shown,
            self._mode,
            what=SHOWN[self._show].title.lower(),
            log=self.log.isChecked(),
            at=self.timeline.at,
        )
        return self._scroll

    def _draw_lines(self, nodes: list[NodeId]) -> QWidget | None:
        chart = content.chart(self._show, self._course, nodes)
        if not chart.lines:
            return None
        self.lines.show_chart(chart, SHOWN[self._show].title, self.timeline.at)
        return self.lines

    def _draw_alarms(self) -> None:
        graph = content.graph_of(self._course)
        found = alarms(self._course)
        texts = [f"{layer_title(graph, node)}: {alarm.text}" for node, alarm in found.items()]
        worst = "error" if any(alarm.severity == "error" for alarm in found.values()) else "warning"
        self.alarm.set_token(worst)
        count = f"{len(texts)} layers are in trouble. " if len(texts) > 1 else ""
        self.alarm.setText(count + " · ".join(text.replace("\n", " ") for text in texts))
        self.alarm.setToolTip("\n".join(texts))
        self.alarm.setVisible(bool(texts))

    def _nodes(self) -> list[NodeId]:
        """The layers to show: the selected ones, or all."""
        layers = content.layers_of(self._show, self._course)
        if self.all.isChecked() or not self._selection.nodes:
            return list(layers)[:_MOST_LAYERS]
        return content.chosen(layers, self._selection.nodes, content.graph_of(self._course))[:_MOST_LAYERS]

    def _title(self) -> str:
        title = SHOWN[self._show].title
        if self._show not in HISTOGRAMS:
            return title
        return f"{title} now and at the start" if self._mode == "pair" else f"{title} over time"

    def _why_empty(self) -> str:
        if not content.steps_of(self._show, self._course):
            words = SHOWN[self._show]
            return words.waiting if self._course.run.step else f"Press Train to see {words.title.lower()}."
        if self._selection.nodes and not self.all.isChecked():
            rest = "Select another one, or show all layers."
            return f"The selected layer {SHOWN[self._show].missing}. {rest}"
        return "No layer of this network has any."

    def _table(self) -> list[str]:
        return list(content.table(self._show, self._course, self._nodes()))

    def _paint(self, painter: QPainter, area: QRectF) -> None:
        if self._show in HISTOGRAMS:
            self.ridges.paint_into(painter, area)
        else:
            self.lines.paint_into(painter, area)

    def _chosen(self, *_: object) -> None:
        self.redraw.now()

    def _grown(self, *_: object) -> None:
        self.redraw.touch()

    def _connect(self) -> None:
        run = self._course.run
        self._course.changed.connect(self._grown)
        run.histograms_changed.connect(self._grown)
        run.progressed.connect(self._progressed)
        run.state_changed.connect(self._chosen)
        self._selection.changed.connect(self._chosen)
        self.timeline.moved.connect(self._chosen)
        self.log.toggled.connect(self._chosen)
        self.all.toggled.connect(self._chosen)

    def _progressed(self) -> None:
        """Only a run that went back, or another one, has fewer steps than are shown."""
        steps = content.steps_of(self._show, self._course)
        if len(steps) <= self.timeline.slider.maximum():
            self.redraw.touch()

    def _make_tools(self) -> None:
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for show, words in SHOWN.items():
            button = switch(f"layers_show_{show}", words.button, words.sentence, self.tools)
            self._join(self.shows, button, checked=show == self._show)
            button.clicked.connect(partial(self.show_kind, show))
            row.addWidget(button)
        self.frame.tools.addStretch()
        for mode, (word, tip) in _MODES.items():
            button = switch(f"layers_mode_{mode}", word, tip, self)
            self._join(self.modes, button, checked=mode == self._mode)
            button.clicked.connect(partial(self.show_mode, mode))
            self.frame.tools.addWidget(button)
        self.frame.tools.addSpacing(8)
        self.frame.tools.addWidget(self.log)
        self.frame.tools.addWidget(self.all)

    def _join(self, group: QButtonGroup, button: QToolButton, *, checked: bool) -> None:
        group.addButton(button)
        button.setChecked(checked)

    def _lay_out(self) -> None:
        self._scroll.setWidget(self.ridges)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.alarm.setObjectName("layers_alarm")
        for widget in (self._scroll, self.lines, self.empty):
            self._body.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(5)
        column.addWidget(self.frame, 1)
        column.addWidget(self.alarm)
        column.addWidget(self.timeline)
