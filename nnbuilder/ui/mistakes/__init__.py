"""Mistakes beside the right loop: both are trained, and both curves are drawn."""

from nnbuilder.ui.mistakes.dialog import MistakesDialog

__all__ = ["MistakesDialog"]
