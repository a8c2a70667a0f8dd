"""The table of all parameters, with what PyTorch knows of each."""

from nnbuilder.ui.parameters.panel import ParametersPanel

__all__ = ["ParametersPanel"]
