"""Makes all panels of a window and wires them to each other; they know nothing of one another."""

from typing import TYPE_CHECKING

from nnbuilder.project.resources import examples
from nnbuilder.session.session import Session
from nnbuilder.ui.canvas import CanvasView
from nnbuilder.ui.canvas.previews import PreviewStrips
from nnbuilder.ui.canvas.responses import Responses
from nnbuilder.ui.canvas.stepping import Spotlight
from nnbuilder.ui.canvas.vitals import Vitals
from nnbuilder.ui.chain.panel import ChainPanel
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.docks import Tab
from nnbuilder.ui.history.panel import HistoryPanel
from nnbuilder.ui.inspector.panel import InspectorPanel
from nnbuilder.ui.late_panels import LatePanels
from nnbuilder.ui.microscope.panel import MicroscopePanel
from nnbuilder.ui.palette import PalettePanel
from nnbuilder.ui.plots.layers.page import LayersPage
from nnbuilder.ui.plots.panel import PlotsPanel
from nnbuilder.ui.predictions.page import PredictionsPage
from nnbuilder.ui.problems.panel import ProblemsPanel
from nnbuilder.ui.training.panel import TrainingPanel
from nnbuilder.ui.welcome.page import WelcomePage

if TYPE_CHECKING:
    from nnbuilder.ui.bench.panel import BenchPanel
    from nnbuilder.ui.code.panel import CodePanel
    from nnbuilder.ui.data.panel import DataPanel
    from nnbuilder.ui.parameters import ParametersPanel
    from nnbuilder.ui.report.panel import ReportPanel
    from nnbuilder.ui.runs.panel import RunsPanel
    from nnbuilder.ui.sweep.panel import SweepPanel
    from nnbuilder.ui.weights_editor import WeightsEditor

_PREDICTIONS_TIP = "What the network predicts: decision boundary, neurons, fitted curve, confusion"
_LAYERS_TIP = "Weights, gradients and activations of each layer over time, and which units are dead"


class Panels:
    """The panels, made from a session and one selection."""

    def __init__(self, session: Session, selection: Selection) -> None:
        document, analysis, run = session.document, session.analysis, session.run
        self.canvas = CanvasView(document, analysis, selection, run)
        self.palette = PalettePanel()
        self.chain = ChainPanel(document, analysis, selection)
        self.history = HistoryPanel(document)
        self.inspector = InspectorPanel(document, analysis, selection, run)
        self.training = TrainingPanel(document, run, analysis)
        self.plots = PlotsPanel(run, selection, document, session.runs_folder)
        self.layers = LayersPage(session.layers, selection)
        self.plots.add_page("Layers", self.layers, _LAYERS_TIP, self.layers.tools)
        session.time.changed.connect(lambda: self.layers.look_at(_past_step(session)))
        self.vitals = Vitals(self.canvas, document, session.layers)
        self.predictions = PredictionsPage(session.live, run, selection)
        self.plots.add_page("Predictions", self.predictions, _PREDICTIONS_TIP)
        self.responses = Responses(self.canvas, run, session.live)
        self.previews = PreviewStrips(self.canvas, session.previews, selection)
        self.previews.switched.connect(self.responses.set_covered)
        self.microscope = MicroscopePanel(session.microscope, selection)
        self.spotlight = Spotlight(self.canvas, document, session.microscope)
        self.problems = ProblemsPanel(analysis, document, selection)
        self.late = LatePanels(session, selection)
        self.welcome = WelcomePage(session.recent, examples())
        self._engine = session.engine
        self._engine.state_changed.connect(self._tell_devices)
        self.palette.add_requested.connect(self.canvas.operations.append_layer)
        self.problems.reveal.connect(self.canvas.operations.reveal)
        self.training.revealed.connect(self.canvas.operations.reveal)

    @property
    def runs(self) -> "RunsPanel":
        """The table of runs."""
        return self.late.runs.get()

    @property
    def sweep(self) -> "SweepPanel":
        """Sweeps and the queue."""
        return self.late.sweep.get()

    @property
    def weights_editor(self) -> "WeightsEditor":
        """Weights by hand."""
        return self.late.weights_editor.get()

    @property
    def parameters(self) -> "ParametersPanel":
        """The table of parameters."""
        return self.late.parameters.get()

    @property
    def code(self) -> "CodePanel":
        """The text of the drawing."""
        return self.late.code.get()

    @property
    def bench(self) -> "BenchPanel":
        """The tensor bench."""
        return self.late.bench.get()

    @property
    def data(self) -> "DataPanel":
        """The data."""
        return self.late.data.get()

    @property
    def report(self) -> "ReportPanel":
        """The report on the network."""
        return self.late.report.get()

    def _tell_devices(self, _state: str) -> None:
        engine = self._engine
        self.training.settings.show_devices(engine.devices, engine.missing)

    @property
    def tabs(self) -> tuple[list[Tab], list[Tab], list[Tab]]:
        """What stands left, right and below, in the order of its tabs."""
        late = self.late
        left: list[Tab] = [("Palette", self.palette), ("Chain", self.chain), ("History", self.history)]
        right: list[Tab] = [("Layer", self.inspector), ("Training setup", self.training)]
        below: list[Tab] = [
            ("Training", self.plots),
            ("Runs", late.runs),
            ("Sweep", late.sweep),
            ("Microscope", self.microscope),
            ("Parameters", late.parameters),
            ("Code", late.code),
            ("Bench", late.bench),
            ("Data", late.data),
            ("Problems", self.problems),
            ("Report", late.report),
        ]
        return left, right, below

    def flush(self) -> None:
        """Commits what is being typed in any form."""
        self.training.flush()
        self.inspector.flush()
        late = self.late
        for panel in (late.data.made, late.code.made, late.runs.made):
            if panel is not None:
                panel.flush()


def _past_step(session: Session) -> int | None:
    """The step of the moment that the time machine shows, None in the present."""
    moment = session.time.moment
    return None if moment is None else moment.step
