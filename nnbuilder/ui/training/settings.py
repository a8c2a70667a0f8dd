"""The form of the training panel: optimizer and its schedule, loss, and the numbers of a run."""

from collections.abc import Mapping
from functools import partial

import msgspec
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from nnbuilder.catalog import registry
from nnbuilder.catalog.spec import ArgSpec, SchedulerSpec
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

_SCHEDULER = ArgSpec(
    name="lr_scheduler",
    kind="choice",
    help="How the learning rate changes while training goes on; None for not at all.",
    default=None,
    none=True,
    choices=tuple(registry.SCHEDULERS),
)

_DEVICE = ArgSpec(
    name="device",
    kind="choice",
    help="What computes: the processor (cpu), an NVIDIA GPU (cuda:0) or that of a Mac (mps).",
    default="cpu",
    choices=("cpu",),
)

_CLASS_WEIGHTS = bounds.CLASS_WEIGHTS.name

_LOSS_NAME = "CrossEntropyLoss"
"""What a Loss node stands for that names none."""

_EVERY = "every"
"""What the row is called that says what a schedule counts."""

_CONSTANT = "The learning rate stays as it is."

_WIDE = 72
"""Characters of width from which the sections stand in two columns."""


class TrainingSettings(QWidget):
    """Shows and edits the training configuration and the Loss node; every change is an edit."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.run_form, self.optimizer_form, self.loss_form = (ArgForm(terse=True) for _ in range(3))
        self.scheduler_form, self.gradient_form, self.stop_form = (ArgForm(terse=True) for _ in range(3))
        self.machine_form = ArgForm(terse=True)
        self._devices: tuple[str, ...] = ("cpu",)
        self._uncompiled = ""
        self._missing = wrapping(quiet())
        self._missing.setObjectName("missing_devices")
        told = (self.optimizer_form, self.scheduler_form, self.loss_form)
        self._summaries = {form: wrapping(quiet()) for form in told}
        self._no_loss = wrapping(quiet("The drawing has no Loss node to choose a loss for."))
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.setSpacing(16)
        right.setSpacing(16)
        for title, name, form in (
            ("Optimizer", "optimizer_section", self.optimizer_form),
            ("Learning rate over time", "scheduler_section", self.scheduler_form),
            ("Loss", "loss_section", self.loss_form),
            ("Run", "run_section", self.run_form),
            ("Early stopping", "stop_section", self.stop_form),
            ("Gradients", "gradient_section", self.gradient_form),
            ("Machine", "machine_section", self.machine_form),
        ):
            section = Section(title, name)
            section.column.setSpacing(7)
            if form in self._summaries:
                section.add(self._summaries[form])
            section.add(form)
            if form is self.loss_form:
                section.add(self._no_loss)
            if form is self.machine_form:
                section.add(self._missing)
            side = left if form in (self.optimizer_form, self.scheduler_form) else right
            side.addWidget(section)
        for side in (left, right):
            side.addStretch()
            self._columns.addLayout(side, 1)
        self.optimizer_form.edited.connect(self._set_optimizer)
        self.optimizer_form.reset.connect(self._reset_optimizer)
        self.loss_form.edited.connect(self._set_loss)
        self.loss_form.reset.connect(self._reset_loss)
        self.scheduler_form.edited.connect(self._set_scheduler)
        self.scheduler_form.reset.connect(self._reset_scheduler)
        self._fields = {
            self.run_form: bounds.RUN,
            self.gradient_form: bounds.GRADIENTS,
            self.stop_form: bounds.STOPPING,
        }
        for form, specs in self._fields.items():
            form.edited.connect(partial(self._set_field, form))
            form.reset.connect(partial(self._reset_field, form))
            form.show_specs(specs)
        self.machine_form.edited.connect(partial(self._set_field, self.machine_form))
        self.machine_form.reset.connect(partial(self._reset_field, self.machine_form))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self.fontMetrics().averageCharWidth() * _WIDE
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(direction)
        self._columns.setSpacing(28 if wide else 16)

    @property
    def forms(self) -> tuple[ArgForm, ...]:
        """The forms, column by column from top to bottom."""
        left = (self.optimizer_form, self.scheduler_form)
        return (*left, self.loss_form, self.run_form, self.stop_form, self.gradient_form, self.machine_form)

    def refresh(self) -> None:
        """Shows what the document says now."""
        training = self._document.project.training
        optimizer = registry.OPTIMIZERS.get(training.optimizer)
        self.optimizer_form.show_specs((_OPTIMIZER, *(optimizer.args if optimizer else ())))
        self.optimizer_form.show_values({**training.optimizer_args, "optimizer": training.optimizer}, {})
        self._summaries[self.optimizer_form].setText(optimizer.summary if optimizer else "")
        self._show_scheduler(training)
        self._show_loss(training)
        for form, specs in self._fields.items():
            form.show_values({spec.name: getattr(training, spec.name) for spec in specs}, {})
        self._show_machine(training)

    def show_devices(self, devices: tuple[str, ...], missing: Mapping[str, str]) -> None:
        """Takes what torch can train on here, and why it cannot on the rest."""
        self._devices = devices or self._devices
        self._missing.setText("\n".join(f"No {kind}: {why}" for kind, why in missing.items()))
        self._missing.setVisible(bool(missing))
        self._uncompiled = missing.get("compiled steps", "")
        self._show_machine(self._document.project.training)

    def _show_machine(self, training: TrainingConfig) -> None:
        """The device is one of those here, or the one that the project names and that is elsewhere."""
        names = tuple(dict.fromkeys((*self._devices, training.device)))
        specs = (msgspec.structs.replace(_DEVICE, choices=names), *bounds.MACHINE)
        self.machine_form.show_specs(specs)
        self.machine_form.show_values({spec.name: getattr(training, spec.name) for spec in specs}, {})
        row = self.machine_form.rows["compiled"]
        row.setEnabled(not self._uncompiled or training.compiled)  # what is on can be switched off
        row.setToolTip(self._uncompiled)

    def _show_scheduler(self, training: TrainingConfig) -> None:
        spec = registry.SCHEDULERS.get(training.lr_scheduler or "")
        specs = (_SCHEDULER, *_every(spec), *(spec.args if spec else ()))
        values: dict[str, ArgValue] = {**training.lr_scheduler_args, "lr_scheduler": training.lr_scheduler}
        if training.lr_scheduler_every is not None:
            values[_EVERY] = training.lr_scheduler_every
        self.scheduler_form.show_specs(specs)
        self.scheduler_form.show_values(values, {})
        told = _CONSTANT if training.lr_scheduler is None else ""
        self._summaries[self.scheduler_form].setText(spec.summary if spec else told)

    def _show_loss(self, training: TrainingConfig) -> None:
        node = self._loss()
        spec = registry.spec_of(node) if node else None
        chosen = registry.LOSSES.get(str(node.args.get("loss", _LOSS_NAME))) if node else None
        weighs = training.class_weights is not None or (chosen is not None and chosen.weighs)
        weights = (bounds.CLASS_WEIGHTS,) if weighs else ()
        self.loss_form.show_specs((*(spec.args if spec else ()), *weights))
        values = {**(node.args if node else {}), _CLASS_WEIGHTS: training.class_weights}
        self.loss_form.show_values(values, {})
        self._summaries[self.loss_form].setText(spec.summary if spec else "")
        self._no_loss.setVisible(node is None)

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

    def _set_field(self, form: ArgForm, name: str, value: ArgValue) -> None:
        training = msgspec.structs.replace(self._document.project.training, **{name: value})
        self._apply(SetTraining(training, name), form, name)

    def _reset_field(self, form: ArgForm, name: str) -> None:
        self._set_field(form, name, getattr(TrainingConfig(), name))

    def _set_scheduler(self, name: str, value: ArgValue) -> None:
        training = self._document.project.training
        if name == _EVERY:
            changed = msgspec.structs.replace(training, lr_scheduler_every=value)
        elif name == "lr_scheduler":
            spec = registry.SCHEDULERS.get(str(value))
            args = {arg.name: arg.start for arg in spec.args if arg.start != arg.default} if spec else {}
            changed = msgspec.structs.replace(
                training, lr_scheduler=value, lr_scheduler_args=args, lr_scheduler_every=None
            )
        else:
            args = {**training.lr_scheduler_args, name: value}
            changed = msgspec.structs.replace(training, lr_scheduler_args=args)
        self._apply(SetTraining(changed, name), self.scheduler_form, name)

    def _reset_scheduler(self, name: str) -> None:
        training = self._document.project.training
        if name in {_EVERY, "lr_scheduler"}:
            self._set_scheduler(name, None)
            return
        args = {key: value for key, value in training.lr_scheduler_args.items() if key != name}
        changed = msgspec.structs.replace(training, lr_scheduler_args=args)
        self._apply(SetTraining(changed, name), self.scheduler_form, name)

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
        if name == _CLASS_WEIGHTS:
            self._set_field(self.loss_form, name, value)
        elif (node := self._loss()) is not None:
            self._apply(set_arg(node, name, value), self.loss_form, name)

    def _reset_loss(self, name: str) -> None:
        if name == _CLASS_WEIGHTS:
            self._reset_field(self.loss_form, name)
        elif (node := self._loss()) is not None:
            self._apply(reset_arg(node, name), self.loss_form, name)

    def _apply(self, edit: Edit, form: ArgForm, name: str) -> None:
        try:
            self._document.apply(edit)
        except EditRefused as refusal:
            self.refresh()
            form.refuse(name, str(refusal))
        else:
            self.refresh()


def _every(spec: SchedulerSpec | None) -> tuple[ArgSpec, ...]:
    """The row that says what a scheduler counts, where there is a choice."""
    if spec is None or spec.watches:
        return ()
    text = "What is counted: the schedule moves on after each epoch or after each step."
    return (ArgSpec(name=_EVERY, kind="choice", help=text, default=spec.every, choices=("epoch", "step")),)


def _fitting(optimizer: str, training: TrainingConfig) -> dict[str, ArgValue]:
    """The explicit arguments that another optimizer takes as well."""
    spec = registry.OPTIMIZERS.get(optimizer)
    taken = {arg.name: arg for arg in spec.args} if spec else {}
    return {
        name: value
        for name, value in training.optimizer_args.items()
        if name in taken and taken[name].fault(value) is None
    }
