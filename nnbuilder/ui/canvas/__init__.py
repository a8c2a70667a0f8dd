"""The canvas: the drawing as cards and edges that are edited by mouse and keyboard."""

from nnbuilder.ui.canvas.view import CanvasView

__all__ = ["CanvasView"]
