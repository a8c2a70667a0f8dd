"""A layer as dragged data: what the palette packs and the canvas unpacks."""

from PySide6.QtCore import QMimeData

LAYER_MIME = "application/x-nnbuilder-layer"
"""The mime type of a dragged layer: its name as UTF-8."""

_LONGEST = 200


def layer_data(name: str) -> QMimeData:
    """A layer packed for a drag; as plain text too, for editors."""
    mime = QMimeData()
    mime.setData(LAYER_MIME, name.encode())
    mime.setText(name)
    return mime


def dragged_layer(mime: QMimeData) -> str | None:
    """The layer's name in dragged data, or None where it is something else."""
    if not mime.hasFormat(LAYER_MIME):
        return None
    name = bytes(mime.data(LAYER_MIME).data()).decode("utf-8", "replace")
    return name if len(name) <= _LONGEST and name.isidentifier() else None
