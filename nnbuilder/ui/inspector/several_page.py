"""The inspector's page for several selected nodes: what they are together, and forms that edit them all."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.catalog.registry import can_learn
from nnbuilder.graph.edits import SetDisabled, SetFrozen
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.labels import TintedLabel, heading
from nnbuilder.ui.common.page import Rule, ScrollPage, Section, wrapping
from nnbuilder.ui.inspector import facts, kinds
from nnbuilder.ui.inspector.kinds import Kind
from nnbuilder.ui.inspector.layer_ticks import DisabledBox, FrozenBox


class KindForm(Section):
    """The arguments of all selected layers of one kind; an edit goes to all of them at once."""

    edited = Signal(object, str, object)
    reset = Signal(object, str)

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(kind.title, f"kind_{kind.title}", parent)
        self.kind = kind
        self.form = ArgForm(terse=True)
        self.form.setAccessibleName(kind.title)
        self.form.edited.connect(self._edited)
        self.form.reset.connect(self._reset)
        self.add(self.form)

    def show_kind(self, kind: Kind, shown: kinds.Shown) -> None:
        """Shows other layers of this kind, or the same ones with other values."""
        self.kind = kind
        self.corner.setText(f"× {len(kind.nodes):,}")
        self.form.show_specs(kind.specs)
        self.form.show_values(shown.values, shown.resolved, shown.mixed)

    def _edited(self, name: str, value: ArgValue) -> None:
        self.edited.emit(self.kind, name, value)

    def _reset(self, name: str) -> None:
        self.reset.emit(self.kind, name)


class SeveralPage(ScrollPage):
    """Counts and parameters of several nodes, and one form for each kind among them."""

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__("inspector_several", parent)
        self._document = document
        self._analysis = analysis
        self._nodes: tuple[NodeId, ...] = ()
        self._title = heading("", factor=1.15)
        self._title.setObjectName("several_title")
        self._facts = Facts("selection_facts")
        self.disabled = DisabledBox(several=True)
        self.disabled.chosen.connect(self._disable)
        self.frozen = FrozenBox(several=True)
        self.frozen.chosen.connect(self._freeze)
        self._refusal = wrapping(TintedLabel("", "error"))
        self._refusal.setObjectName("several_refusal")
        self._forms: dict[str, KindForm] = {}
        self.add(self._title)
        self.add(self._facts)
        for tick in (self.frozen, self.disabled):
            self.column.addWidget(tick, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self._refusal)
        self.add(Rule())
        self._refusal.hide()
        self.column.addStretch()

    @property
    def forms(self) -> list[KindForm]:
        """The forms that are shown, from top to bottom."""
        return list(self._forms.values())

    def show_nodes(self, nodes: Sequence[NodeId]) -> None:
        """Shows what these nodes are together."""
        graph = self._document.project.graph
        if tuple(nodes) != self._nodes:
            self.forget()
            self._nodes = tuple(nodes)
        self._title.setText(f"{len(nodes):,} selected")
        self._facts.show_facts(facts.several(graph, nodes, self._analysis.analysis))
        layers = [graph.nodes[key] for key in nodes if graph.nodes[key].type not in {INPUT, LOSS}]
        self.disabled.show_layers([node.disabled for node in layers])
        self.frozen.show_layers([graph.is_frozen(node.id) for node in layers if can_learn(node.type)])
        self._show_forms(kinds.kinds_of(graph, nodes))

    def flush(self) -> None:
        """Commits what was typed, while the layers are still there."""
        if all(node in self._document.project.graph.nodes for node in self._nodes):
            for part in self.forms:
                part.form.flush()

    def forget(self) -> None:
        """Drops what was typed and what was refused."""
        for part in self.forms:
            part.form.restore()
        self._refusal.hide()

    def _show_forms(self, found: Sequence[Kind]) -> None:
        old, self._forms = self._forms, {}
        graph = self._document.project.graph
        for kind in found:
            part = old.pop(kind.title, None) or self._new_form(kind)
            self._forms[kind.title] = part
            part.show_kind(kind, kinds.shown(graph, self._analysis, kind))
            self.column.removeWidget(part)
            self.column.insertWidget(self.column.count() - 1, part)
        for part in old.values():
            part.hide()
            part.setParent(None)
            part.deleteLater()

    def _new_form(self, kind: Kind) -> KindForm:
        part = KindForm(kind, self.widget())
        part.edited.connect(self._edited)
        part.reset.connect(self._reset)
        return part

    def _edited(self, kind: Kind, name: str, value: ArgValue) -> None:
        self._apply(kinds.set_on_all(kind, name, value), kind, name)

    def _reset(self, kind: Kind, name: str) -> None:
        self._apply(kinds.reset_on_all(self._document.project.graph, kind, name), kind, name)

    def _disable(self, disabled: bool) -> None:
        self._switch(SetDisabled(self._nodes, disabled))

    def _freeze(self, frozen: bool) -> None:
        graph = self._document.project.graph
        self._switch(SetFrozen(tuple(key for key in self._nodes if can_learn(graph.nodes[key].type)), frozen))

    def _switch(self, edit: Edit) -> None:
        try:
            self._document.apply(edit)
        except EditRefused as refusal:
            self._refusal.setText(str(refusal))
            self._refusal.show()
        self.show_nodes(self._nodes)

    def _apply(self, edit: Edit, kind: Kind, name: str) -> None:
        try:
            self._document.apply(edit)
        except EditRefused as refusal:
            self.show_nodes(self._nodes)
            self._forms[kind.title].form.refuse(name, str(refusal))
        else:
            self.show_nodes(self._nodes)
