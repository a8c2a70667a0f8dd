"""Tests of `nnbuilder.ui.chain`."""
