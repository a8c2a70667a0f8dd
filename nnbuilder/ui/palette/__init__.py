"""The palette: every layer of the catalogue, to search, drag and append."""

from nnbuilder.ui.palette.panel import PalettePanel

__all__ = ["PalettePanel"]
