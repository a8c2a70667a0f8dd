"""Tests of `nnbuilder.ui.common`."""
