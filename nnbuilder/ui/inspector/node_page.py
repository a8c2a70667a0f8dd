"""The inspector's page for one selected node."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.catalog import registry
from nnbuilder.catalog.registry import can_learn
from nnbuilder.graph.edits import Rename, SetDisabled, SetFrozen
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, ArgValue, Node, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common.answers import answer_for
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.labels import TintedLabel, quiet, value
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.loss_edits import reset_arg, set_arg
from nnbuilder.ui.common.page import Rule, ScrollPage, Section, wrapping
from nnbuilder.ui.common.problem_list import ProblemList
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.inspector import facts
from nnbuilder.ui.inspector.layer_ticks import DisabledBox, FrozenBox
from nnbuilder.ui.inspector.name_edit import NameEdit
from nnbuilder.ui.inspector.weights import WeightsSection


class NodePage(ScrollPage):
    """Name, arguments, shapes, parameters, problems and weights of one node; edits go to the document."""

    def __init__(
        self, document: Document, analysis: AnalysisFollower, run: Run, parent: QWidget | None = None
    ) -> None:
        super().__init__("inspector_node", parent)
        self._document = document
        self._analysis = analysis
        self._node: NodeId | None = None
        self.name = NameEdit()
        self.name.renamed.connect(self._rename)
        self._summary = wrapping(quiet())
        self._summary.setObjectName("layer_summary")
        self._refusal = wrapping(TintedLabel("", "error"))
        self._refusal.setObjectName("name_refusal")
        self._cards = ProblemList("node_problems", document)
        self.form = ArgForm()
        self.form.setObjectName("layer_form")
        self.form.edited.connect(self._edited)
        self.form.reset.connect(self._reset)
        self.disabled = DisabledBox()
        self.disabled.chosen.connect(self._disable)
        self.frozen = FrozenBox()
        self.frozen.chosen.connect(self._freeze)
        self._group = Facts("group_facts")
        self._shapes = Section("Shapes", "shapes_section")
        self._shape_line = wrapping(value())
        self._shape_line.setObjectName("shape_lines")
        self._parameters = Section("Parameters", "parameters_section")
        self._parameter_line = wrapping(quiet())
        self._parameter_line.setObjectName("parameter_lines")
        self.numbers = LinkButton("See and change the numbers")
        self.numbers.setObjectName("parameter_numbers")
        self.numbers.setToolTip("Go to the table of all weights and biases (Ctrl+Shift+K)")
        self._weights = WeightsSection(run)
        self._lay_out()

    def show_node(self, node: NodeId) -> None:
        """Shows a node of the document; one that is shown already only gets its values anew."""
        if node != self._node:
            self.forget()
            self._node = node
            self.verticalScrollBar().setValue(0)
        self.refresh()

    def refresh(self) -> None:
        """Shows what the document and torch say of the node now."""
        node = self._current()
        if node is None:
            return
        layer = self._analysis.layer_of(node.id)
        spec = registry.spec_of(node)
        editable = node.type not in {INPUT, LOSS}
        self.name.show_name(node.name, layer_title(self._document.project.graph, node.id), editable=editable)
        self._summary.setText(facts.summary_line(node))
        self.form.show_specs(spec.args if spec else ())
        self.form.show_values(node.args, facts.resolved_args(node, layer, self._analysis.profile))
        self.disabled.show_layers([node.disabled] if editable else [])
        self._show_frozen(node)
        self._group.setVisible(node.type == GROUP)
        graph = self._document.project.graph
        answer = answer_for(graph, node.id, self._analysis)
        if node.type == GROUP:
            self._group.show_facts(facts.group(graph, node.id, answer.parameters))
        lines = facts.shape_lines(answer.fed, answer.given, self._document.project.training.device)
        self._shape_line.setText("\n".join(lines) or "Not known yet.")
        self._parameters.setVisible(layer is not None and layer.parameters > 0)
        if layer is not None:
            self._parameters.corner.setText(f"{layer.parameters:,}")
            self._parameter_line.setText("\n".join(facts.parameter_lines(layer)))
        self._cards.show_problems([(problem, "") for problem in self._analysis.problems_of(node.id)])
        self.show_weights()

    def _show_frozen(self, node: Node) -> None:
        if not can_learn(node.type):
            self.frozen.show_layers([])
            return
        around = self._document.project.graph.is_frozen(node.id) and not node.frozen
        self.frozen.show_layer(frozen=node.frozen, around=around)

    def show_weights(self) -> None:
        """Shows the newest weights of the node."""
        if self._node is not None:
            self._weights.show_node(self._node)

    def flush(self) -> None:
        """Commits what was typed, while the node is still there."""
        if self._current() is not None:
            self.form.flush()
            self.name.flush()

    def forget(self) -> None:
        """Drops what was typed and what was refused."""
        self.form.restore()
        self.name.setModified(False)
        self._refusal.hide()

    def _lay_out(self) -> None:
        heads = QWidget()
        column = QVBoxLayout(heads)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self.name, self._refusal, self._summary):
            column.addWidget(widget)
        self._shapes.add(self._shape_line)
        self._parameters.add(self._parameter_line)
        self._parameters.add(self.numbers)
        for part in (heads, self._cards, self.form, self._group):
            self.add(part)
        for tick in (self.frozen, self.disabled):
            self.column.addWidget(tick, 0, Qt.AlignmentFlag.AlignLeft)
        for section in (Rule(), self._shapes, self._parameters, self._weights):
            self.add(section)
        self.column.addStretch()
        self._refusal.hide()

    def _current(self) -> Node | None:
        return None if self._node is None else self._document.project.graph.nodes.get(self._node)

    def _edited(self, name: str, new: ArgValue) -> None:
        node = self._current()
        if node is not None:
            self._apply(set_arg(node, name, new), name)

    def _reset(self, name: str) -> None:
        node = self._current()
        if node is not None:
            self._apply(reset_arg(node, name), name)

    def _apply(self, edit: Edit, name: str) -> None:
        try:
            self._document.apply(edit)
        except EditRefused as refusal:
            self.refresh()
            self.form.refuse(name, str(refusal))
        else:
            self.refresh()

    def _disable(self, disabled: bool) -> None:
        node = self._current()
        if node is not None:
            self._document.apply(SetDisabled((node.id,), disabled))

    def _freeze(self, frozen: bool) -> None:
        if (node := self._current()) is not None:
            self._document.apply(SetFrozen((node.id,), frozen))

    def _rename(self, name: str) -> None:
        if self._node is None:
            return
        try:
            self._document.apply(Rename(self._node, name))
        except EditRefused as refusal:
            self._refusal.setText(str(refusal))
            self._refusal.show()
        else:
            self._refusal.hide()
        self.refresh()
