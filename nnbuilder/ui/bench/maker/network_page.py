"""What is in the network: a layer's weights, what comes out of it for some rows, and gradients."""

from PySide6.QtWidgets import QLineEdit

from nnbuilder.protocol.bench import BenchLayer, BenchNetwork
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.bench.network_words import FIRST, parameter, recorded
from nnbuilder.ui.common.choices import ChoiceBox

_SENTENCE = "A weight of the network as it is now, or what comes about when rows go through it and back."


class NetworkPage(MakerPage):
    """Chooses a layer and one of its tensors; the layers come from the process that builds the network."""

    def __init__(self, bench: TensorBench) -> None:
        super().__init__("bench_maker_network", _SENTENCE)
        self._bench = bench
        self.network = BenchNetwork()
        self.layer = ChoiceBox("bench_maker_layer", "Which layer")
        self.what = ChoiceBox("bench_maker_tensor", "Which of its tensors")
        self.rows = _field("bench_maker_rows", "Rows that go through: data:0:8, or [[1, 2, 3]]", FIRST)
        self.targets = _field("bench_maker_targets", "What is right for them; empty: the data's own", "")
        self.targets.setPlaceholderText("of the data")
        for label, field in (
            ("Layer", self.layer),
            ("Tensor", self.what),
            ("Rows", self.rows),
            ("Targets", self.targets),
        ):
            self.fields.addRow(label, field)
        self.column.addStretch(1)
        self.layer.activated.connect(self._fill)
        self.what.activated.connect(self._show)
        self.rows.textChanged.connect(self.changed)
        self.targets.textChanged.connect(self.changed)
        bench.surveyed.connect(self.show_network)
        self._fill()

    def entered(self) -> None:
        self.sentence.setText("The network is being built…" if not self.network.layers else _SENTENCE)
        self._bench.survey()

    @property
    def wish(self) -> str:
        chosen = self.what.currentData()
        if chosen is None:
            return "w"
        _, place, word = chosen
        own = place.rpartition(".")[2]
        return "_".join(filter(None, ("" if own.isdecimal() else own, word)))

    def lines(self, name: str) -> tuple[str, ...]:
        chosen = self.what.currentData()
        if chosen is None:
            return ()
        kind, place, _ = chosen
        if kind == "parameter":
            return (f"{name} = {parameter(place)}",)
        return (f"{name} = {recorded(kind, place, self.rows.text() or FIRST, self.targets.text())}",)

    def show_network(self, network: BenchNetwork) -> None:
        """Offers the layers of the network."""
        self.network = network
        self.sentence.setText(
            network.message or (_SENTENCE if network.layers else "There is no network yet.")
        )
        before = self.layer.currentData()
        self.layer.fill([(f"{one.name}  {one.layer}", one) for one in network.layers])
        self.layer.show_value(before if before in network.layers else next(iter(network.layers), None))
        self._fill()

    def _fill(self) -> None:
        layer, before = self.layer.currentData(), self.what.currentIndex()
        self.what.fill(_tensors(layer) if isinstance(layer, BenchLayer) else [])
        self.what.setCurrentIndex(min(max(before, 0), self.what.count() - 1))
        self._show()

    def _show(self) -> None:
        chosen = self.what.currentData()
        passed = chosen is not None and chosen[0] != "parameter"
        self.fields.setRowVisible(self.rows, passed)
        self.fields.setRowVisible(self.targets, passed and chosen[0] == "gradients")
        self.changed.emit()


def _tensors(layer: BenchLayer) -> list[tuple[str, tuple[str, str, str]]]:
    """What a layer has: a text, then the kind, the name that a line needs, and a word for it."""
    own = [(name, f"{layer.name}.{name}") for name in layer.parameters]
    return [
        *((name, ("parameter", full, "")) for name, full in own),
        ("What comes out (activation)", ("activations", layer.name, "out")),
        ("What goes in", ("inputs", layer.name, "x")),
        ("Gradient of what comes out", ("gradients", layer.name, "grad")),
        *((f"Gradient of {name}", ("gradients", full, "grad")) for name, full in own),
    ]


def _field(name: str, tip: str, text: str) -> QLineEdit:
    field = QLineEdit(text)
    field.setObjectName(name)
    field.setToolTip(tip)
    field.setAccessibleName(tip.partition(":")[0].partition(";")[0])
    return field
