"""The form of the training panel: optimizer, loss, and the numbers of a run."""

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import LOSS, ArgValue, Node
from nnbuilder.project import bounds
from nnbuilder.project.edits import Edit, SetTraining
from nnbuilder.project.project import TrainingConfig
from nnbuilder.session.document import Document
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.loss_edits import reset_arg, set_arg
from nnbuilder.ui.common.page import Section, wrapping

_OPTIMIZER = ArgSpec(
    name="optimizer",
    kind="choice",
    help="The rule that turns gradients into steps.",
    default=TrainingConfig().optimizer,
    choices=tuple(registry.OPTIMIZERS),
)

_WIDE = 72
"""Characters of width from which the sections stand in two columns."""


class TrainingSettings(QWidget):
    """Shows and edits the training configuration and the Loss node; every change is an edit."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.run_form, self.optimizer_form, self.loss_form = (ArgForm(terse=True) for _ in range(3))
        self._summaries = {form: wrapping(quiet()) for form in (self.optimizer_form, self.loss_form)}
        self._no_loss = wrapping(quiet("The drawing has no Loss node to choose a loss for."))
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(16)
        right = QVBoxLayout()
        right.setSpacing(16)
        for title, name, form in (
            ("Optimizer", "optimizer_section", self.optimizer_form),
            ("Loss", "loss_section", self.loss_form),
            ("Run", "run_section", self.run_form),
        ):
            section = Section(title, name)
            section.column.setSpacing(7)
            if form in self._summaries:
                section.add(self._summaries[form])
            section.add(form)
            if form is self.loss_form:
                section.add(self._no_loss)
            if form is self.optimizer_form:
                self._columns.addWidget(section, 1, Qt.AlignmentFlag.AlignTop)
            else:
                right.addWidget(section)
        right.addStretch()
        self._columns.addLayout(right, 1)
        self.optimizer_form.edited.connect(self._set_optimizer)
        self.optimizer_form.reset.connect(self._reset_optimizer)
        self.loss_form.edited.connect(self._set_loss)
        self.loss_form.reset.connect(self._reset_loss)
        self.run_form.edited.connect(self._set_run)
        self.run_form.reset.connect(self._reset_run)
        self.run_form.show_specs(bounds.TRAINING)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self.fontMetrics().averageCharWidth() * _WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(28 if wide else 16)

    @property
    def forms(self) -> tuple[ArgForm, ...]:
        """The three forms from top to bottom."""
        return (self.optimizer_form, self.loss_form, self.run_form)

    def refresh(self) -> None:
        """Shows what the document says now."""
        training = self._document.project.training
        optimizer = registry.OPTIMIZERS.get(training.optimizer)
        self.optimizer_form.show_specs((_OPTIMIZER, *(optimizer.args if optimizer else ())))
        self.optimizer_form.show_values({**training.optimizer_args, "optimizer": training.optimizer}, {})
        self._summaries[self.optimizer_form].setText(optimizer.summary if optimizer else "")
        node = self._loss()
        spec = registry.spec_of(node) if node else None
        self.loss_form.show_specs(spec.args if spec else ())
        self.loss_form.show_values(node.args if node else {}, {})
        self._summaries[self.loss_form].setText(spec.summary if spec else "")
        self._no_loss.setVisible(node is None)
        self.run_form.show_values({spec.name: getattr(training, spec.name) for spec in bounds.TRAINING}, {})

    def flush(self) -> None:
        """Commits what was typed so far."""
        for form in self.forms:
            form.flush()

    def forget(self) -> None:
        """Drops what was typed."""
        for form in self.forms:
            form.restore()

    def _loss(self) -> Node | None:
        return next(iter(self._document.project.graph.of_type(LOSS)), None)

    def _set_run(self, name: str, value: ArgValue) -> None:
        training = msgspec.structs.replace(self._document.project.training, **{name: value})
        self._apply(SetTraining(training, name), self.run_form, name)

    def _reset_run(self, name: str) -> None:
        self._set_run(name, getattr(TrainingConfig(), name))

    def _set_optimizer(self, name: str, value: ArgValue) -> None:
        training = self._document.project.training
        if name == "optimizer":
            args = _fitting(str(value), training)
            changed = msgspec.structs.replace(training, optimizer=value, optimizer_args=args)
        else:
            args = {**training.optimizer_args, name: value}
            changed = msgspec.structs.replace(training, optimizer_args=args)
        self._apply(SetTraining(changed, name), self.optimizer_form, name)

    def _reset_optimizer(self, name: str) -> None:
        training = self._document.project.training
        if name == "optimizer":
            self._set_optimizer(name, _OPTIMIZER.start)
            return
        args = {key: value for key, value in training.optimizer_args.items() if key != name}
        changed = msgspec.structs.replace(training, optimizer_args=args)
        self._apply(SetTraining(changed, name), self.optimizer_form, name)

    def _set_loss(self, name: str, value: ArgValue) -> None:
        if (node := self._loss()) is not None:
            self._apply(set_arg(node, name, value), self.loss_form, name)

    def _reset_loss(self, name: str) -> None:
        if (node := self._loss()) is not None:
            self._apply(reset_arg(node, name), self.loss_form, name)

    def _apply(self, edit: Edit, form: ArgForm, name: str) -> None:
        try:
            self._document.apply(edit)
        except EditRefused as refusal:
            self.refresh()
            form.refuse(name, str(refusal))
        else:
            self.refresh()


def _fitting(optimizer: str, training: TrainingConfig) -> dict[str, ArgValue]:
    """The explicit arguments that another optimizer takes as well."""
    spec = registry.OPTIMIZERS.get(optimizer)
    taken = {arg.name: arg for arg in spec.args} if spec else {}
    return {
        name: value
        for name, value in training.optimizer_args.items()
        if name in taken and taken[name].fault(value) is None
    }
