"""Draws parameters anew: which of them, by what scheme, from what seed; before and after are shown first."""

import secrets

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from nnbuilder.catalog.initializers import INITIALIZERS
from nnbuilder.graph.graph import ArgValue
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.parameter_counts import of_layer, parted
from nnbuilder.protocol.parameters import Initialize, ParameterKey, ParameterRow, ParametersChanged
from nnbuilder.session.parameters import Keys, Parameters
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.form import ArgForm
from nnbuilder.ui.common.labels import quiet, value
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.weights_editor.preview import ChangePreview

_SIZE = QSize(780, 490)
_SEEDS = 2**31 - 1

_OWN = (
    "As the layer begins by itself: Linear and convolutions uniform between ±1/√fan_in, normalizations with "
    "ones and zeros, embeddings from a bell. With the project's seed these are its very first weights."
)


class InitializeDialog(QDialog):
    """Shows what a scheme would make of parameters, and makes it as one undoable edit.

    `key` is the parameter that it begins with, `several` are more that are selected.
    """

    made = Signal()

    def __init__(
        self,
        parameters: Parameters,
        key: ParameterKey,
        several: Keys = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parameters = parameters
        self._args: dict[str, ArgValue] = {}
        self.setObjectName("initialize")
        self.setWindowTitle("Re-initialize")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reach = ChoiceBox("initialize_reach", "Which parameters are drawn anew")
        self.scheme = ChoiceBox("initialize_scheme", "The scheme that they are drawn by")
        self.summary = wrapping(quiet())
        self.formula = wrapping(value())
        self.form = ArgForm(terse=True)
        self.seed = QSpinBox()
        self.fresh = PlainButton("initialize_new_seed", "New seed", "Take a seed that nobody has thought of")
        self.same = PlainButton(
            "initialize_same_seed", "Project's seed", "Take the seed of the project again"
        )
        self.preview = ChangePreview("initialize_preview")
        self.take = PrimaryButton("Re-initialize", "initialize_take")
        self.take.setToolTip("Let the project stand at these weights; Undo goes back")
        self.cancel = PlainButton("initialize_cancel", "Cancel", "Leave the weights as they are")
        self._fill(key, several)
        self._lay_out()
        self._connect()
        self._choose_scheme()

    @property
    def keys(self) -> Keys:
        """The parameters that are to be drawn anew."""
        found: Keys = self.reach.currentData()
        return found

    @property
    def change(self) -> Initialize:
        """The change as it is chosen."""
        return Initialize(str(self.scheme.currentData()), self.seed.value(), dict(self._args))

    def _fill(self, key: ParameterKey, several: Keys) -> None:
        rows = self._parameters.listing.parameters if self._parameters.listing else ()
        own = next((row for row in rows if row.key == key), None)
        layer = of_layer(rows, key.node)
        entries: list[tuple[str, object]] = []
        if own is not None:
            entries.append((f"{own.full} {own.shape}", (key,)))
        if len(several) > 1:
            entries.append((f"the {len(several)} that are selected", several))
        if own is not None and len(layer) > 1:
            entries.append((f"all of layer {_layer(own)}: {_count(layer)}", tuple(row.key for row in layer)))
        entries.append((f"the whole network: {_count(rows)}", tuple(row.key for row in rows)))
        self.reach.fill(entries)
        if len(several) > 1:
            self.reach.setCurrentIndex(1)
        schemes = [(f"{spec.title}  ({spec.name})", spec.name) for spec in INITIALIZERS.values()]
        self.scheme.fill([("The layer's own default", ""), *schemes])
        self.seed.setRange(0, _SEEDS)
        self.seed.setValue(self._parameters.seed)

    def _choose_scheme(self) -> None:
        spec = INITIALIZERS.get(str(self.scheme.currentData()))
        self._args = {arg.name: arg.start for arg in spec.args} if spec else {}
        self.summary.setText(spec.summary if spec else _OWN)
        self.formula.setText(spec.formula if spec else "")
        self.formula.setVisible(spec is not None)
        self.form.show_specs(spec.args if spec else ())
        self.form.show_values(self._args, {})
        self._try()

    def _edited(self, name: str, new: ArgValue) -> None:
        self._args[name] = new
        self.form.show_values(self._args, {})
        self._try()

    def _reset(self, name: str) -> None:
        spec = INITIALIZERS.get(str(self.scheme.currentData()))
        arg = next((arg for arg in spec.args if arg.name == name), None) if spec else None
        if arg is not None:
            self._edited(name, arg.start)

    def _try(self) -> None:
        self.take.setEnabled(False)
        self._parameters.try_out(self.keys, self.change)

    def _follow(self) -> None:
        """Tries it out on the network as it is now."""
        if self.isVisible():
            self._try()

    def _show(self, changed: ParametersChanged, arrays: Arrays) -> None:
        self.preview.show_change(changed, arrays)
        self.take.setEnabled(True)

    def _refuse(self, why: str) -> None:
        self.preview.refuse(why)
        self.take.setEnabled(False)

    def _take(self) -> None:
        title = f"Re-initialize {self.reach.currentText().partition(':')[0].partition(' (')[0]}"
        self._parameters.make(title, self.keys, self.change)
        self.made.emit()
        self.accept()

    def _connect(self) -> None:
        known = self._parameters
        known.previewed.connect(self._show)
        known.refused.connect(self._refuse)
        known.changed.connect(self._follow)
        self.reach.activated.connect(lambda _at: self._try())
        self.scheme.activated.connect(lambda _at: self._choose_scheme())
        self.form.edited.connect(self._edited)
        self.form.reset.connect(self._reset)
        self.seed.valueChanged.connect(lambda _seed: self._try())
        self.fresh.clicked.connect(lambda: self.seed.setValue(secrets.randbelow(_SEEDS)))
        self.same.clicked.connect(lambda: self.seed.setValue(known.seed))
        self.take.clicked.connect(self._take)
        self.cancel.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        self.seed.setObjectName("initialize_seed")
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("The same seed draws the same numbers again")
        left = QVBoxLayout()
        left.setSpacing(6)
        seeds = QHBoxLayout()
        for field in (self.seed, self.fresh, self.same):
            seeds.addWidget(field)
        for part in (
            quiet("Draw anew"),
            self.reach,
            quiet("Scheme"),
            self.scheme,
            self.summary,
            self.formula,
        ):
            left.addWidget(part)
        left.addWidget(self.form)
        left.addWidget(quiet("Seed: the same one draws the same numbers again"))
        left.addLayout(seeds)
        left.addStretch(1)
        beside = QHBoxLayout()
        beside.setSpacing(20)
        beside.addLayout(left, 1)
        beside.addWidget(self.preview, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addLayout(beside, 1)
        column.addLayout(buttons)
        self.resize(_SIZE)


def _count(rows: tuple[ParameterRow, ...]) -> str:
    parameters, buffers = parted(rows)
    words = [counted(len(parameters), "parameter")] if parameters else []
    return ", ".join([*words, counted(len(buffers), "buffer")] if buffers else words)


def _layer(row: ParameterRow) -> str:
    return f"{row.full.rpartition('.')[0]} {row.layer}"
