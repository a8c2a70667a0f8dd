"""Weights from files: how they fit the network, and taking them."""

from nnbuilder.ui.weights.dialog import WeightsDialog

__all__ = ["WeightsDialog"]
