"""Weights by hand: the numbers of one parameter as a table and a picture, set, loaded or drawn anew."""

from nnbuilder.ui.weights_editor.editor import SUFFIXES, WeightsEditor
from nnbuilder.ui.weights_editor.initialize import InitializeDialog
from nnbuilder.ui.weights_editor.loading import LoadDialog

__all__ = ["SUFFIXES", "InitializeDialog", "LoadDialog", "WeightsEditor"]
