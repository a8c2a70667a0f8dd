"""Follows the document with torch's answers: each change asks the engine, each answer is shown."""

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import INPUT, LOSS, NodeId
from nnbuilder.graph.report.rows import Report, report_of
from nnbuilder.project.problem import Problem, heard
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Analyze, Analyzed, Event, Examined, Failed, Probing, Ready
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.session.engine import Engine
from nnbuilder.session.optimizer import OptimizerFollower
from nnbuilder.session.second_look import Question, SecondLook, question

if TYPE_CHECKING:
    from nnbuilder.data.spec import DataProfile

CRASHES = 2
"""How often the engine may die in the same layer before it is not asked about that drawing again."""


class AnalysisFollower(QObject):
    """Torch's last answer about the document; it stays until the next one comes.

    While slices of an answer come in, layers that it has not reached yet keep what was known of them, and
    problems stay until a slice brings others, which may still be without their fixes. Advice that the project
    silences is left out of `problems` and stands in `silenced`.
    """

    updated = Signal()

    def __init__(self, document: Document, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.analysis = Analysis()
        self.problems: tuple[Problem, ...] = ()
        self.silenced: tuple[Problem, ...] = ()
        self.profile: DataProfile | None = None
        self._document = document
        self._engine = engine
        self._layers: dict[NodeId, LayerAnalysis] = {}
        self._revision = 0
        self._stale = True
        self._asked: Analyze | None = None
        self._probing: NodeId | None = None
        self._crashes: dict[NodeId, int] = {}
        self._feared: Question | None = None
        self._told: tuple[Problem, ...] = ()
        self._second = SecondLook()
        self._report: Report | None = None
        self.optimizer = OptimizerFollower(document, engine, self)
        self.optimizer.changed.connect(self._measured)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        document.resettled.connect(self._resettled)
        engine.received.connect(self._received)
        engine.state_changed.connect(self._engine_changed)
        self._soon.start(0)

    @property
    def pending(self) -> bool:
        """Whether what is shown is not yet the answer to the document as it is."""
        return self._stale

    @property
    def report(self) -> Report:
        """The analysis report for the document's batch size and optimizer."""
        if self._report is None:
            training = self._document.project.training
            state = self.optimizer.state
            self._report = report_of(self.analysis, training.batch_size, state, training.optimizer)
        return self._report

    def layer_of(self, node: NodeId) -> LayerAnalysis | None:
        """What torch says of a node of the chain, None for others."""
        return self._layers.get(node)

    def input_type(self, node: NodeId) -> TensorType | None:
        """The type of the tensor that goes into a node, where known."""
        layer = self._layers.get(node)
        return layer.input if layer else (self.analysis.output if self._is(node, LOSS) else None)

    def output_type(self, node: NodeId) -> TensorType | None:
        """The type of the tensor that comes out of a node, where known."""
        layer = self._layers.get(node)
        return layer.output if layer else (self.analysis.input if self._is(node, INPUT) else None)

    def problems_of(self, node: NodeId) -> tuple[Problem, ...]:
        """The problems on one node."""
        return tuple(problem for problem in self.problems if problem.node == node)

    def _is(self, node: NodeId, node_type: str) -> bool:
        found = self._document.project.graph.nodes.get(node)
        return found is not None and found.type == node_type

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph or diff.data or diff.training:
            self._stale = True
            self._report = None
            self._soon.start(0)
        if diff.silenced:
            self._tell(self._told)
            self.updated.emit()

    def _resettled(self) -> None:
        """Asks again: a relative path leads elsewhere now."""
        self._stale = True
        self._soon.start(0)

    def _replaced(self) -> None:
        self._show(Analysis(), ())
        self._second.forget()
        self.profile = None
        self._crashes.clear()
        self._feared = None
        self._stale = True
        self._soon.start(0)
        self.updated.emit()

    def _ask(self) -> None:
        """Asks about the document as it is, unless that very drawing killed the engine before."""
        project = self._document.project
        if self._feared is not None and question(project.graph) == self._feared:
            return
        self._feared = None
        if self._engine.state not in {"ready", "busy"}:
            return
        self._revision += 1
        folder = self._document.folder
        self._asked = Analyze(
            request_id=self._engine.next_id(),
            revision=self._revision,
            project=project,
            folder=str(folder) if folder else None,
            examine=self._second.wanted(project),
        )
        self._engine.send(self._asked)

    def _received(self, message: Event, arrays: Arrays) -> None:
        if isinstance(message, Ready):
            self._soon.start(0)
        elif isinstance(message, Probing):
            self._probing = message.node
        elif isinstance(message, Analyzed) and self._asked and message.revision == self._asked.revision:
            self._take(self._asked, message)
        elif isinstance(message, Examined):
            self._take_examined(message)
        elif isinstance(message, Failed) and self._asked and message.request_id == self._asked.request_id:
            self._take_failure(message)

    def _take_examined(self, message: Examined) -> None:
        problems = self._second.take(message)
        if problems is not None:
            self._tell(problems)
            self.updated.emit()

    def _take(self, request: Analyze, answer: Analyzed) -> None:
        self._probing = None
        analysis, problems = answer.analysis, self._second.after(request, answer)
        if answer.final:
            self._asked = None
            self._stale = self._soon.isActive()
            self.profile = answer.profile
            self._show(analysis, problems)
        else:
            seen = {layer.id for layer in analysis.layers}
            nodes = self._document.project.graph.nodes
            kept = [layer for layer in self.analysis.layers if layer.id not in seen and layer.id in nodes]
            output = analysis.output or self.analysis.output
            grown = msgspec.structs.replace(analysis, layers=(*analysis.layers, *kept), output=output)
            deeper = {key: layer for key, layer in self._layers.items() if key in nodes}
            self._show(grown, problems if answer.problems else self._told)
            self._layers = {**deeper, **self._layers}
        self.updated.emit()

    def _measured(self) -> None:
        self._report = None
        self.updated.emit()

    def _take_failure(self, failure: Failed) -> None:
        self._asked = None
        self._probing = None
        self._stale = self._soon.isActive()
        problem = Problem("error", "engine-failed", failure.message, node=failure.node_id)
        self._show(self.analysis, (*failure.problems, problem))
        self.updated.emit()

    def _show(self, analysis: Analysis, problems: tuple[Problem, ...]) -> None:
        self.analysis = analysis
        self._tell(problems)
        self._report = None
        self._layers = {layer.id: layer for layer in analysis.every()}

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        """Shows all of these problems but the advice that the project silences."""
        self._told = problems
        self.problems = heard(problems, self._document.project.silenced)
        self.silenced = tuple(one for one in problems if one not in self.problems)

    def _engine_changed(self, state: str) -> None:
        if state in {"lost", "stopped"}:
            node, asked = self._probing, self._asked
            self._probing = self._asked = None
            self._second.lost()
            if node is not None and asked is not None:
                self._blame(node, asked)

    def _blame(self, node: NodeId, asked: Analyze) -> None:
        """Counts a death of the engine in a layer; the second one names it and stops asking."""
        self._crashes[node] = self._crashes.get(node, 0) + 1
        if self._crashes[node] < CRASHES:
            return
        self._feared = question(asked.project.graph)
        self._stale = self._soon.isActive()
        problem = Problem(
            severity="error",
            code="engine-crash",
            message="Running this layer ended the engine twice: change its arguments or remove it.",
            node=node,
        )
        others = tuple(old for old in self._told if old.code != problem.code)
        self._show(self.analysis, (problem, *others))
        self.updated.emit()
