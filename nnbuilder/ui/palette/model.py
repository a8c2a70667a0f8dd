"""The palette's rows: groups with their layers, or what a search found."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel

from nnbuilder.catalog import registry
from nnbuilder.catalog.search import search
from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.ui.common.colors import group_color
from nnbuilder.ui.common.mime import LAYER_MIME, layer_data

LAYER_ROLE = Qt.ItemDataRole.UserRole + 1
COLOR_ROLE = Qt.ItemDataRole.UserRole + 2

COMMON = "Common"
"""The heading above the layers that most networks are made of; they stand under their own too."""

OFTEN_USED = (
    *("Linear", "ReLU", "Tanh", "Softmax", "Dropout", "BatchNorm1d"),
    *("Conv2d", "MaxPool2d", "Flatten"),
)

Index = QModelIndex | QPersistentModelIndex


class PaletteModel(QStandardItemModel):
    """Groups of layers; while something is searched, a flat list with the best find first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.show_matches("")

    def show_matches(self, text: str) -> None:
        """Shows the layers that fit a text, or all of them under their headings."""
        self.clear()
        root = self.invisibleRootItem()
        if text.strip():
            for spec in search(text):
                root.appendRow(_layer_item(spec))
            return
        often = tuple(registry.LAYERS[name] for name in OFTEN_USED)
        for name, layers in ((COMMON, often), *registry.groups()):
            group = QStandardItem(name)
            group.setEditable(False)
            group.setSelectable(False)
            group.setDragEnabled(False)
            group.setToolTip(f"{name}: {len(layers)} layers; a click opens or closes the group")
            root.appendRow(group)
            for spec in layers:
                group.appendRow(_layer_item(spec))

    def mimeTypes(self) -> list[str]:
        return [LAYER_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        names = [layer_of(index) for index in indexes]
        return layer_data(next(name for name in names if name))


def layer_of(index: Index) -> str:
    """The layer's name in a row; empty for a heading."""
    return str(index.data(LAYER_ROLE) or "")


def _layer_item(spec: LayerSpec) -> QStandardItem:
    item = QStandardItem(spec.name)
    item.setData(spec.name, LAYER_ROLE)
    item.setData(group_color(spec.group), COLOR_ROLE)
    item.setEditable(False)
    item.setData(f"{spec.name}: {spec.summary}", Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip(tip_of(spec))
    return item


def tip_of(spec: LayerSpec) -> str:
    """What the tooltip says: the summary, and each argument with what it takes."""
    lines = [f"{spec.name}: {spec.summary}", *(f"  {arg.name}: {arg.help}" for arg in spec.args)]
    return "\n".join([*lines, "", "Drag it onto the canvas or into an edge; double click appends it."])
