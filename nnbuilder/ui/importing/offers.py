"""What stands beside a network for its training, to be ticked."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.interop.reading import Offer
from nnbuilder.ui.common.labels import heading
from nnbuilder.ui.common.tick import TickBox


class OfferedTraining(QWidget):
    """A box to tick for each value that the text holds; all are ticked at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.training")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(heading("For the training"))
        self.boxes: dict[str, TickBox] = {}
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
        for box in self.boxes.values():
            self._column.removeWidget(box)
            box.deleteLater()
        self.boxes = {}
        for name, text in _texts(offer).items():
            tip = f"Take it over from line {offer.lines.get(name, 1)}"
            box = TickBox(f"import.training.{name}", text, tip)
            box.setChecked(told.get(name, True))
            self._column.addWidget(box)
            self.boxes[name] = box
        self.setVisible(bool(self.boxes))


def _texts(offer: Offer) -> dict[str, str]:
    """Each value in words."""
    texts: dict[str, str] = {}
    if offer.loss:
        texts["loss"] = f"Loss: {offer.loss}{_arguments(offer.loss_args)}"
    if offer.optimizer:
        texts["optimizer"] = f"Optimizer: {offer.optimizer}{_arguments(offer.optimizer_args)}"
    if offer.batch_size is not None:
        texts["batch_size"] = f"Batch size: {offer.batch_size:,}"
    if offer.epochs is not None:
        texts["epochs"] = f"Epochs: {offer.epochs:,}"
    return texts


def _arguments(args: object) -> str:
    pairs = dict(args).items() if isinstance(args, dict) else ()
    return f" ({', '.join(f'{name}={value}' for name, value in pairs)})" if pairs else ""
