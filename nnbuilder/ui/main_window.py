"""The main window: composes canvas, panels, menus and bars around one session."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QTextDocument
from PySide6.QtWidgets import QMainWindow, QWidget

from nnbuilder import __version__
from nnbuilder.protocol.microscope import Tensor
from nnbuilder.protocol.tasks import WeightsFitted
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs, menus
from nnbuilder.ui.actions import ACTIONS
from nnbuilder.ui.boxes import Boxes
from nnbuilder.ui.canvas.breadcrumb import Breadcrumb
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.action_table import build_actions
from nnbuilder.ui.common.focus import focus_first_field
from nnbuilder.ui.common.icons import application_icon, icon
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.docks import Docks
from nnbuilder.ui.drawing_actions import DrawingActions
from nnbuilder.ui.export_actions import ExportActions
from nnbuilder.ui.file_actions import FileActions
from nnbuilder.ui.file_drops import FileDrops, Uses
from nnbuilder.ui.handover import Handover
from nnbuilder.ui.import_actions import ImportActions
from nnbuilder.ui.layout import Layout
from nnbuilder.ui.moments import Moments
from nnbuilder.ui.notice_bar import NoticeBar
from nnbuilder.ui.offers import Offers
from nnbuilder.ui.pages import Pages
from nnbuilder.ui.panel_walk import next_panel
from nnbuilder.ui.panels import Panels
from nnbuilder.ui.parameter_actions import ParameterActions
from nnbuilder.ui.run_actions import RunActions
from nnbuilder.ui.status import StatusBar
from nnbuilder.ui.steering_actions import SteeringActions
from nnbuilder.ui.theme import Theme
from nnbuilder.ui.toolbar import TopBar
from nnbuilder.ui.undo_actions import StepAction
from nnbuilder.ui.view_actions import ViewActions
from nnbuilder.ui.weight_actions import WeightActions

if TYPE_CHECKING:
    from nnbuilder.ui.report.panel import ReportPanel
    from nnbuilder.ui.runs.panel import RunsPanel
    from nnbuilder.ui.sweep.panel import SweepPanel


class MainWindow(QMainWindow):
    """One window on one session; `closed` says that it may be thrown away."""

    closed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session = session
        self.theme = theme
        self.selection = Selection(self)
        self.panels = Panels(session, self.selection)
        self.files = FileActions(session, self, self.panels.flush)
        self.runs = RunActions(session, self.panels.flush, self)
        self.moments = Moments(session)
        self.moments.join(self.panels.plots)
        self.steering = SteeringActions(session, self.moments.bar, self)
        self.weights = WeightActions(session, self)
        self.parameters = ParameterActions(session, self.panels, self.show_panel, self)
        self.views = ViewActions(
            self.panels.canvas, self.panels.responses, self.panels.previews, session, self
        )
        self.exports = ExportActions(self.panels.canvas, session, self.panels.flush, self)
        self.drawing = DrawingActions(self.panels.canvas, session.analysis, self)
        self.imports = ImportActions(session, self.files, self.drawing.clipboard, self)
        self.boxes = Boxes(self, session, self.panels.canvas)
        self.notice = NoticeBar()
        self._leaving = False
        self._build()
        self.offers = Offers(session, self.notice, self.files)
        self._connect()
        self._connect_late()
        self._retitle()
        self.layout_keeper.restore()

    def _build(self) -> None:
        self.setObjectName("main")
        self.setWindowIcon(application_icon())
        self.setUnifiedTitleAndToolBarOnMac(True)
        self.actions_by_name = build_actions(ACTIONS, self._handlers(), self)
        self.runs.adopt(self.actions_by_name)
        self.steering.adopt(self.actions_by_name)
        self.weights.adopt(self.actions_by_name)
        names = [row.name for row in ACTIONS if row.scope == "drawing"]
        self.drawing.adopt({name: self.actions_by_name[name] for name in names})
        self.views.adopt(self.actions_by_name)
        self.panels.chain.adopt(self.actions_by_name)
        breadcrumb = Breadcrumb(self.session.document, self.panels.canvas.level)
        breadcrumb.went.connect(self.panels.canvas.setFocus)
        self.pages = Pages([self.notice, breadcrumb], self.panels.canvas, self.panels.welcome)
        self.setCentralWidget(self.pages)
        self.bar = TopBar(self.actions_by_name, self.session, self)
        self.addToolBar(self.bar)
        self.docks = Docks(self)
        self.docks.arrange(*self.panels.tabs)
        self.status = StatusBar(self.session)
        self.setStatusBar(self.status)
        self.layout_keeper = Layout(self, self.session.settings)
        self._build_menus()
        self._tint()

    def _handlers(self) -> dict[str, Callable[[], object]]:
        canvas, stack = self.panels.canvas, self.session.document.undo_stack
        return {
            "file.new": self.files.new,
            "file.template": lambda: self.boxes.choose_template(self.files.promise(), self.files.new_from),
            "file.open": self.files.open,
            "file.save": self.files.save,
            "file.save_as": self.files.save_as,
            "file.welcome": self.show_welcome,
            "file.quit": self.close,
            "edit.undo": stack.undo,
            "edit.redo": stack.redo,
            "view.chain": lambda: self.show_panel(self.panels.chain),
            "view.history": lambda: self.show_panel(self.panels.history),
            "view.code": lambda: self.show_panel(self.panels.code),
            "view.runs": lambda: self.show_panel(self.panels.runs),
            "view.bench": lambda: self.show_panel(self.panels.bench),
            "view.sweep": lambda: self.show_panel(self.panels.sweep),
            "view.microscope": lambda: self.show_panel(self.panels.microscope),
            "train.queue": self.line_up,
            "train.rate": self.find_rate,
            "train.together": self.boxes.train_together,
            "train.mistakes": self.compare_mistakes,
            "view.report": lambda: self.show_panel(self.panels.report),
            "view.next": lambda: self.walk_panels(1),
            "view.previous": lambda: self.walk_panels(-1),
            "train.setup": self.show_setup,
            "network.add": self.add_layers,
            "network.find": self.find_layer,
            "network.task": lambda: self.boxes.change_task(self.status.say),
            "network.problem": self.next_problem,
            "network.algebra": lambda: self.boxes.show_algebra(self.selection.nodes, self.status.say),
            "network.fix": canvas.bubbles.focus_fix,
            "help.search": self.boxes.find_action,
            "help.keys": self.boxes.show_shortcuts,
            "help.about": self.show_about,
            **self.drawing.handlers,
            **self.views.handlers,
            **self.exports.handlers,
            **self.runs.handlers,
            **self.steering.handlers,
            **self.weights.handlers,
            **self.parameters.handlers,
            **self.imports.handlers,
        }

    def _uses(self) -> Uses:
        """What is done with a file that is dropped or pasted."""
        return {
            "project": self.files.open_path,
            "text": self.imports.open,
            "data": self._take_data,
            "weights": self.weights.open,
        }

    def _draw_weights(self, name: str, fitted: WeightsFitted) -> None:
        shapes = {row.name: row.file for row in fitted.rows if row.file is not None}
        self.imports.show_state(name, shapes, ordered=fitted.ordered)

    def _take_data(self, path: Path) -> None:
        self.show_panel(self.panels.data)
        self.panels.data.take_file(path)

    def _build_menus(self) -> None:
        actions = self.actions_by_name
        made = menus.fill_menu_bar(self.menuBar(), actions)
        recent = self.session.recent
        menus.add_recent(made["File"], actions["file.save"], lambda: recent.files, self.files.open_path)
        menus.add_examples(made["File"], actions["file.save"], self.files.open_example)
        menus.add_layers(made["Network"], actions["network.find"], self.panels.canvas.operations.append_layer)
        view = made["View"]
        view.addSeparator()
        self.views.add_layouts(view)
        menus.add_themes(view, self.theme)
        shown = view.addMenu("Panels")
        shown.addActions(self.docks.toggles)
        titles = menus.add(shown, "Title bars, to move panels", lambda: None)
        titles.setCheckable(True)
        titles.toggled.connect(self.docks.show_titles)
        menus.add(view, "Reset layout", self.layout_keeper.reset)
        self.boxes.adopt(actions, lambda: menus.beside_table(self.menuBar()))

    def _connect(self) -> None:
        document = self.session.document
        document.path_changed.connect(self._retitle)
        document.clean_changed.connect(self._retitle)
        document.replaced.connect(self._retitle)
        StepAction(self.actions_by_name["edit.undo"], "Undo", document.undo_stack, self)
        StepAction(self.actions_by_name["edit.redo"], "Redo", document.undo_stack, self)
        self.panels.problems.count_changed.connect(self._count_problems)
        self.files.opened.connect(self.show_canvas)
        self.pages.left.connect(self.show_canvas)
        self.selection.changed.connect(self._selected)
        self.bar.state.pill.clicked.connect(self.show_setup)
        self.files.said.connect(self.status.say)
        self.drops = FileDrops(self, self._uses(), self.status.say)
        self.drops.watch(self.panels.canvas.viewport())
        self.drawing.clipboard.files = self.drops.put_to_use
        self.imports.said.connect(self.status.say)
        self.imports.drawn.connect(self.panels.canvas.operations.fit)
        self.exports.said.connect(self.status.say)
        self.panels.chain.inspect_requested.connect(self.inspect)
        self.weights.said.connect(self.status.say)
        self.parameters.said.connect(self.status.say)
        self.steering.said.connect(self.status.say)
        self.weights.network_wanted.connect(self._draw_weights)
        self.panels.chain.paste_requested.connect(self.drawing.clipboard.paste_behind)
        self.panels.canvas.said.connect(self.panels.chain.hear)
        self.panels.chain.menu_requested.connect(self.panels.canvas.open_menu)
        self.runs.refused.connect(self._show_problems)
        self.panels.microscope.said.connect(self.status.say)
        self.panels.microscope.bench_wanted.connect(self._take_to_bench)
        self.panels.microscope.mistakes_wanted.connect(self.compare_mistakes)
        self.handover = Handover(self.panels, self.session, self.show_panel, self.status.say)
        self.panels.previews.said.connect(self.status.say)
        self.panels.canvas.operations.inspect_requested.connect(self.inspect)
        welcome = self.panels.welcome
        welcome.open_example.connect(self.files.open_example)
        welcome.open_template.connect(self.files.new_from)
        welcome.open_path.connect(self.files.open_path)
        welcome.new_project.connect(self.files.new)
        welcome.open_file.connect(self.files.open)
        colors.changed.connect(self._tint)

    def _connect_late(self) -> None:
        """Connects the panels that are made later, once they are there."""
        late = self.panels.late
        late.code.then(lambda code: code.said.connect(self.status.say))
        late.bench.then(lambda bench: bench.said.connect(self.status.say))
        late.runs.then(self._connect_runs)
        late.sweep.then(self._connect_sweep)
        late.report.then(self._connect_report)

    # What actions do here

    def show_welcome(self) -> None:
        """Shows examples, templates and recent files in place of the canvas."""
        self.panels.welcome.show_promise(self.files.promise())
        self.pages.show_welcome()

    def show_canvas(self) -> None:
        """Shows the drawing."""
        self.pages.show_canvas()
        self.panels.canvas.setFocus()

    def add_layers(self) -> None:
        """Lets layers be typed."""
        self.show_canvas()
        self.boxes.quick_add.open()

    def find_layer(self) -> None:
        """Puts the keyboard into the palette's search field."""
        self.docks.raise_tab(self.panels.palette)
        self.panels.palette.focus_search()

    def show_panel(self, panel: QWidget) -> None:
        """Brings a panel to the front and puts the keyboard into it."""
        self.docks.raise_tab(panel)
        panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def inspect(self) -> None:
        """Puts the keyboard into the inspector."""
        self.docks.raise_tab(self.panels.inspector)
        focus_first_field(self.panels.inspector)

    def walk_panels(self, by: int) -> None:
        """Takes the keyboard to the next panel, or to the one before."""
        docks = (self.docks.left, self.docks.right, self.docks.bottom)
        left, right, below = (dock.currentWidget() for dock in docks)
        next_panel([left, self.panels.canvas, right, below], by)

    def show_setup(self) -> None:
        """Shows how the network is trained."""
        self.docks.raise_tab(self.panels.training)

    def _connect_sweep(self, sweep: "SweepPanel") -> None:
        sweep.said.connect(self.status.say)
        sweep.may_train = self.runs.may_train

    def _connect_report(self, report: "ReportPanel") -> None:
        report.inspect_requested.connect(self.inspect)
        report.said.connect(self.status.say)
        report.print_requested.connect(self._print)

    def _connect_runs(self, runs: "RunsPanel") -> None:
        runs.said.connect(self.status.say)
        runs.open_wanted.connect(self.files.open_run)
        runs.export_wanted.connect(self.exports.open_run)
        runs.confirm_wanted.connect(
            lambda question, button, then: dialogs.confirm(self, question, "", button, then)
        )

    def _take_to_bench(self, tensor: Tensor) -> None:
        """Makes a tensor of the microscope on the bench."""
        scope, bench = self.session.microscope, self.panels.bench
        if scope.view is not None and bench.take(scope.wish, scope.view.looked, tensor):
            self.show_panel(bench)

    def line_up(self) -> None:
        """Adds the network as it is now to the runs that wait for a free core."""
        if self.runs.may_train():
            self.session.sweeps.enqueue()
            self.show_panel(self.panels.sweep)

    def find_rate(self) -> None:
        """Tests which learning rate is good for the network as it is now."""
        if self.runs.may_train():
            self.boxes.find_rate(self.status.say)

    def compare_mistakes(self) -> None:
        """Trains with mistakes beside the right loop."""
        if self.runs.may_train():
            self.boxes.show_mistakes()

    def _print(self, title: str, page: QTextDocument) -> None:
        self.boxes.print_page(title, page, self.status.say)

    def next_problem(self) -> None:
        """Goes from problem to problem."""
        nodes = list(dict.fromkeys(p.node for p in self.session.analysis.problems if p.node is not None))
        if not nodes:
            self.status.say("There is no problem on any layer.")
            return
        here = self.selection.current
        after = nodes[(nodes.index(here) + 1) % len(nodes)] if here in nodes else nodes[0]
        self.show_canvas()
        self.panels.canvas.operations.reveal(after)

    def show_about(self) -> None:
        """Says what this is."""
        lines = "Draw a neural network, train it on real data and watch it learn.\nMIT license."
        dialogs.show_text(self, "dialog.about", f"NNBuilder {__version__}", lines)

    # Following

    def _retitle(self) -> None:
        self.setWindowTitle(f"{self.session.document.title}[*] — NNBuilder")
        path = self.session.document.path
        self.setWindowFilePath(str(path) if path else "")
        self.setWindowModified(not self.session.document.clean)

    def _selected(self) -> None:
        self.pages.show_canvas()
        if self.selection.nodes:
            self.docks.right.setCurrentWidget(self.panels.inspector)

    def _count_problems(self, count: int) -> None:
        self.docks.title_tab(self.panels.problems, f"Problems {count}" if count else "Problems")

    def _show_problems(self) -> None:
        self.docks.raise_tab(self.panels.problems)
        self.status.say("Problems keep this network from being trained: mend them first.")

    def _tint(self) -> None:
        for row in ACTIONS:
            if row.icon:
                self.actions_by_name[row.name].setIcon(icon(row.icon))

    # Closing

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving:
            event.ignore()
            self.files.leave(self._leave)
            return
        self.layout_keeper.keep()
        self.session.shutdown()
        event.accept()
        self.closed.emit()

    def _leave(self) -> None:
        self._leaving = True
        QTimer.singleShot(0, self, self.close)
