"""Tests of `nnbuilder.ui.history`."""
