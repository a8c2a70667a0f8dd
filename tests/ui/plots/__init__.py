"""Tests of `nnbuilder.ui.plots`."""
