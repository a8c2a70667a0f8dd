"""Tests of `nnbuilder.ui.data`."""
