"""The learning-rate finder: the loss over a rising rate, and the rate to train with."""

from nnbuilder.ui.lr_finder.dialog import RateDialog

__all__ = ["RateDialog"]
