"""Tests of `nnbuilder.ui.inspector`."""
