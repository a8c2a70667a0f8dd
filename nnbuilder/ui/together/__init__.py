"""Training by several processes: the command to type, and whether it is worth it."""

from nnbuilder.ui.together.dialog import TogetherDialog

__all__ = ["TogetherDialog"]
