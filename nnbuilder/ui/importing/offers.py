"""What stands beside a network for its training, to be ticked."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.graph.graph import ArgValue
from nnbuilder.interop.reading import Offer
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.tick import TickBox

_INDENT = 22
"""Pixels from a box's edge to its text."""


class OfferedTraining(QWidget):
    """A box to tick for each value that the text holds; all are ticked at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.training")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(heading("For the training"))
        self.boxes: dict[str, TickBox] = {}
        self._rows: list[QWidget] = []
        self._offer = Offer()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def show_offer(self, offer: Offer) -> None:
        """Offers other values; what was not ticked stays so."""
        if offer == self._offer:
            return
        self._offer = offer
        told = {box_name: box.isChecked() for box_name, box in self.boxes.items()}
        for part in self._rows:
            self._column.removeWidget(part)
            part.deleteLater()
        self.boxes, self._rows = {}, []
        for name, (text, args) in _texts(offer).items():
            tip = f"Take it over from line {offer.lines.get(name, 1)}"
            box = TickBox(f"import.training.{name}", text, tip)
            box.setChecked(told.get(name, True))
            self._add(box)
            self.boxes[name] = box
            if args:
                label = wrapping(quiet(args))
                label.setContentsMargins(_INDENT, 0, 0, 0)
                self._add(label)
        self.setVisible(bool(self.boxes))

    def _add(self, part: QWidget) -> None:
        self._column.addWidget(part)
        self._rows.append(part)


def _texts(offer: Offer) -> dict[str, tuple[str, str]]:
    """Each value in words, with its arguments."""
    texts: dict[str, tuple[str, str]] = {}
    if offer.loss:
        texts["loss"] = f"Loss: {offer.loss}", _arguments(offer.loss_args)
    if offer.optimizer:
        texts["optimizer"] = f"Optimizer: {offer.optimizer}", _arguments(offer.optimizer_args)
    if offer.batch_size is not None:
        texts["batch_size"] = f"Batch size: {offer.batch_size:,}", ""
    if offer.epochs is not None:
        texts["epochs"] = f"Epochs: {offer.epochs:,}", ""
    return texts


def _arguments(args: Mapping[str, ArgValue]) -> str:
    return ", ".join(f"{name}={value}" for name, value in args.items())
